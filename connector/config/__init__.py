"""Floor 2: text to model. YAML with positions, lints, settings."""

from connector.config.connections import ConnectionSettings
from connector.config.documents import CaseDocument
from connector.config.examples import Case
from connector.config.files import PROJECT
from connector.config.forms import FORMS
from connector.config.lint.mapped.owners import NamedOwner, named_owners
from connector.config.load import Loaded, compile_text, load, schemas, texts
from connector.config.project import Limits, Project, Schedule
from connector.config.settings import Settings, find_root
from connector.config.trials import Row, Tried, failing_cases, tried

__all__ = [
    "FORMS",
    "PROJECT",
    "Case",
    "CaseDocument",
    "ConnectionSettings",
    "Limits",
    "Loaded",
    "NamedOwner",
    "Project",
    "Row",
    "Schedule",
    "Settings",
    "Tried",
    "compile_text",
    "failing_cases",
    "find_root",
    "load",
    "named_owners",
    "schemas",
    "texts",
    "tried",
]
