"""rules/routing.yaml as a value."""

from __future__ import annotations

from connector.config.compiled.condition import Types, condition
from connector.config.compiled.territories import key_accounts, territories
from connector.config.documents.rules.routing import (
    AssignDocument,
    FallbackDocument,
    NamedByDocument,
    PoolDocument,
    RoutingDocument,
)
from connector.config.validate import File
from connector.config.yaml import Source
from connector.errors import Bug
from connector.model.rules import Assign, Pool, RouteRule, Routes


def routes(file: File[RoutingDocument], types: Types) -> Routes:
    document, source = file.document, file.source
    rules = tuple(
        RouteRule(
            rule.name,
            condition(rule.when, source, ("rules", index, "when"), types),
            assign(rule.assign),
            source.line("rules", index),
            rule.skip_former,
        )
        for index, rule in enumerate(document.rules)
    )
    pools = tuple(_pool(name, pool, source) for name, pool in document.pools.items())
    return Routes(
        rules,
        pools,
        assign(document.fallback),
        source.line("fallback"),
        territories(document, source),
        key_accounts(document),
    )


def _pool(name: str, document: PoolDocument, source: Source) -> Pool:
    """Owners are known by their lower-case e-mail."""
    weights = tuple((member.lower(), turns) for member, turns in document.weights.items())
    members = tuple(member.lower() for member in document.members)
    return Pool(
        name,
        members,
        source.line("pools", name),
        weights,
        document.max_open,
        document.method,
        document.hours or "",
        document.language or "",
    )


def assign(document: AssignDocument | FallbackDocument) -> Assign:
    if document.person is not None:
        return Assign("person", document.person.lower())
    if document.queue is not None:
        return Assign("queue", document.queue)
    if not isinstance(document, AssignDocument):
        raise Bug("a fallback without a name")
    if isinstance(document.pool, NamedByDocument):
        return Assign("pool", by=document.pool.by)
    if document.pool is not None:
        return Assign("pool", document.pool)
    return Assign("key_account" if document.key_account else "account_owner")
