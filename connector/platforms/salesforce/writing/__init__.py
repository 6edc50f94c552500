"""From changes to Salesforce's records: look first, write in bulk, one receipt per change."""
