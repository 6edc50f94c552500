"""Who was taken for whom, by what, and what people say about it."""
