"""What a portal holds: schema, records, associations, streams of events; no HTTP."""
