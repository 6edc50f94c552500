"""The documents people write, as frozen pydantic models: one module a file of the project."""

from connector.config.documents.assets import AssetsDocument
from connector.config.documents.cases import CaseDocument, CasesDocument
from connector.config.documents.classification import ClassificationDocument
from connector.config.documents.condition import ConditionDocument, TestsDocument
from connector.config.documents.costs import CostsDocument
from connector.config.documents.document import Document
from connector.config.documents.fields import FieldsDocument
from connector.config.documents.follow_up import FollowUpDocument
from connector.config.documents.lifecycle import LifecycleDocument
from connector.config.documents.nurture import NurtureDocument
from connector.config.documents.outcomes import OutcomesDocument
from connector.config.documents.owners import OwnersDocument
from connector.config.documents.platform import PlatformDocument
from connector.config.documents.project import ProjectDocument
from connector.config.documents.routing import RoutingDocument
from connector.config.documents.scoring import ScoringDocument

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
