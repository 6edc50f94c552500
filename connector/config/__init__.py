"""Floor 2: text to model. YAML with positions, lints, settings."""
