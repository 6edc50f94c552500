"""How sales follows up: clocks that run and stand still, who is told when, what shows each step, what was silently rejected."""

from connector.decide.follow_up.course import followed_up, states
from connector.decide.follow_up.moments import moments

__all__ = ["followed_up", "moments", "states"]
