"""Golden messages: an edit of the house, and every line it causes. The tables are golden/*.txt.

In the file named, `-` is replaced by `+` (more edits may follow); `=` are the lines that must be said, `= ~` warnings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from connector.config import compile_text
from connector.config.documents.written.patterns import CURES
from connector.config.sentences import SENTENCES

GOLDEN = Path(__file__).parent / "golden"


def _plain(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\\\", "\\")


Edit = tuple[str, str, str]


def _cases() -> Iterator[tuple[tuple[Edit, ...], list[str]]]:
    for table in sorted(GOLDEN.glob("*.txt")):
        for block in table.read_text("utf-8").strip("\n").split("\n\n"):
            lines = block.split("\n")
            said = [line[2:] for line in lines if line.startswith("= ")]
            edits = lines[: len(lines) - len(said)]
            triples = zip(edits[::3], edits[1::3], edits[2::3], strict=True)
            yield (
                tuple((path, _plain(old[2:]), _plain(new[2:])) for path, old, new in triples),
                said,
            )


@pytest.mark.parametrize(("edits", "lines"), list(_cases()))
def test_a_mistake_is_told(
    edits: tuple[Edit, ...], lines: list[str], house: Mapping[str, str]
) -> None:
    text = dict(house)
    for path, old, new in edits:
        assert old in text.get(path, ""), f"{old!r} is not in {path}"
        text[path] = text.get(path, "").replace(old, new, 1)
    problems = compile_text(text).problems
    assert [f"{'~ ' if p.level == 'warning' else ''}{p}" for p in problems] == lines


def test_every_sentence_says_something() -> None:
    """Sentences for errors that no table can reach are checked for form at least."""
    context = {"min_length": 2, "max_length": 3, "gt": 0, "ge": 1, "lt": 9, "le": 8}
    for type_, sentence in SENTENCES.items():
        message, _ = sentence(context, ("key",))
        assert message
        assert message[0].islower() or message[0] == '"', type_
    assert all(message and hint for message, hint in CURES.values())


def test_all_files_are_told_at_once_by_file_and_line(house: Mapping[str, str]) -> None:
    broken = {
        **house,
        "rules/scoring.yaml": house["rules/scoring.yaml"]
        .replace("weight: 25", "weight: 26", 1)
        .replace("signal: demo_request", "signal: demo"),
        "mappings/fields.yaml": house["mappings/fields.yaml"].replace("type: phone", "type: fone"),
        "rules/routing.yaml": house["rules/routing.yaml"].replace("pool: west}}", "pool: wst}}"),
        "leadcycle.yaml": house["leadcycle.yaml"].replace("Europe/Berlin", "Mars/Base"),
    }
    places = [
        problem.where for problem in compile_text(broken).problems if problem.level == "error"
    ]
    assert places == [
        "leadcycle.yaml:4:11",
        "mappings/fields.yaml:9:23",
        "rules/routing.yaml:11:107",
        "rules/scoring.yaml:4:3",
        "rules/scoring.yaml:61:37",
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (
            "leadcycle.yaml",
            "leadcycle.yaml:1:1: the file is missing, leadcycle init writes an example",
        ),
        (
            "mappings/fields.yaml",
            'mappings/fields.yaml:1:1: the file is missing, begin it with "version: 1"',
        ),
        (
            "rules/scoring.yaml",
            'rules/scoring.yaml:1:1: the file is missing, begin it with "version: 1"',
        ),
        (
            "rules/lifecycle.yaml",
            'rules/lifecycle.yaml:1:1: the file is missing, begin it with "version: 1"',
        ),
        (
            "rules/routing.yaml",
            'rules/routing.yaml:1:1: the file is missing, begin it with "version: 1"',
        ),
    ],
)
def test_a_missing_file_blames_no_other(path: str, line: str, house: Mapping[str, str]) -> None:
    loaded = compile_text({name: text for name, text in house.items() if name != path})
    assert [str(problem) for problem in loaded.problems] == [line]
    assert loaded.book is None


@pytest.mark.parametrize(
    "path",
    [
        "rules/nurture.yaml",
        "rules/follow_up.yaml",
        "mappings/outcomes.yaml",
        "rules/cases/handover.yaml",
    ],
)
def test_a_broken_file_blames_no_other(path: str, house: Mapping[str, str]) -> None:
    loaded = compile_text({**house, path: "version: 1\n\tx"})
    assert [str(problem) for problem in loaded.problems] == [
        f"{path}:2:1: a tab, indent with spaces"
    ]


def test_an_empty_rulebook_is_told(house: Mapping[str, str]) -> None:
    loaded = compile_text(
        {**house, "rules/scoring.yaml": "version: 1\n", "rules/lifecycle.yaml": "\n"}
    )
    assert [str(problem) for problem in loaded.problems] == [
        'rules/lifecycle.yaml:1:1: the file is empty, begin with "version: 1"',
        'rules/scoring.yaml:1:1: "activity" is missing',
        'rules/scoring.yaml:1:1: "bands" is missing',
        'rules/scoring.yaml:1:1: "profile" is missing',
    ]
    assert not loaded.ok


def test_a_misspelt_file_is_told(house: Mapping[str, str]) -> None:
    loaded = compile_text({**house, "rules/nurtur.yaml": "version: 1\n"})
    assert [str(problem) for problem in loaded.problems] == [
        'rules/nurtur.yaml:1:1: no rules are read from a file of this name, did you mean "nurture.yaml"?'
    ]


def test_no_record_of_a_contact_is_told(house: Mapping[str, str]) -> None:
    hubspot = (
        "version: 1\nplatform: hubspot\nrecords: {companies: {is: account, read: {name: name}}}\n"
    )
    files = {
        k: v
        for k, v in house.items()
        if k not in ("mappings/salesforce.yaml", "mappings/outcomes.yaml")
    }
    loaded = compile_text({**files, "mappings/hubspot.yaml": hubspot})
    assert (
        "mappings:1:1: no record is a contact, write is: contact in the mapping of a platform"
        in [str(p) for p in loaded.problems]
    )


def test_warnings_do_not_block(house: Mapping[str, str]) -> None:
    text = house["leadcycle.yaml"].replace("edition: enterprise", "edition: professional")
    loaded = compile_text({**house, "leadcycle.yaml": text})
    assert [problem.level for problem in loaded.problems] == ["warning"]
    assert loaded.ok
    assert loaded.book is not None


def test_a_secret_in_plain_text_is_not_repeated(house: Mapping[str, str]) -> None:
    text = house["leadcycle.yaml"].replace("token: {env: HUBSPOT_TOKEN}", "token: pat-eu1-4711")
    loaded = compile_text({**house, "leadcycle.yaml": text})
    assert not loaded.ok
    assert "4711" not in repr(loaded.problems)


def test_a_thousand_mistakes_are_told_a_hundred_at_a_time(house: Mapping[str, str]) -> None:
    text = "version: 1\n" + "".join(f"key{number}: 1\n" for number in range(20_000))
    loaded = compile_text({**house, "rules/nurture.yaml": text})
    assert len(loaded.problems) == 101
    assert str(loaded.problems[-1]).endswith(
        "there are more mistakes in this file, mend these first"
    )


def test_lists_that_are_compared_pair_by_pair_are_bounded(house: Mapping[str, str]) -> None:
    stream = "  - {name: s%d, when: {stage: {in: [Lead]}}}\n"
    text = "version: 1\nstreams:\n" + "".join(stream % number for number in range(501))
    loaded = compile_text({**house, "rules/nurture.yaml": text})
    assert [str(problem) for problem in loaded.problems] == [
        "rules/nurture.yaml:3:3: at most 500 belong here, remove the others"
    ]
