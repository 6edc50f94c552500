"""How a plan looks: what the text says differently, who moves because of it, what is written, why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from connector.cli.output import figures, table
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.sync.counted import people
from connector.sync.rollout.effect import Effect
from connector.sync.rollout.tally import Sample

LISTED = 20  # names of people, before it says how many more
ROWS = 12
BIGGEST = 10


def as_json(plan: Plan, names: Mapping[int, str]) -> dict[str, Any]:
    """The whole plan; samples with the address: asked for by somebody who may see it."""
    samples = plan.figures["samples"]
    return {
        "plan": plan.hash,
        "now": plan.now.isoformat(),
        "rulebook": plan.rulebook,
        "mappings": plan.mappings,
        **plan.figures,
        "samples": [{**one, "who": names.get(one["contact"], "")} for one in samples],
    }


def show_plan(out: Console, plan: Plan, names: Mapping[int, str]) -> None:
    """All of it but `--people`."""
    found = plan.figures
    _changed(out, found["changed"])
    _moves(out, plan)
    _written(out, found)
    _causes(out, found["causes"])
    if found["samples"]:
        out.print("\nFor example")
        for one in found["samples"]:
            out.print(f"  {escape(line(one, names.get(one['contact'], '')))}", soft_wrap=True)
    if again := found.get("read_again"):  # plans of before have none
        out.print(f"\n{read_again(again)}", soft_wrap=True)
    if found["anyway"]:
        out.print(
            f"\nNot because of this: {people(found['anyway'])} would be decided anew by the rules in force, too."
        )


def names_of(store: Store, contacts: Sequence[int], plan: Plan) -> dict[int, str]:
    """What these are called, for the eyes of whoever asked."""
    found = {}
    for contact in contacts:
        try:
            found[contact] = called(store.dossier(contact, plan.now).contact)
        except KeyError:  # became somebody else meanwhile
            continue
    return found


def keys_of(store: Store, contacts: Iterable[int], plan: Plan) -> list[str]:
    """The keys of these, in the order of their numbers."""
    found = []
    for contact in sorted(contacts):
        try:
            found.append(store.dossier(contact, plan.now).contact.key)
        except KeyError:  # became somebody else meanwhile
            continue
    return found


def listed(names: Sequence[str]) -> list[str]:
    """One a line, and how many more there are."""
    more = [f"and {len(names) - LISTED:,} more"] if len(names) > LISTED else []
    return [*names[:LISTED], *more]


def called(contact: Any) -> str:
    """Somebody's address, or their key."""
    return str(contact.value("email") or contact.key)


def person_line(effect: Effect, sample: Sample) -> str:
    """One person who moves, as text."""
    return line(_json(sample), called(effect.after.dossier.contact))


def person_json(effect: Effect, sample: Sample) -> dict[str, Any]:
    """One person who moves, with the address: asked for by somebody who may see it."""
    return {**_json(sample), "who": called(effect.after.dossier.contact)}


def line(one: Mapping[str, Any], who: str) -> str:
    """Who, what moves, why."""
    moves = ", ".join(
        f"{name} {was or 'none'} -> {becomes or 'none'}"
        for name, (was, becomes) in one["moves"].items()
    )
    count = one["fields"]
    fields = (
        "one property written" if count == 1 else f"{count} properties written" if count else ""
    )
    what = "; ".join(part for part in (moves, fields) if part)
    return f"{who or 'contact/' + str(one['contact'])}: {what} ({'; '.join(one['causes'])})"


def dropped(one: Mapping[str, Any]) -> str:
    """What becomes of those in a track that the rules have no more."""
    said = f'The track "{one["track"]}" is gone: where they stand in it stays on record for {people(one["people"])}'
    if not one["open"]:
        return f"{said}."
    waiting = "one waits" if one["open"] == 1 else f"{one['open']:,} wait"
    return f"{said}; {waiting} for an answer, and nobody will be reminded of it."


def read_again(platforms: Sequence[str]) -> str:
    """What a mapping that reads or writes other properties brings beyond the figures."""
    verb, its = ("is", "its") if len(platforms) == 1 else ("are", "their")
    names = " and ".join(platforms)
    return (
        f"Not in these figures: {names} {verb} read once more from {its} beginning, for other properties are read or written."
        " What that brings is decided live."
    )


def _json(sample: Sample) -> dict[str, Any]:
    return {
        "contact": sample.contact,
        "moves": {name: (was, becomes) for name, was, becomes in sample.moves},
        "fields": sample.fields,
        "causes": list(sample.causes),
    }


def _changed(out: Console, changed: Sequence[Sequence[str]]) -> None:
    out.print("What the text says differently")
    for where, rule, said in changed[:ROWS]:
        out.print(f"  {escape(f'{where} {rule}: {said}'.strip())}", soft_wrap=True)
    if len(changed) > ROWS:
        out.print(f"  and {len(changed) - ROWS} more")


def _moves(out: Console, plan: Plan) -> None:
    found = plan.figures
    share = plan.affected / plan.people if plan.people else 0.0
    out.print(
        f"\n[bold]{people(plan.affected)} of {plan.people:,} would move or be written ({share:.1%})[/bold]"
    )
    for name, matrix in found["moves"].items():
        rows = [
            (one["from"] or "none", one["to"] or "none", f"{one['people']:,}") for one in matrix
        ]
        more = [("and others", "", f"{sum(one['people'] for one in matrix[ROWS:]):,}")]
        table(
            out,
            (f"  {name}", "to", "people"),
            _indented(rows[:ROWS] + more * (len(rows) > ROWS)),
            right=(2,),
        )
    if found["handed_over"]:
        out.print(f"  At once: {people(found['handed_over'])} would be handed over to sales.")
    for one in found.get("dropped", ()):  # plans of before have none
        out.print(f"  {escape(dropped(one))}", soft_wrap=True)


def _indented(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [(f"  {first}", *rest) for first, *rest in rows]


def _written(out: Console, found: Mapping[str, Any]) -> None:
    if not found["properties"]:
        return
    out.print("\nWhat would be written")
    rows = [
        (place, ", ".join(f"{name} {count:,}" for name, count in list(counted.items())[:ROWS]))
        for place, counted in found["properties"].items()
    ]
    creates = [one for one in found["records"] if one["create"]]
    rows += [(f"new in {one['platform']}", f"{one['count']:,} {one['kind']}") for one in creates]
    rows += [(f"API calls to {name}", f"{count:,}") for name, count in found["calls"].items()]
    figures(out, [(f"  {name}", said) for name, said in rows])


def _causes(out: Console, causes: Sequence[Mapping[str, Any]]) -> None:
    if not causes:
        return
    out.print("\nBiggest causes")
    for one in causes[:BIGGEST]:
        rule = f"{one['where']} {one['rule']}".strip()
        said = f" {one['said']}" if one["said"] else ""
        out.print(f"  {escape(rule + said)}: {people(one['people'])}", soft_wrap=True)
