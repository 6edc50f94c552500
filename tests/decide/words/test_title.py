"""Job titles in the forms people write them, and what is another job."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.words.stem import stem
from connector.decide.words.title import has_form_of, heard

HEAD_OF_PURCHASING = """\
Leiter Einkauf
LEITER EINKAUF
Leiterin Einkauf
LeiterIn Einkauf
Leiter/in Einkauf
Leiter/-in Einkauf
Leiter(in) Einkauf
Leiter (in) Einkauf
Leiter*in Einkauf
Leiter:in Einkauf
Leiter_in Einkauf
Leiter·in Einkauf
LEITER/IN EINKAUF
Leiter (m/w/d) Einkauf
Leiter Einkauf (m/w/d)
Leiter Einkauf m/w/d
Leiter Einkauf (w|m|d)
Leiter (mwd) Einkauf
Leiter Ein- und Verkauf
Leiterin Ver- & Einkauf
Leiter Ein-/Verkauf
Leiter\u00a0Einkauf
Leiterinnen Einkauf
Leiter:innen Einkauf
Leiter des Einkaufs
Leiterin des strategischen Einkaufs
Leiter strategischer Einkauf
Leiter für den Einkauf
Leiter im Einkauf
Leiter vom Einkauf
Leiter Einkauf und Logistik
Leiter Vertrieb und Einkauf
Leiter Produktion, Vertrieb und Einkauf
Leiter Einkauf/Logistik
Leiter Logistik/Einkauf
Leiter Logistik & Einkauf
Leiter, Einkauf
Leiter - Einkauf
Leiter/Leiterin Einkauf
Leiterin/Leiter Einkauf
Einkaufsleiter
Einkaufsleiterin
EinkaufsleiterIn
Einkaufsleiter/-in
Einkaufsleiterinnen
Einkaufs-Leiterin
Einkaufleiter
Einkaufs- und Vertriebsleiter
Einkaufs-/Vertriebsleiterin
Vertriebs- und Einkaufsleiter
Strategischer Einkaufsleiter
Stellv. Leiter Einkauf
Geschäftsführer und Leiter Einkauf""".splitlines()
ANOTHER_JOB = """\
Projektleiter Einkauf
Gruppenleiter Einkauf
Einkauf, Leiter Logistik
Einkauf
Leiter
Leiter Vertrieb
Leiter Vertrieb, Assistent Einkauf
Leiter Assistenten und Einkauf
Einkäufer
Begleiter Einkauf
Leiter Einkaufszentrum
Leitung Einkauf
Mitarbeiter Einkauf""".splitlines()
OTHERS = [
    ("Head of Procurement", "Procurement Head"),
    ("Head of Procurement", "Head, Procurement"),
    ("Head of Procurement", "Head of Global Procurement"),
    ("Head of Procurement", "Heads of Procurement"),
    ("Head of Procurement", "Head of Logistics and Procurement"),
    ("Head of Procurement", "Procurement & Logistics Head"),
    ("Procurement Head", "Head of the Procurement"),
    ("Purchasing Manager", "Manager, Purchasing"),
    ("Purchasing Managers", "purchasing manager"),
    ("Einkaufsleiter", "Leiterin des Einkaufs"),
    ("Einkaufsleiterin", "Leiter/in Einkauf"),
    ("Kundenberater", "Kundenberaterinnen"),
    ("Geschäftsführer", "Geschaeftsfuehrerin"),
    ("Geschäftsführer", "Geschäftsführer:innen"),
    ("Konstrukteur", "Konstrukteurinnen"),
    ("Direktor", "Direktoren"),
    ("Ingenieur Entwicklung", "Entwicklungsingenieurin"),
    ("Beauftragter Qualität", "Qualitätsbeauftragte"),
    ("Beauftragter Qualität", "Beauftragte/r für Qualität"),
    ("Industriekaufmann", "Industriekauffrau"),
    ("Technischer Leiter", "Technische Leiterin"),
    ("Customer Service Manager", "Manager Customer Service"),
]
NOT = [
    ("Head of Procurement", "Headhunter Procurement"),
    ("Head of Procurement", "Overhead Procurement"),
    ("Head of Procurement", "Procurement, Head of Sales"),
    ("Head of Procurement", "Procurement Assistant and Head"),
    ("Assistant Director", "Director's Assistant"),
    ("Engineer", "Engineering"),
    ("Manager", "Management"),
    ("Chef", "Chefredaktion"),
]


@pytest.mark.parametrize("title", HEAD_OF_PURCHASING)
def test_one_title_in_many_forms(title: str) -> None:
    assert has_form_of(("Leiter Einkauf",))(title), heard(title)


@pytest.mark.parametrize("title", ANOTHER_JOB)
def test_another_job_is_not_found(title: str) -> None:
    assert not has_form_of(("Leiter Einkauf",))(title), heard(title)


@pytest.mark.parametrize(("wanted", "title"), OTHERS)
def test_further_titles(wanted: str, title: str) -> None:
    assert has_form_of((wanted,))(title), heard(title)


@pytest.mark.parametrize(("wanted", "title"), NOT)
def test_further_jobs(wanted: str, title: str) -> None:
    assert not has_form_of((wanted,))(title), heard(title)


@pytest.mark.parametrize(
    ("word", "ended"),
    [
        ("leiterin", "leiter"),
        ("leitern", "leiter"),
        ("einkaufs", "einkauf"),
        ("managers", "manager"),
        ("kauffrauen", "kaufmann"),
        ("technischer", "technisch"),
        ("berlin", "berlin"),
        ("termin", "termin"),
        ("business", "business"),
        ("status", "status"),
        ("it", "it"),
        ("ceo", "ceo"),
    ],
)
def test_endings(word: str, ended: str) -> None:
    assert stem(word) == ended


@given(st.text(max_size=60))
def test_any_text_is_a_form_of_itself(title: str) -> None:
    assert has_form_of((title,))(title) is any(each.isalnum() for each in "".join(heard(title)))


TITLES = st.sampled_from([*HEAD_OF_PURCHASING, *ANOTHER_JOB, *(pair[1] for pair in OTHERS + NOT)])


@given(TITLES, st.sampled_from(["(m/w/d)", "m/w/d", "(gn)", "!", "  "]))
def test_marks_of_the_sexes_change_nothing(title: str, mark: str) -> None:
    one, other = (
        has_form_of(("Leiter Einkauf", "Head of Procurement"))(each)
        for each in (title, f"{title} {mark}")
    )
    assert one is other
