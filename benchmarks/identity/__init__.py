"""How well keys find people, measured on public data sets with known truth, through the real way from YAML to contacts."""
