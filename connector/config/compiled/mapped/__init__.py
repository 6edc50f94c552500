"""What the files under `mappings/` mean."""
