"""What we know of the systems themselves: how far they were read, what their records hold."""
