"""What cannot be seen in a text does not count, and is named when a message speaks of it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import quoted, visible
from sources.tables.plain_text import folded, folded_mark, plain, unlike_plain

UNSEEN = ["\u00a0", "\u202f", "\u2009", "\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u2060"]


@pytest.mark.parametrize("character", UNSEEN, ids=lambda character: f"U+{ord(character):04X}")
def test_an_unseen_character_at_the_edge_of_a_code_does_not_count(character: str) -> None:
    assert plain(f"{character}44{character}") == "44"
    assert unlike_plain(f"44{character}") == (f"U+{ord(character):04X}",)
    assert quoted([f"44{character}"]) == f"« 44[U+{ord(character):04X}] »"


@pytest.mark.parametrize("turned", ["\u202e462", "\u2067462", "12\u200f,5", "12\u061c,5"])
def test_what_is_seen_in_another_order_is_not_read_as_it_is_written(turned: str) -> None:
    """« 462 » after U+202E is seen « 264 », and was read 462."""
    assert plain(turned) == turned
    assert plain("\u202d\u2068264\u2069\u202c\u200e") == "264"


def test_titles_are_compared_composed_whatever_their_case_and_spaces() -> None:
    written = unicodedata.normalize("NFD", "  ANNÉE\u00a0 de l\u2019\u200bétat ")
    assert folded(written) == "année de l'état"
    assert folded("Année") != folded("Annee")


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("<\u00a05", "<5"),
        ("< 5", "<5"),
        ("S. S.", "ss"),
        ("n.c.", "nc"),
        ("N C", "nc"),
        ("n/a", "na"),
        ("...", "..."),
        ("12.5", "12.5"),
    ],
)
def test_a_mark_is_known_however_it_is_spaced(written: str, mark: str) -> None:
    assert folded_mark(written) == mark


@given(st.text())
def test_what_is_plain_stays_so_and_what_is_shown_is_seen(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert folded(folded(text)) == folded(plain(text)) == folded(text)
    shown = visible(text)
    assert all(unicodedata.category(c)[0] not in "CZ" or c == " " for c in shown)


def test_what_is_seen_is_left_as_it_is() -> None:
    assert visible("Taux d'emploi, 12,5 % « été »") == "Taux d'emploi, 12,5 % « été »"
    assert unlike_plain("Vendée") == ()
