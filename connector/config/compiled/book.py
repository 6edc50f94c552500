"""All rules as one value."""

from __future__ import annotations

from connector.config.compiled.condition import Types
from connector.config.compiled.digest import canonical, digest
from connector.config.compiled.nurture import nurture
from connector.config.compiled.routing import routes
from connector.config.compiled.rules import follow_up, lifecycle
from connector.config.compiled.scoring import scoring
from connector.config.contents import Files, needed
from connector.decide.fields.free_mail import FREE_MAIL
from connector.model.rules import Rulebook


def rulebook(files: Files, types: Types) -> Rulebook:
    """The rulebook of files without errors."""
    project = needed(files.project).document
    scored, walked, routed = needed(files.scoring), needed(files.lifecycle), needed(files.routing)
    own_mail = frozenset(domain.casefold() for domain in scored.document.free_mail)
    rules = (scored, walked, routed, files.follow_up, files.nurture)
    return Rulebook(
        digest=digest(
            [
                project.timezone,
                project.language,
                *(canonical(file.document) if file else None for file in rules),
            ]
        ),
        timezone=project.timezone,
        language=project.language,
        scoring=scoring(scored, types, project.timezone),
        lifecycle=lifecycle(walked, types),
        routes=routes(routed, types),
        follow_up=follow_up(files.follow_up, project.timezone),
        nurture=nurture(files.nurture, types),
        free_mail=FREE_MAIL | own_mail,
    )
