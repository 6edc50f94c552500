"""Before the first run: who we are, what is missing, and putting our fields in place."""
