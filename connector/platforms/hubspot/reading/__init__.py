"""The source side: one module a stream, each complete by itself under lag, ties, caps and moving rows."""
