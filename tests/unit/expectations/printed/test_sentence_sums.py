"""The sums of a sentence are read as a reader does, and what is no sum is not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations import french
from expectations.printed.sentence_sums import WrittenSum, differences, sums

NOUNS = ("collégiens", "lycéens venus seuls", "adultes", "élèves de CAP", "autres visiteurs")
FORMS = (
    "{whole} visiteurs ({listed})",
    "Soit {whole} visiteurs : {listed}.",
    "{plus} = {whole}",
    "Au total, {whole} visiteurs, soit {listed}.",
    "Les {whole} visiteurs se répartissent entre {listed}.",
)
COUNTS = st.lists(st.integers(0, 10**6), min_size=2, max_size=len(NOUNS))


def written(form: str, whole: int, counts: list[int]) -> str:
    pieces = [f"{french.number(count)} {noun}" for count, noun in zip(counts, NOUNS, strict=False)]
    return form.format(
        whole=french.number(whole),
        listed=", ".join(pieces[:-1]) + f" et {pieces[-1]}",
        plus=" + ".join(pieces),
    )


def read(text: str) -> list[tuple[float, list[float], bool]]:
    return [_plain(one) for one in sums(text)]


def _plain(one: WrittenSum) -> tuple[float, list[float], bool]:
    return (one.whole.value, [part.value for part in one.parts], one.holds)


@given(COUNTS, st.sampled_from(FORMS))
def test_a_sum_is_read_back_with_all_its_parts_and_holds(counts: list[int], form: str) -> None:
    whole = sum(counts)
    if whole not in range(2000, 2100):  # « 2 023 » may be written as a year is
        assert read(written(form, whole, counts)) == [(whole, counts, True)]


@given(COUNTS, st.integers(1, 10**6), st.sampled_from(FORMS))
def test_any_other_whole_does_not_hold(counts: list[int], error: int, form: str) -> None:
    ((_, _, holds),) = read(written(form, sum(counts) + error, counts))
    assert not holds


@given(COUNTS, st.integers(1, 10**6))
def test_some_parts_may_be_less_than_their_whole_and_never_more(
    counts: list[int], rest: int
) -> None:
    form = "{whole} visiteurs, dont {listed}."
    ((_, parts, holds),) = read(written(form, sum(counts) + rest, counts))
    assert (parts, holds) == (counts, True)
    if sum(counts) > rest:
        assert [one.holds for one in sums(written(form, sum(counts) - rest, counts))] == [False]


@given(st.text("0123456789 ,.;:()+=%-étdonts", max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert all(len(one.parts) > 1 for one in sums(text))
    assert all(one.end <= len(text) for one in differences(text))


def test_a_text_as_long_as_a_passage_is_read_at_once() -> None:
    for piece in ("1 a, ", "(1 a et ", "12 ", "1 + ", "de 1 à 2 (", "a : 1 ", "1 % / "):
        assert list(sums(piece * (4_000 // len(piece)))) is not None
        assert list(differences(piece * (4_000 // len(piece)))) is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("29 400 scolaires (26 200 collégiens et 3 000 lycéens)", [(29400, [26200, 3000], False)]),
        ("plus de 32 000 scolaires (29 395 collégiens et 2 628 lycéens)",
         [(32000, [29395, 2628], True)]),
        ("près de 32 000 élèves (29 395 au collège et 2 628 au lycée)",
         [(32000, [29395, 2628], True)]),
        ("près de 35 000 élèves (29 395 au collège et 2 628 au lycée)",
         [(35000, [29395, 2628], False)]),
        ("moins de 32 000 élèves (29 395 au collège et 2 628 au lycée)",
         [(32000, [29395, 2628], False)]),
        ("Sarthe : 1 et Vendée : 9 Total : 11", [(11, [1, 9], False)]),
        ("RP 2021 Loire Atlantique : 7 Maine et Loire : 26 Total : 33", [(33, [7, 26], True)]),
        ("parmi les 9 formations, 5 voient leur part croître et 3 voient leur part baisser",
         [(9, [5, 3], False)]),
        ("204 + 104 + 21, soit 329", [(329, [204, 104, 21], True)]),
        ("384 journées, dont 330 en lycée et 60 en collège", [(384, [330, 60], False)]),
        ("384 journées, dont 330 en lycée et près de la moitié en ville", []),
        ("5 salariés (2 en 2023 et 3 en 2024)", []),
        ("9 formations (1, 2 et 3)", []),
        ("moins de 11 : 27%, 11 à 49 : 30%, Total : 58%", []),
        ("Cholet (54,6% emploi / 58,6% activité)", []),
        ("En 2024 la situation : 3 contrats signés et 4 en cours", []),
    ],
)  # fmt: skip
def test_the_sums_of_a_report(text: str, found: list[tuple[float, list[float], bool]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "claimed", "holds"),
    [
        ("Cholet (54,6% emploi / 58,6% activité) → faible écart (~4 pts)", 4, True),
        ("Cholet (54,6% emploi / 58,6% activité) → faible écart (~6 pts)", 6, False),
        ("est passé de 43 en 2023 à seulement 4 en 2024, soit une baisse de 91 %", -91, True),
        ("passe de 43 à 4, soit −61 %", -61, False),
        ("progresse de 26,1 % à 27,4 % (+1,3 point)", 1.3, True),
        ("progresse de 26,1 % à 27,4 % (+2,3 points)", 2.3, False),
    ],
)
def test_a_difference_beside_its_two_numbers_is_worked_out(
    text: str, claimed: float, holds: bool
) -> None:
    assert [(one.claimed.value, one.holds) for one in differences(text)] == [(claimed, holds)]


def test_what_may_be_a_share_of_a_size_is_no_difference() -> None:
    assert not list(differences("les établissements de 11 à 49 (26 %)"))
    assert not list(differences("de 0 à 4, soit +100 %"))


@pytest.mark.parametrize(
    "text",
    [
        "Il y a 43 missions, soit 39 de moins que l'an passé, et 12 formations.",
        "Il y a 43 missions, soit 12 formations.",
        "Il y a 43 missions, soit 12 % de femmes et 30 % d'hommes.",
    ],
)
def test_what_is_said_after_soit_may_be_no_list_of_parts(text: str) -> None:
    assert read(text) == []
