"""`python -m connector.cli` is the command `leadcycle`."""

from connector.cli import main

main()
