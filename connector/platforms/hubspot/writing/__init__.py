"""The target side: from changes to calls and from answers to receipts."""
