"""How people write values: durations, hours, labels, names of secrets, conditions."""
