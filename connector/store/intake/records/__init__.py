"""What records show: people, companies, owners, and records that become others."""
