"""Salesforce: reads and writes the CRM through simple-salesforce (one door), two API calls a cycle when idle."""
