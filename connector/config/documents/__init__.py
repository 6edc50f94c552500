"""The documents people write, as frozen pydantic models: one module a file of the project."""

from connector.config.documents.cases import CaseDocument, CasesDocument
from connector.config.documents.mapped.fields import FieldsDocument
from connector.config.documents.mapped.outcomes import OutcomesDocument
from connector.config.documents.mapped.owners import OwnersDocument
from connector.config.documents.mapped.platform import PlatformDocument
from connector.config.documents.project import ProjectDocument
from connector.config.documents.rules.assets import AssetsDocument
from connector.config.documents.rules.classification import ClassificationDocument
from connector.config.documents.rules.costs import CostsDocument
from connector.config.documents.rules.follow_up import FollowUpDocument
from connector.config.documents.rules.lifecycle import LifecycleDocument
from connector.config.documents.rules.nurture import NurtureDocument
from connector.config.documents.rules.routing import RoutingDocument
from connector.config.documents.rules.scoring import ScoringDocument
from connector.config.documents.written.condition import ConditionDocument, TestsDocument
from connector.config.documents.written.document import Document

__all__ = [
    "AssetsDocument",
    "CaseDocument",
    "CasesDocument",
    "ClassificationDocument",
    "ConditionDocument",
    "CostsDocument",
    "Document",
    "FieldsDocument",
    "FollowUpDocument",
    "LifecycleDocument",
    "NurtureDocument",
    "OutcomesDocument",
    "OwnersDocument",
    "PlatformDocument",
    "ProjectDocument",
    "RoutingDocument",
    "ScoringDocument",
    "TestsDocument",
]
