"""What the text of the rules is worth: cases, coverage, and what people in the store say against it."""
