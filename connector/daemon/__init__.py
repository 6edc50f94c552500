"""Floor 5: when. Due work in the order of its urgency, one worker per platform, one evaluator, one lease."""

from connector.daemon.crew import Clock, Threads, Worth, until_quiet, virtual_run
from connector.daemon.evaluator import Evaluator
from connector.daemon.finisher import PLAN, Finisher
from connector.daemon.lease import Lease, this_process
from connector.daemon.schedule import Schedule
from connector.daemon.worker import Worker

__all__ = [
    "PLAN",
    "Clock",
    "Evaluator",
    "Finisher",
    "Lease",
    "Schedule",
    "Threads",
    "Worker",
    "Worth",
    "this_process",
    "until_quiet",
    "virtual_run",
]
