"""The catalogue's signals say of every asset what its entry says: exactly one, or none."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.config import compile_text
from connector.decide.place.catalogue import entries
from connector.decide.scoring.strength import matches
from connector.model.rules import Interest

ASSETS = st.one_of(
    st.sampled_from(["a", "A", "b", "/x", "/x/a", "/x/y/b", "/z", "", "Über", "ÜBER"]),
    st.text(max_size=6),
)
WORDS = st.sampled_from(["one", "two", "three"])
NAMES = st.sampled_from(["a", "b", "/x/a", "Über"])
MATCHES = st.sampled_from(
    [
        "{matches_path: [/x/**]}",
        "{matches_path: [/**]}",
        "{starts_with: [a]}",
        "{in: [b, /z]}",
        "{ends_with: [b]}",
    ]
)


@st.composite
def catalogues(draw: st.DrawFn) -> str:
    names = draw(st.dictionaries(NAMES, WORDS, max_size=4))
    patterns = draw(
        st.lists(
            st.tuples(MATCHES, WORDS, st.sampled_from(["", "list"])),
            max_size=4,
            unique_by=lambda p: p[0],
        )
    )
    lines = ["version: 1", "assets:" if names else "phases: []"]
    lines += [f'  "{name}": {{topic: {topic}}}' for name, topic in names.items()]
    lines += ["patterns:"] if patterns else []
    for match, topic, kind in patterns:
        more = f", kind: {kind}" if kind else ""
        lines.append(f"  - {{match: {match}, topic: {topic}{more}}}")
    return "\n".join(lines) + "\n"


def interest_of(house: Mapping[str, str], text: str) -> Interest | None:
    loaded = compile_text(
        {**house, "mappings/assets.yaml": text, "rules/cases/handover.yaml": CASES}
    )
    return loaded.book.interest if loaded.book else None


CASES = 'version: 1\ncases: [{name: x, now: "2026-11-21T09:14:00+01:00", person: {}, expect: {owner: ""}}]\n'


@settings(max_examples=30)
@given(catalogues(), st.lists(ASSETS, min_size=5, max_size=20))
def test_one_signal_for_each_asset_that_has_an_entry(
    house: Mapping[str, str], text: str, assets: list[str]
) -> None:
    interest = interest_of(house, text)
    if interest is None:
        return  # a pattern that nothing reaches is told
    entry = entries(interest)
    for asset in assets:
        found = [
            trace.cell
            for trace in interest.traces
            if trace.signal.kind == "page_viewed"
            and matches(trace.signal, "page_viewed", asset, None)
        ]
        named = entry(asset)
        assert found == ([] if named is None else [named.cell]), (asset, text)


def test_the_half_life_and_the_entries_are_in_the_digest_and_weights_are_not(
    house: Mapping[str, str],
) -> None:
    """Another weight, limit or phase reads no activity again."""

    def digests(old: str, new: str) -> set[str]:
        text = house["mappings/assets.yaml"]
        assert old in text
        interest = interest_of(house, text.replace(old, new))
        assert interest is not None
        return {trace.signal.digest for trace in interest.traces}

    before = digests("", "")
    assert digests("form_submitted: 3", "form_submitted: 7") == before
    assert digests("half_life: 30d", "half_life: 30d, least: 2, topics: 1") == before
    assert not digests("half_life: 30d", "half_life: 31d") & before
    assert digests("/preise/rings/**", "/preise/seals/**") != before


def test_a_kind_that_weighs_nothing_keeps_nothing(house: Mapping[str, str]) -> None:
    text = house["mappings/assets.yaml"].replace("form_submitted: 3", "form_submitted: 0")
    interest = interest_of(house, text)
    assert interest is not None
    assert "form_submitted" not in {trace.signal.kind for trace in interest.traces}


def test_a_field_may_be_called_like_a_fact_that_no_rule_says(house: Mapping[str, str]) -> None:
    """Houses that had such a field before there were rules of this kind go on as they were."""
    text = {
        k: v
        for k, v in house.items()
        if not k.startswith(("rules/classification", "rules/costs", "values/spend"))
    }
    named = text["mappings/fields.yaml"].replace("  phone:", "  origin: {type: text}\n  phone:")
    text["mappings/fields.yaml"] = named
    text["mappings/hubspot.yaml"] = text["mappings/hubspot.yaml"].replace(
        "phone: phone", "origin: where_from\n      phone: phone"
    )
    text["rules/scoring.yaml"] = text["rules/scoring.yaml"].replace(
        "bands:", "bands:\n  - {name: fair, when: {origin: {starts_with: Fair}}}", 1
    )
    loaded = compile_text(text)
    assert [str(problem) for problem in loaded.errors] == []
    told = compile_text(
        {**text, "rules/classification.yaml": house["rules/classification.yaml"]}
    ).errors
    assert any('a field cannot be called "origin"' in problem.message for problem in told)


CELLS = st.one_of(
    st.sampled_from(
        [
            "2026-10",
            "Webinar",
            "Search ads",
            "1,5",
            "1.000,50 €",
            "-3",
            "1e9",
            "EUR",
            "XXX",
            '"',
            "",
            "½",
        ]
    ),
    st.text(max_size=8),
)


@settings(max_examples=40)
@given(
    st.sampled_from(["values/spend/2026.csv", "values/assets.csv"]),
    st.sampled_from(
        [
            "month,channel,amount,currency",
            "month;channel;amount",
            "asset,topic,kind,phase",
            "",
            "a,b",
        ]
    ),
    st.lists(st.lists(CELLS, max_size=5), max_size=4),
)
def test_garbage_in_tables_is_told_by_its_line(
    house: Mapping[str, str], path: str, header: str, rows: list[list[str]]
) -> None:
    text = "\n".join([header, *(",".join(row) for row in rows)])
    loaded = compile_text({**house, path: text, "rules/cases/handover.yaml": CASES})
    for problem in loaded.problems:
        file, line, column = problem.where.rsplit(":", 2)
        assert file in {*house, path}
        assert int(line) >= 1
        assert int(column) >= 1
    if loaded.ok and loaded.costs is not None:
        assert all(spend.amount.amount >= 0 for spend in loaded.costs.spend)
