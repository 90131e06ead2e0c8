"""A table of one's own: what it leaves out is taken for granted, and the page about it is run."""

import re

import pandas as pd
import pytest

from expectations.cells.observations import COLUMNS
from expectations.rules.evaluate import EVERY_RULE
from expectations.validations.own_tables import completed, defined, readable
from expectations.validations.rule_classes import EXPECTATIONS
from expectations.verdicts.rules import RULES
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "expectations.md").read_text("utf-8")


def test_the_code_of_the_page_runs_and_says_what_the_page_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 10
    exec(code, {})  # noqa: S102 the page's own code
    broken, vanished = capsys.readouterr().out.splitlines()
    assert broken.startswith("False [('DEP-44', \"170 en 2023, 16 en 2024")
    assert vanished.startswith("False [('DEP-49', 'La valeur était 26 en 2023")


def test_the_page_lists_every_class() -> None:
    listed = re.findall(r"^\| `(Expect\w+)` \| ([A-Z]{3}) \| (.+) \|$", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(
        (EXPECTATIONS[code].__name__, code, RULES[code].title) for code in EVERY_RULE
    )


@pytest.mark.parametrize(
    ("periods", "kind"),
    [
        (["2023", "2024"], "year"),
        (["2022-2023", "2023-2024"], "school_year"),
        (["2024-Q4", "2025-Q1"], "quarter"),
        (["2025-03", "2025-04"], "reading"),
        (["2023-Q4", "2024T1", "2024-Q2"], "quarter"),
        (["2023T4", "2024T1"], "quarter"),
        (["T4 2023", "T1 2024"], "quarter"),
        (["2023/24", "2024/25"], "school_year"),
        (["hier"], "year"),
    ],
)
def test_the_kind_of_period_is_read_in_the_periods(periods: list[str], kind: str) -> None:
    table = pd.DataFrame({"time_period": periods, "obs_value": 1.0})
    assert defined({}, table)["indicateur"].period_kind == kind


def test_a_whole_table_stays_as_it_is(real_observations: pd.DataFrame) -> None:
    assert completed(real_observations, {}) is real_observations


def test_what_a_table_leaves_out_is_granted() -> None:
    table = pd.DataFrame({"time_period": ["2023", "2024"], "obs_value": [12.0, None]})
    whole = completed(table, defined({"taux": {"value_kind": "rate"}}, table))
    assert set(whole) == set(COLUMNS)
    assert whole["indicator"].tolist() == ["taux", "taux"]
    assert whole["unit_measure"].tolist() == ["pct", "pct"]
    assert whole["obs_status"].tolist() == ["A", "O"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            {"annee": ["2024"], "obs_value": [1]},
            "absentes de la table : time_period. Elle a : annee",
        ),
        (
            {"time_period": ["2024"], "valeur": [1]},
            "absentes de la table : obs_value. Elle a : time",
        ),
        (
            {"time_period": ["2024"], "obs_value": ["170,5"]},
            "obs_value n'a pas que des nombres : « 170,",
        ),
        (
            {"time_period": ["2024"] * 2, "dep": ["22", "29"], "obs_value": [1, 2]},
            "ces colonnes ne sont pas lues : dep",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_told_what_it_lacks(
    table: dict[str, list[object]], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        readable(pd.DataFrame(table))


def test_years_that_pandas_made_numbers_with_a_point_are_years() -> None:
    table = pd.DataFrame({"time_period": [2023.0, 2024.0], "obs_value": ["12", None], "note": "a"})
    assert readable(table)["time_period"].tolist() == ["2023", "2024"]
    written = table.assign(time_period=["2023", "2024"])
    assert readable(written) is written
