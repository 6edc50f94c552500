"""What passes between marketing and sales: the hand-over, what sales made of it, and one that a store has lost."""
