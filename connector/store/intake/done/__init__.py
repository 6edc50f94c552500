"""What was done: activities of people, outcomes of sales."""
