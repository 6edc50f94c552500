"""One person: what was known, decided, lost and said."""
