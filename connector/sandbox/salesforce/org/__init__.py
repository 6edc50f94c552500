"""What the organisation holds: ids, times, the schema, typed values, rows with their indexes."""
