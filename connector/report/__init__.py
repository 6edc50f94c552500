"""Floor 4: reading."""
