"""What was asked is compared with every row of what came, and a refusal says both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import ExtractRefused
from sources.tables.asked import announced_query, asked_of, refuse_others

ASKED = [("GEO", "REG-52*COM"), ("where", 'code_region="52"'), ("vide", "")]


def test_one_row_about_something_else_refuses_the_whole_with_both() -> None:
    with pytest.raises(ExtractRefused) as refused:
        refuse_others("codeTerritoire", {"52"}, ["52"] * 99 + ["53"])
    assert "Demandé : codeTerritoire = 52 ; reçu : « 53 » (1 ligne)." in refused.value.message
    assert refused.value.rule == "EVA"


def test_what_was_asked_passes_and_so_does_what_does_not_say() -> None:
    refuse_others("codeTerritoire", {"52", "53"}, ["52", None, "53"])


def test_what_cannot_be_seen_in_an_answer_is_named() -> None:
    with pytest.raises(ExtractRefused, match=r"« 52\[U\+200B\] »"):
        refuse_others("codeTerritoire", {"52"}, ["52\u200b"])


@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=8))))
def test_what_was_asked_is_remembered_as_it_was(asked: list[tuple[str, str]]) -> None:
    assert asked_of(announced_query(asked), default=[("autre", "chose")]) == asked


def test_an_extract_of_before_remembers_nothing() -> None:
    assert asked_of({}, default=ASKED) == ASKED
