"""All rules as one value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connector.config.compiled.condition import Types
from connector.config.compiled.digest import canonical, digest
from connector.config.compiled.labels import labels
from connector.config.compiled.rules.classification import channels, classification
from connector.config.compiled.rules.follow_up import follow_up
from connector.config.compiled.rules.interest import interest, kinds_with_assets
from connector.config.compiled.rules.lifecycle import lifecycle
from connector.config.compiled.rules.nurture import nurture
from connector.config.compiled.rules.routing import routes
from connector.config.compiled.rules.scoring import scoring
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
                *_beside(files),
            ]
        ),
        timezone=project.timezone,
        language=project.language,
        scoring=scoring(scored, types, project.timezone),
        lifecycle=lifecycle(walked, types),
        routes=routes(routed, types),
        follow_up=follow_up(files.follow_up, routed, types, project.timezone),
        nurture=nurture(files.nurture, types),
        free_mail=FREE_MAIL | own_mail,
        classification=classification(files.classification, types),
        channels=channels(files.costs, scored, types),
        interest=interest(files),
        labels=labels(file.document if file else None for file in (*rules, files.classification)),
    )


def _beside(files: Files) -> Iterator[list[Any]]:
    """Files that a project may have; without them its digest is what it always was. What channels cost decides nothing."""
    if files.classification is not None:
        yield ["classification", canonical(files.classification.document)]
    if files.costs is not None and files.costs.document.channels:
        yield ["channels", [canonical(one) for one in files.costs.document.channels]]
    if files.assets is not None:
        yield ["assets", canonical(files.assets.document), kinds_with_assets(files)]
