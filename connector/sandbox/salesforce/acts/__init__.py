"""What may be done to rows: insert, update, delete, merge, convert, with the checks and traces of each."""
