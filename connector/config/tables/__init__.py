"""CSV files under `values/`: lists and tables that people keep in a spreadsheet."""

from connector.config.tables.reading import LIMIT, MOST_ROWS, read_table
from connector.config.tables.table import Row, Table

__all__ = ["LIMIT", "MOST_ROWS", "Row", "Table", "read_table"]
