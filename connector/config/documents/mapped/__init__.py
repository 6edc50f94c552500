"""The files under `mappings/`."""
