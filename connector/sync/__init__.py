"""Floor 4: moving. One verb a module."""
