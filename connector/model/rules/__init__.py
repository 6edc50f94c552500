"""The rules of one company as frozen values; every named rule knows its `file:line`."""

from connector.model.rules.book import Rulebook
from connector.model.rules.classification import Channel, Classification, Placing, TouchRule
from connector.model.rules.follow_up import Calendar, Clock, FollowUp
from connector.model.rules.interest import Asset, Cell, Interest, Trace
from connector.model.rules.lifecycle import Ask, Guard, Lifecycle, Need, Track, Transition
from connector.model.rules.nurture import HoldOut, Ladder, Nurture, Stream
from connector.model.rules.routing import Assign, Pool, RouteRule, Routes
from connector.model.rules.scoring import (
    Activities,
    Band,
    Choice,
    Criterion,
    Exclusion,
    Group,
    LeadEvent,
    Profile,
    Scoring,
)
from connector.model.rules.signal import Burst, Follower, Only, Signal
from connector.model.rules.territory import KeyAccount, Patch, Territories

__all__ = [
    "Activities",
    "Ask",
    "Asset",
    "Assign",
    "Band",
    "Burst",
    "Calendar",
    "Cell",
    "Channel",
    "Choice",
    "Classification",
    "Clock",
    "Criterion",
    "Exclusion",
    "FollowUp",
    "Follower",
    "Group",
    "Guard",
    "HoldOut",
    "Interest",
    "KeyAccount",
    "Ladder",
    "LeadEvent",
    "Lifecycle",
    "Need",
    "Nurture",
    "Only",
    "Patch",
    "Placing",
    "Pool",
    "Profile",
    "RouteRule",
    "Routes",
    "Rulebook",
    "Scoring",
    "Signal",
    "Stream",
    "Territories",
    "TouchRule",
    "Trace",
    "Track",
    "Transition",
]
