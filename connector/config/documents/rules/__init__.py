"""The files under `rules/`."""
