"""One contact in several business fields."""
