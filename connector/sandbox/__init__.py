"""Emulated HubSpot and Salesforce with a virtual clock, faults and people. A stranger to the rest of leadcycle."""
