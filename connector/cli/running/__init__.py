"""The daemon's work from the command line: one cycle, for ever, or in a rehearsal."""
