"""One person, and where they stand."""
