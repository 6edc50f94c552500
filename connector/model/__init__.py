"""Floor 0: what exists. Frozen values; no input or output, no clock, no randomness."""
