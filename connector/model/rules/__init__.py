"""The rules of one company as frozen values; every named rule knows its `file:line`."""

from connector.model.rules.book import Rulebook
from connector.model.rules.follow_up import Calendar, Clock, FollowUp
from connector.model.rules.lifecycle import Lifecycle, Transition
from connector.model.rules.nurture import Nurture, Stream
from connector.model.rules.routing import Assign, Pool, RouteRule, Routes
from connector.model.rules.scoring import (
    Activities,
    Band,
    Choice,
    Criterion,
    Exclusion,
    LeadEvent,
    Profile,
    Scoring,
    Signal,
)

__all__ = [
    "Activities",
    "Assign",
    "Band",
    "Calendar",
    "Choice",
    "Clock",
    "Criterion",
    "Exclusion",
    "FollowUp",
    "LeadEvent",
    "Lifecycle",
    "Nurture",
    "Pool",
    "Profile",
    "RouteRule",
    "Routes",
    "Rulebook",
    "Scoring",
    "Signal",
    "Stream",
    "Transition",
]
