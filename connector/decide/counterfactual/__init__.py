"""What would have to change: the nearest facts under which somebody would stand at a stage. Pure, and proved by deciding them."""

from connector.decide.counterfactual.change import Change, Nearest, Obstructed, Proposal, Situation
from connector.decide.counterfactual.search import nearest

__all__ = ["Change", "Nearest", "Obstructed", "Proposal", "Situation", "nearest"]
