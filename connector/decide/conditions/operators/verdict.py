"""The form of every operator: a question to one known value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Verdict = Callable[[Any], bool]
