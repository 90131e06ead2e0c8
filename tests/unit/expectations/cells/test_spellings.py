"""A period that is written another way is proposed as it should be, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.cells.periods import PeriodKind, is_of_kind
from expectations.cells.spellings import meant_period

SPELT: dict[tuple[PeriodKind, str], list[str]] = {
    ("quarter", "2019-Q2"): [
        "2019T2", "2019Q2", "2019-T2", "2019 T2", "2019-2", "T2 2019", "T2-2019", "Q2/2019",
        "2e trimestre 2019", "2ème trimestre 2019", "2019-q2", "2019 trim. 2",
    ],
    ("quarter", "2019-Q1"): ["1er trimestre 2019", "1er trimestre de 2019"],
    ("school_year", "2019-2020"): [
        "2019/20", "2019/2020", "2019-20", "2019 - 2020", "2019\N{EN DASH}2020", "2019 2020",
        "rentrée 2019-2020",
    ],
    ("school_year", "1999-2000"): ["1999/2000", "1999-00"],
    ("reading", "2024-01"): [
        "janvier 2024", "Janv. 2024", "2024M01", "2024-M1", "01/2024", "1/2024", "202401",
        "2024/01", "2024-1", "2024-01-01", "2024-01-01 00:00:00", "01/01/2024", "janvier\u00a02024",
    ],
    ("reading", "2024-08"): ["août 2024", "AOÛT 2024"],
    ("reading", "2024-02"): ["février 2024", "févr. 2024"],
    ("year", "2024"): ["2024.0", "année 2024", " 2024 ", "2024,00"],
    ("campaign", "2024"): ["campagne 2024"],
}  # fmt: skip
UNCLEAR: list[tuple[PeriodKind, str]] = [
    ("quarter", "2019"), ("quarter", "2019T5"), ("quarter", "printemps 2019"), ("quarter", ""),
    ("school_year", "2019"), ("school_year", "2019-2021"), ("school_year", "2019/21"),
    ("reading", "2024"), ("reading", "2024-13"), ("reading", "01/24"), ("year", "24"),
    ("year", "2023-2024"), ("year", "2024.5"),
]  # fmt: skip


def test_each_spelling_is_read_as_what_it_means() -> None:
    read = {
        (kind, code, text): meant_period(text, kind)
        for (kind, code), texts in SPELT.items()
        for text in texts
    }
    assert {key: code for key, code in read.items() if code != key[1]} == {}


@pytest.mark.parametrize(("kind", "text"), UNCLEAR)
def test_what_means_no_period_of_the_kind_is_not_guessed(kind: PeriodKind, text: str) -> None:
    assert meant_period(text, kind) is None


KINDS = st.sampled_from(["year", "school_year", "campaign", "census", "quarter", "reading"])


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{4}[ /T-]?[0-9]{0,4}", fullmatch=True), KINDS)
def test_a_proposal_is_a_period_of_the_kind_and_another_text(text: str, kind: PeriodKind) -> None:
    meant = meant_period(text, kind)
    assert meant is None or (is_of_kind(meant, kind) and meant != text)
    assert meant is None or not is_of_kind(text, kind)
