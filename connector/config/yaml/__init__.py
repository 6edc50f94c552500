"""YAML 1.2 text to plain values, with the place of each."""

from connector.config.yaml.reader import LIMIT, read
from connector.config.yaml.source import Mark, Path, Source, at

__all__ = ["LIMIT", "Mark", "Path", "Source", "at", "read"]
