"""Floor 3: what we remember. Ledgers and projections in SQLite or PostgreSQL."""
