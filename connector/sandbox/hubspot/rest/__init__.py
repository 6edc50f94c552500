"""What a portal answers: one module per family of endpoints."""
