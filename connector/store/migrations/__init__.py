"""Alembic's scripts. They are modules of the package, so an installed wheel has them; new ones are written by hand."""
