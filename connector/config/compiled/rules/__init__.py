"""What the files under `rules/` mean."""
