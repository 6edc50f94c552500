"""What names, companies and addresses come to before they are compared."""
