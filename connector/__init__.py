"""leadcycle: runs the lead cycle between marketing platforms and the CRM."""
