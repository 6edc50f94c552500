"""Documents without errors to the values of connector.model."""
