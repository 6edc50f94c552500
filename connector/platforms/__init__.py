"""Floor 3: the outside. One folder per vendor, never importing each other."""
