"""What proves the store: by itself, and against the systems."""
