"""What goes back and forth between us and a system: recognised, named, stopped."""
