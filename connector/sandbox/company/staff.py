"""Who works at the company, in both systems under one e-mail address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connector.sandbox.hubspot import HubSpot

MANAGER = ("Karin Hollmann", "k.hollmann@nordring.example")
NAMES = (
    ("Jonas Brandt", "j.brandt@nordring.example"),
    ("Lena Petersen", "l.petersen@nordring.example"),
    ("Anna Wolff", "a.wolff@nordring.example"),
    ("Stefan Keller", "s.keller@nordring.example"),
    ("Mara Lindner", "m.lindner@nordring.example"),
    ("Tobias Vogel", "t.vogel@nordring.example"),
    ("Rojda Aydin", "r.aydin@nordring.example"),
    ("Elena Rossi", "e.rossi@nordring.example"),
    ("Paul Smith", "p.smith@nordring.example"),
)
LEAVER = "a.wolff@nordring.example"
QUEUE = "Leadcycle Unassigned"


@dataclass(frozen=True, slots=True)
class Rep:
    """One sales rep; `user` is the id in Salesforce, `owner` the one in HubSpot."""

    name: str
    email: str
    user: str
    owner: str


@dataclass(frozen=True, slots=True)
class Staff:
    manager: str  # user id in Salesforce
    reps: tuple[Rep, ...]
    queue: str


def hire(hubspot: HubSpot, salesforce: Any) -> Staff:
    """The sales team and their manager."""
    manager = salesforce.add_user(*MANAGER)
    hubspot.add_owner(MANAGER[1], *MANAGER[0].split(" ", 1))
    reps = tuple(
        Rep(
            name,
            email,
            salesforce.add_user(name, email, manager=manager),
            hubspot.add_owner(email, *name.split(" ", 1)),
        )
        for name, email in NAMES
    )
    return Staff(manager, reps, salesforce.add_queue(QUEUE))
