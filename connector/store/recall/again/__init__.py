"""Projections made again from the ledgers."""
