"""Plans of changed rules: kept, carried out, taken back."""
