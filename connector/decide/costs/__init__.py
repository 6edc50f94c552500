"""What people cost: who gets the credit for them, and what was paid. Every person and every cent appears once."""
