"""Other systems: their records, what they show, what is wanted of them."""
