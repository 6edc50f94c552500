"""Sightings into our words: how each property is read, a whole row, and the reader of a kind of record."""
