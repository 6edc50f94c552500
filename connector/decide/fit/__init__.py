"""What is wanted against what a system says its records can hold, before a call is spent."""
