"""Changes on their way out, and the receipts that come back."""
