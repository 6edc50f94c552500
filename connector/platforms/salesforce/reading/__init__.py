"""From Salesforce's rows to facts: streams, cursors, sightings, outcomes."""
