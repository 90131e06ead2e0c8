"""DFC on a file whose rows slid: the areas from there on fail, with whose numbers they carry."""

from collections.abc import Callable, Sequence
from typing import Any

AREAS = tuple(f"DEP-{code}" for code in (14, 22, 27, 29, 35, 44, 49, 50, 53, 56))
BEFORE = (1210, 330, 95, 870, 2900, 5100, 640, 150, 70, 1800)
AFTER = (1260, 341, 91, 905, 3010, 5230, 661, 144, 73, 1850)
SLID_UP = (*AFTER[:4], *AFTER[5:])  # the last one has no number any more
SLID_DOWN = (*AFTER[:5], *AFTER[4:9])  # a row was written twice

Check = Callable[..., Any]


def judged(check: Check, after: Sequence[int]) -> Any:  # noqa: ANN401
    return check(
        "DFC",
        *[(area, "2023", count) for area, count in zip(AREAS, BEFORE, strict=True)],
        *[(area, "2024", count) for area, count in zip(AREAS, after, strict=False)],
    )


def test_the_areas_from_the_deleted_row_on_fail(check: Check) -> None:
    verdicts = judged(check, SLID_UP)
    assert {area for area, _ in verdicts.failing} == set(AREAS[4:9])
    sentence = verdicts.explanation("DEP-49", "2024")
    assert "porte ce que portait « DEP-50 » en 2023" in sentence
    assert "ce que portait le suivant. Pris un à un, 5 des 5 territoires le montrent" in sentence
    assert verdicts.evidence("DEP-49", "2024")["carries"] == "DEP-50"


def test_so_do_those_below_a_row_that_was_inserted(check: Check) -> None:
    verdicts = judged(check, SLID_DOWN)
    assert {area for area, _ in verdicts.failing} == set(AREAS[5:])
    assert "ce que portait le précédent." in verdicts.explanation("DEP-49", "2024")


def test_rows_in_place_do_not(check: Check) -> None:
    assert judged(check, AFTER).failing == set()
