"""Looking at what is there, before a write and after one whose answer is unknown."""
