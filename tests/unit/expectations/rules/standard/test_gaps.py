"""RTS, RNR and LAG: holes of series, periods without a line, what is awaited."""

from collections.abc import Callable
from typing import Any

Make = Callable[..., Any]
AREA = "REG-52"


def test_a_hole_is_between_two_values(judge: Make, observe: Make, define: Make) -> None:
    rows = [(AREA, "2020", "L"), (AREA, "2021", 4), (AREA, "2022", "L"), (AREA, "2023", 5)]
    verdicts = judge("RTS", observe(*rows, (AREA, "2024", "L")), define("a"))
    assert verdicts.failing == {(AREA, "2022")}
    assert verdicts.severity(AREA, "2022") == "Information"
    assert verdicts.explanation(AREA, "2022") == (
        "Pas de valeur en 2022, alors que la série en a avant et après."
    )


def test_what_is_masked_is_no_hole(judge: Make, observe: Make, define: Make) -> None:
    rows = [(AREA, "2021", 4), (AREA, "2022", "Q"), (AREA, "2023", "M"), (AREA, "2024", 5)]
    assert judge("RTS", observe(*rows), define("a")).failing == set()


def test_what_is_not_due_is_no_hole(judge: Make, observe: Make, define: Make) -> None:
    rows = [(AREA, "2022", 4), (AREA, "2023", "Y"), (AREA, "2024", 5)]
    assert judge("RTS", observe(*rows), define("a")).failing == set()


def test_what_cannot_exist_is_not_awaited(judge: Make, observe: Make, define: Make) -> None:
    rows = [
        (AREA, "2023", 4),
        (AREA, "2024", "L"),
        ("DEP-44", "2023", "M"),
        ("DEP-44", "2024", "M"),
    ]
    assert judge("LAG", observe(*rows), define("a")).failing == {(AREA, "2024")}


def test_a_series_without_any_value_has_nothing_to_say(
    judge: Make, observe: Make, define: Make
) -> None:
    verdicts = judge("RTS", observe((AREA, "2023", 1), ("DEP-44", "2023", "L")), define("a"))
    assert verdicts.reason("DEP-44", "2023") == "valeur absente"


def test_a_suite_may_ask_for_every_period(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry("RTS", {"quoi": "serie_complete"}, seulement_si={"depuis": "2023"})
    rows = [(AREA, "2022", "L"), (AREA, "2023", 5), (AREA, "2024", "L"), ("DEP-44", "2024", "Q")]
    verdicts = judge("RTS", observe(*rows), define("a"), entries=(asked,))
    assert verdicts.failing == {(AREA, "2024")}


def test_a_period_that_is_due_has_some_line(judge: Make, observe: Make, define: Make) -> None:
    rows = [(AREA, "2022", "L"), ("DEP-44", "2022", "L"), (AREA, "2023", 5), ("DEP-44", "2023", 2)]
    verdicts = judge("RNR", observe(*rows), define("a"))
    assert verdicts.failing == {(AREA, "2022"), ("DEP-44", "2022")}
    assert verdicts.severity(AREA, "2022") == "Error"


def test_a_line_without_value_is_a_line(judge: Make, observe: Make, define: Make) -> None:
    rows = [(AREA, "2022", "O"), (AREA, "2023", 5)]
    assert judge("RNR", observe(*rows), define("a")).failing == set()


def test_what_is_late_is_not_said_twice(judge: Make, observe: Make, define: Make) -> None:
    rows = [(AREA, "2022", 5), (AREA, "2023", "L"), (AREA, "2024", "Y")]
    verdicts = judge("RNR", observe(*rows), define("a"))
    assert verdicts.failing == set()
    assert verdicts.reason(AREA, "2023") == "période en retard"
    assert verdicts.reason(AREA, "2024") == "période pas encore due"


def test_a_suite_says_how_many_values(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    asked = entry("RNR", {"quoi": "nombre_de_valeurs", "au_moins": 2, "au_plus": 3})
    rows = [(f"DEP-{n}", "2023", 5) for n in range(44, 46)]
    rows += [("DEP-44", "2024", 5), ("DEP-45", "2024", "L")]
    rows += [(f"DEP-{n}", "2025", 5) for n in range(44, 48)]
    rows += [(f"DEP-{n}", "2026", "L") for n in range(44, 48)]
    verdicts = judge("RNR", observe(*rows), define("a"), entries=(asked,))
    assert {period for _, period in verdicts.failing} == {"2024", "2025"}
    assert "Constaté : 1 valeur ; attendu : entre 2 et 3." in verdicts.explanation("DEP-44", "2024")
