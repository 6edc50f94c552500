"""Our fields, and how each platform's properties stand for them."""
