"""Many people at once: counted, listed, sampled."""
