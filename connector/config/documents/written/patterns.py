"""Forms that texts must have, and what to say of a text that does not."""

from __future__ import annotations

VARIABLE = r"^[A-Z_][A-Z0-9_]{0,99}$"
PROJECT = r"^[a-z][a-z0-9_-]{0,39}$"
URL = r"^https?://[^\s/@]+(/[^\s@]*)?$"
LISTEN = r"^[^\s:]+:[0-9]{1,5}$"
API_VERSION = r"^[0-9]{2,3}\.0$"
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
CURRENCY = r"^[A-Z]{3}$"
REGION = r"^[A-Z]{2}$"
VALUES = r"^values(/[\w .+-]*[\w+-])+\.csv$"
SPENDING = r"^values(/[\w .+*-]*[\w+*-])+\.csv$"
CLOCK_NAME = r"^[a-z][a-z0-9_]{0,29}$"
HOST = r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^::1$"
MAILBOX = r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$"

CURES = {
    VARIABLE: ("not the name of a variable", "write capital letters, digits and _: HUBSPOT_TOKEN"),
    PROJECT: ("not a project name", "write small letters, digits, - and _: nordring"),
    URL: ("not an address", "write https://… without a user or password"),
    LISTEN: ("not an address and port", 'write "127.0.0.1:8400"'),
    API_VERSION: ("not a version of the API", 'write it in quotes: "66.0"'),
    MONTH: ("not a month", "write it as 2026-10"),
    CURRENCY: ("not a currency", "write three capital letters: EUR"),
    REGION: ("not a country", "write two capital letters: DE"),
    VALUES: (
        "not a file under values",
        "write it from the project's folder: values/competitors.csv",
    ),
    SPENDING: (
        "no files under values",
        "write them from the project's folder: values/spend/*.csv",
    ),
    HOST: ("not the name of a server", "write it without scheme and port: smtp.example.org"),
    MAILBOX: ("not an e-mail address", "write it as leads@example.org"),
    CLOCK_NAME: ("not the name of a clock", "write small letters, digits and _: first_contact"),
}
