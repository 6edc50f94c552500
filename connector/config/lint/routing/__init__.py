"""rules/routing.yaml: owners, territories, coverage."""
