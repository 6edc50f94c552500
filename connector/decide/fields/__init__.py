"""Between vendors' forms and our fields: reading, identity, who wins, and what is to be written. Pure."""
