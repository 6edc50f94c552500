"""Conditions wherever they stand: words, operators, and whether one contains another."""
