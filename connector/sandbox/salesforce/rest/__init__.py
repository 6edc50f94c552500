"""The HTTP face: one module a family of resources, all working on decoded calls."""
