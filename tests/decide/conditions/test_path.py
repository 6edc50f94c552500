"""Globs over page paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.conditions.path import path_matcher, path_of


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/a/b", "/a/b"),
        ("a/b/", "/a/b"),
        ("https://www.x.example/A/b?utm=1#y", "/a/b"),
        ("https://x.example", "/"),
        ("/", "/"),
        ("", "/"),
        ("/go?to=https://x.example/a", "/go"),
    ],
)
def test_the_path_of_an_address(address: str, path: str) -> None:
    assert path_of(address) == path


@pytest.mark.parametrize(
    ("glob", "address", "expected"),
    [
        ("/preise/**", "/preise", True),
        ("/preise/**", "/preise/", True),
        ("/preise/**", "/preise/a/b/c.html", True),
        ("/preise/**", "/preisend", False),
        ("/preise/**", "/de/preise/a", False),
        ("**/preise", "/de/at/preise", True),
        ("/**/pdf", "/pdf", True),
        ("/a/**/b", "/a/b", True),
        ("/a/**/**/b", "/a/x/y/b", True),
        ("/a/**/b", "/a/x/c", False),
        ("/a/*", "/a/b", True),
        ("/a/*", "/a/b/c", False),
        ("/a/*", "/a", False),
        ("/a/*.pdf", "/A/Seals.PDF", True),
        ("/a/b?", "/a/bc", True),
        ("/a/b?", "/a/b", False),
        ("/a.b", "/axb", False),
        ("/", "/", True),
        ("/", "/a", False),
        ("/**", "/", True),
    ],
)
def test_globs(glob: str, address: str, expected: bool) -> None:
    assert path_matcher([glob])(address) is expected


def test_no_glob_matches_nothing() -> None:
    assert not path_matcher([])("/")


@given(st.lists(st.text(alphabet="ab*?./[(\\+", max_size=8), max_size=3), st.text(max_size=30))
def test_any_glob_can_be_asked_anything(globs: list[str], address: str) -> None:
    assert path_matcher(globs)(address) in (True, False)


def test_a_monstrous_path_is_no_match() -> None:
    assert not path_matcher(["/**/a/**/a/**/a/**/b"])("/a" * 200_000)
