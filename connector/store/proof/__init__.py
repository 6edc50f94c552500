"""What the ledgers prove: read again beside whoever writes, in one snapshot, without touching anything that stands."""
