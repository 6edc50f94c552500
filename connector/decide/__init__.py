"""Floor 1: what should be. Pure functions of (rules, facts, now)."""
