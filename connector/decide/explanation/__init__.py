"""Decisions in people's words, in English and German."""

from connector.decide.explanation.language import Language, language
from connector.decide.explanation.shown import explanation

__all__ = ["Language", "explanation", "language"]
