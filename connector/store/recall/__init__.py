"""The past: history, what was observed when, and projections made again from the ledgers."""
