"""rules/scoring.yaml: profile, signals, bands, thresholds."""
