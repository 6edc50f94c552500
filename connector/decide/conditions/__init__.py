"""Conditions as functions, the operators they are made of, and when time alone turns them."""
