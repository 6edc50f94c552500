"""The files under mappings/."""
