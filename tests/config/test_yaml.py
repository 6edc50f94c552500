"""What the parser objects to, in words of ours; the traps of YAML 1.1."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connector.config.yaml import LIMIT, read

BROKEN = [
    ("a: 1\n\tb: 2\n", ["2:1: a tab, indent with spaces"]),
    ("a:\n\t- b\n", ["2:1: a tab, indent with spaces"]),
    (
        "a: b: c\n",
        [
            '1:5: a second ":" in one value, quote the value, write {key: value}, or indent the line less'
        ],
    ),
    (
        "a: [1, 2\nb: 3\n",
        ['1:4: a list that begins here is not closed, separate entries by "," and close with "]"'],
    ),
    (
        "a: {x: 1\nb: 2\n",
        ['1:4: a brace that opens here is not closed, separate entries by "," and close with "}"'],
    ),
    ("a: 'x\nb: 2\n", ["1:4: a quote that opens here is not closed, close it on the same line"]),
    (
        "a: 1\n b: 2\n",
        [
            '2:3: a second ":" in one value, quote the value, write {key: value}, or indent the line less'
        ],
    ),
    ("a: @x\n", ["1:4: a character that cannot begin a value, put the value in quotes"]),
    ("a: `x`\n", ["1:4: a character that cannot begin a value, put the value in quotes"]),
    ("a: %x\n", ["1:4: a character that cannot begin a value, put the value in quotes"]),
    (
        "a\nb: 1\n",
        [
            '2:2: a second ":" in one value, quote the value, write {key: value}, or indent the line less'
        ],
    ),
    ("a: *x\n", ['1:4: an alias without an anchor, text that begins with "*" needs quotes']),
    ("a: *\n", ['1:4: a "*" or "&" that names nothing, put the value in quotes']),
    ("a: & x\n", ['1:4: a "*" or "&" that names nothing, put the value in quotes']),
    (
        "a: 1\n---\nb: 2\n",
        ['2:1: a second document, a file holds one document: remove the line "---"'],
    ),
    ("", ['1:1: the file is empty, begin with "version: 1"']),
    ("# only a comment\n", ['1:1: the file is empty, begin with "version: 1"']),
    (
        'a: "\\q"\n',
        [
            "1:6: a backslash that means nothing in double quotes, use single quotes, or two backslashes"
        ],
    ),
    (
        "- a\nb: 1\n",
        [
            "2:1: the indentation does not fit the lines above, entries of one list begin in the same column"
        ],
    ),
    ("a: [1,,2]\n", ['1:7: an entry is empty, remove the second ","']),
    ("%YAML 9.9\n---\na: 1\n", ['1:1: a "%" line that is no directive, remove it']),
    ("a: &x [*x]\n", ["1:4: nested more than 40 deep"]),
    ("a: \x01\n", ["1:4: a control character, remove it; the file must be plain UTF-8 text"]),
    (
        "a: ]\n",
        ["1:4: a closing bracket without an opening one, remove it, or put the value in quotes"],
    ),
    ("a: 'x' y\n", ["1:8: text after a closed value, put the whole value in quotes"]),
    (
        "a: |x\n",
        ['1:5: text after "|" or ">", begin the text on the next line, or put the value in quotes'],
    ),
    (
        "a:\n  b: 1\n c: 2\n",
        [
            "3:2: the indentation does not fit the lines above, keys of one level begin in the same column"
        ],
    ),
    ("%FOO\na\n", ['2:1: a "%" line that is no directive, remove it']),
    (
        "a: !x 5\n",
        ['1:4: a tag (!x), tags are not used here: text that begins with "!" needs quotes'],
    ),
    (
        "a: !!python/object:os.system x\n",
        ["1:4: a tag (python/object:os.system), tags are not used here"],
    ),
    ("a: 1\na: 2\n", ['2:1: "a" stands here twice, the first one is in line 1']),
    ("a: {b: 1, b: 2}\n", ['1:11: "b" stands here twice, the first one is in line 1']),
    ("a: 01067\n", ['1:4: 01067 is not a plain number, write it in quotes: "01067"']),
    ("a: 1_000\n", ['1:4: 1_000 is not a plain number, write it in quotes: "1_000"']),
    ("a: 0o17\n", ['1:4: 0o17 is not a plain number, write it in quotes: "0o17"']),
    ("a: .nan\n", ['1:4: .nan is not a plain number, write it in quotes: ".nan"']),
    ("a: 1e999\n", ['1:4: 1e999 is not a plain number, write it in quotes: "1e999"']),
    (
        "a: 99999999999999999999\n",
        [
            '1:4: 99999999999999999999 is not a plain number, write it in quotes: "99999999999999999999"'
        ],
    ),
    ("? [a]\n: b\n", ["1:3: a list or mapping as a key, a key is one word or a text in quotes"]),
    ("<<: {a: 1}\n", ['1:1: "<<" is not used here, write the keys out']),
    ('a: "\\ud800"\n', ["1:4: an escape that is not a character, remove it"]),
    ('a: "\\0"\n', ["1:4: an escape that is not a character, remove it"]),
    (
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n",
        ["2:1: a bracket that opens here is not closed, close it"],
    ),
    (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b, *b, *b]\nd: &d [*c, *c, *c, *c]\ne: [*d, *d, *d, *d]\n",
        ["2:4: more than 100 uses of aliases, write the values out"],
    ),
    ("!<\n", ['1:1: a "!" that is not text, put the value in quotes']),
    (
        "a: b\n- c\n",
        [
            "2:1: the indentation does not fit the lines above, keys of one level begin in the same column"
        ],
    ),
    ("a: - b\n", ['1:4: a "-" where no list can begin, put the list on lines of its own']),
    (
        "key: value\n  more: x\n",
        [
            '2:7: a second ":" in one value, quote the value, write {key: value}, or indent the line less'
        ],
    ),
    ('a: "x\n', ["1:4: a quote that opens here is not closed, close it on the same line"]),
    (
        "{a: 1\n",
        ['1:1: a brace that opens here is not closed, separate entries by "," and close with "}"'],
    ),
    (
        "a: !!set {x}\n",
        [
            '1:4: a tag (tag:yaml.org,2002:set), tags are not used here: text that begins with "!" needs quotes'
        ],
    ),
    ('a: "x"y\n', ["1:7: text after a closed value, put the whole value in quotes"]),
    (
        "a: [x]]\n",
        [
            "1:7: the indentation does not fit the lines above, keys of one level begin in the same column"
        ],
    ),
    (
        "a: {b\n",
        ['1:4: a brace that opens here is not closed, separate entries by "," and close with "}"'],
    ),
]


@pytest.mark.parametrize(("text", "lines"), BROKEN)
def test_a_broken_text_is_told_at_its_place(text: str, lines: list[str]) -> None:
    _, problems = read("f.yaml", text)
    assert [str(problem).removeprefix("f.yaml:") for problem in problems] == lines


def test_the_traps_of_yaml_1_1_are_none() -> None:
    source, problems = read(
        "f.yaml", "in: [DE, NO, AT]\non: off\nat: 8:00\nday: 2026-11-21\n01067: x\nyes: y\n"
    )
    assert problems == ()
    assert source is not None
    assert source.data == {
        "in": ["DE", "NO", "AT"],
        "on": "off",
        "at": "8:00",
        "day": "2026-11-21",
        "01067": "x",
        "yes": "y",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 12", 12),
        ("a: -3", -3),
        ("a: +3", 3),
        ("a: 0", 0),
        ("a: 0.5", 0.5),
        ("a: .5", 0.5),
        ("a: 1e3", 1000.0),
        ("a: true", True),
        ("a: False", False),
        ("a: null", None),
        ("a: ~", None),
        ("a:", None),
        ("a: 'x'", "x"),
        ('a: "12"', "12"),
        ("a: !!str 12", "12"),
        ("a: |\n  two\n  lines\n", "two\nlines\n"),
        ("a: ä€😀", "ä€😀"),
        ("\ufeffa: 1", 1),
        ("a: &x [1]", [1]),
    ],
)
def test_plain_values(text: str, value: object) -> None:
    source, problems = read("f.yaml", text)
    assert problems == ()
    assert source is not None
    assert source.data == {"a": value}
    assert type(source.data["a"]) is type(value)


def test_every_value_knows_its_place() -> None:
    source, _ = read("f.yaml", "a: 1\nb:\n  - x\n  - {c: 2, d: [3, 4]}\n")
    assert source is not None
    assert source.at("b", 1, "d", 1) == "f.yaml:4:19"
    assert source.key("b", 1, "d") == "f.yaml:4:12"
    assert source.line("b", 0) == "f.yaml:3"
    assert source.at("b", "union-branch", 1, "c") == "f.yaml:4:9", (
        "steps that only a schema knows are left out"
    )
    assert source.at("b", 1, "missing") == "f.yaml:4:5", (
        "what is missing is missing from what is around it"
    )


def test_aliases_may_be_used_and_do_not_explode() -> None:
    source, problems = read("f.yaml", "a: &x [1, 2]\nb: *x\nc: *x\n")
    assert problems == ()
    assert source is not None
    assert source.data == {"a": [1, 2], "b": [1, 2], "c": [1, 2]}
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    source, problems = read("f.yaml", bomb)
    assert source is None
    assert "more than 100 uses of aliases" in problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "{a: " * 5000,
        "- " * 5000,
        "? " * 3000,
        "a: " * 5000,
        "\n" * 50_000,
        "#" * 90_000,
        "'" * 9_999,
    ],
)
def test_depth_and_length_end_in_a_problem(text: str) -> None:
    source, problems = read("f.yaml", text)
    assert source is None
    assert problems


def test_a_megabyte_is_the_limit() -> None:
    source, problems = read("f.yaml", "a: " + "ü" * (LIMIT // 2))
    assert source is None
    assert (
        str(problems[0])
        == "f.yaml:1:1: the file is larger than 1 MiB, split it, or move lists to CSV files under values"
    )


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab1:-[]{},'\"&*!|>%@`#?.~\t\n \\<=0x"), max_size=60))
@example("a: &a [*a]")
def test_no_text_is_raised(text: str) -> None:
    source, problems = read("f.yaml", text)
    assert source is not None or problems
    for problem in problems:
        _, line, column = problem.where.split(":")
        assert 1 <= int(line) <= text.count("\n") + 2
        assert int(column) >= 1


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_survives_in_quotes(value: str) -> None:
    escaped = "".join(f"\\U{ord(letter):08x}" for letter in value)
    source, problems = read("f.yaml", f'a: "{escaped}"')
    if "\x00" in value:
        assert problems
        return
    assert problems == ()
    assert source is not None
    assert source.data == {"a": value}
