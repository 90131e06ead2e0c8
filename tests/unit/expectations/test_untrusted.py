"""Texts from outside are bounded, on one line, and all visible."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from expectations.untrusted import cleaned


@given(st.text(max_size=500), st.integers(min_value=1, max_value=100))
def test_cleaned_text_is_bounded_visible_and_on_one_line(text: str, limit: int) -> None:
    line = cleaned(text, limit)
    assert len(line) <= limit
    assert not {unicodedata.category(c) for c in line} & {"Cc", "Cf", "Zl", "Zp", "Cs"}


def test_no_number_is_cut_in_two() -> None:
    text = "L'Île-d'Yeu : 1\u202f795 vœux"
    assert cleaned(text, 16) == "L'Île-d'Yeu : …"
    assert cleaned(text, 20) == "L'Île-d'Yeu : 1\u202f795…"


def test_ordinary_french_is_left_alone() -> None:
    text = "L'Île-d'Yeu : 1\u202f795 vœux « admis » (26,89\u00a0%)"
    assert cleaned(text) == text


def test_a_label_cannot_forge_a_line_nor_reverse_a_number() -> None:
    assert cleaned("Sarthe\r\n\u2028Bcc: x\u202e34") == "Sarthe Bcc: x34"
