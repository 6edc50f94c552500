"""All lints over all files."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from connector.config.contents import Files
from connector.config.lint.aside import check_aside
from connector.config.lint.cases import check_cases
from connector.config.lint.classification import check_classification
from connector.config.lint.conditions.tests import check_conditions
from connector.config.lint.conditions.vocabulary import vocabulary_of
from connector.config.lint.costs import check_costs
from connector.config.lint.cycle.follow_up import check_follow_up
from connector.config.lint.cycle.lifecycle import check_lifecycle
from connector.config.lint.cycle.nurture import check_nurture
from connector.config.lint.doubles import check_doubles
from connector.config.lint.lists import check_lists
from connector.config.lint.mapped.assets import check_assets
from connector.config.lint.mapped.consent import check_consent
from connector.config.lint.mapped.identity import check_identity
from connector.config.lint.mapped.mappings import check_mappings
from connector.config.lint.mapped.outcomes import check_outcomes
from connector.config.lint.mapped.owners import check_owners
from connector.config.lint.project import check_project
from connector.config.lint.routing.routes import check_routing
from connector.config.lint.routing.territories import check_territories
from connector.config.lint.scoring.rules import check_scoring
from connector.config.lint.scoring.signals import check_signals
from connector.model.problem import Problem


def lint(files: Files, types: Collection[str]) -> Iterator[Problem]:
    """Everything that the documents say together; a file that could not be read is not blamed on the others.

    `types` are the platforms that can be connected.
    """
    words = vocabulary_of(files)
    yield from check_project(files, types)
    yield from check_mappings(files, words)
    yield from check_identity(files)
    yield from check_consent(files)
    yield from check_outcomes(files)
    yield from check_owners(files)
    yield from check_scoring(files)
    yield from check_signals(files)
    yield from check_classification(files)
    yield from check_assets(files)
    yield from check_costs(files)
    yield from check_lifecycle(files)
    yield from check_aside(files)
    yield from check_routing(files, words)
    yield from check_territories(files)
    yield from check_follow_up(files)
    yield from check_nurture(files)
    yield from check_doubles(files)
    yield from check_conditions(files, words)
    yield from check_cases(files, words)
    yield from check_lists(files)
