"""SOQL: lexer, parser, compiled conditions, a planner over the indexes, and the runner."""
