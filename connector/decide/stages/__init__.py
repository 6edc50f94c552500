"""The lifecycle: which ways there are, and how far one decision walks."""
