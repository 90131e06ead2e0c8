"""Observations and definitions for the tests: the report's, and made to measure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from expectations.cells.indicator_definition import Breakdown, IndicatorDefinition
from expectations.cells.observations import COLUMNS
from expectations.findings.code_names import Names
from expectations.rules.evaluate import evaluate_rules
from expectations.subject.subject import Subject
from expectations.suites.fiches.entries import Entry, Suites
from expectations.suites.policy import Policy, load_policy
from tests.made_definitions import made_definition

SLICE = Path(__file__).parents[2] / "data" / "observations_slice.csv"

Observe = Callable[..., pd.DataFrame]
Define = Callable[..., IndicatorDefinition]


@pytest.fixture(scope="session")
def define() -> Define:
    """Return a maker of definitions: only what a test is about need be told."""
    return made_definition


@pytest.fixture(scope="session")
def observe() -> Observe:
    """Return a maker of observations from ``(area, period, value or status, other columns)``."""

    def make(*rows: tuple[Any, ...], indicator: str = "a", unit: str = "pcrh") -> pd.DataFrame:
        usual = {"indicator": indicator, "unit_measure": unit}
        return pd.DataFrame([{**usual, **_cell(*row)} for row in rows]).reindex(columns=COLUMNS)

    return make


def _cell(
    area: str, period: str, value: float | str | None, other: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    is_status = isinstance(value, str)
    return {
        "ref_area": area,
        "time_period": period,
        "breakdown": "_T",
        "category": "_T",
        "obs_value": None if is_status else value,
        "obs_status": value if is_status else "A",
        "conf_status": "F",
        **(other or {}),
    }


@dataclass(frozen=True)
class Verdicts:
    """The verdicts of one rule on one indicator, by area and period."""

    rows: pd.DataFrame

    def outcome(self, area: str, period: str) -> str:
        """Return the outcome for a cell."""
        return str(self.rows.loc[(area, period), "outcome"])

    def explanation(self, area: str, period: str) -> str:
        """Return the sentence for a cell, with ordinary spaces."""
        return str(self.rows.loc[(area, period), "explanation"]).replace("\xa0", " ")

    def evidence(self, area: str, period: str) -> dict[str, Any]:
        """Return the numbers behind the verdict on a cell."""
        evidence: dict[str, Any] = json.loads(str(self.rows.loc[(area, period), "evidence"]))
        return evidence

    def reason(self, area: str, period: str) -> str:
        """Return why a cell was not evaluated."""
        return str(self.rows.loc[(area, period), "reason"])

    def severity(self, area: str, period: str) -> str:
        """Return how serious a failure of a cell is."""
        return str(self.rows.loc[(area, period), "severity"])

    @property
    def failing(self) -> set[tuple[str, str]]:
        """The areas and periods of the cells that fail."""
        return set(self.rows.index[self.rows["outcome"] == "fail"])

    @property
    def outcomes(self) -> set[str]:
        """The outcomes that occur."""
        return set(self.rows["outcome"])


@pytest.fixture(scope="session")
def check(
    observe: Observe, define: Define, judge: Callable[..., Verdicts]
) -> Callable[..., Verdicts]:
    """Return the evaluation of some rows of one indicator under one rule."""

    def run(rule: str, *rows: tuple[Any, ...], kind: str = "count", **other: object) -> Verdicts:
        observations = observe(*rows, unit="pcrh" if kind == "count" else "pct")
        return judge(rule, observations, define("a", kind, **other))

    return run


@pytest.fixture(scope="session")
def entry() -> Callable[..., Entry]:
    """Return a maker of entries of a suite: only what a test is about need be told."""

    def make(code: str, control: Mapping[str, Any], **other: object) -> Entry:
        usual = {
            "nom": "essai",
            "indicateurs": ["a"],
            "explication": "Ce qui doit être vrai des cellules.",
            "question": "Pourquoi ne l'est-ce pas ?",
        }
        return Entry.model_validate({"code": code, "controle": control, **usual, **other})

    return make


@pytest.fixture(scope="session")
def judge() -> Callable[..., Verdicts]:
    """Return what one rule says of observations, entries of suites included."""

    def run(
        rule: str,
        observations: pd.DataFrame,
        *definitions: IndicatorDefinition,
        entries: tuple[Entry, ...] = (),
        published: pd.DataFrame | None = None,
        policy: Policy | None = None,
    ) -> Verdicts:
        by_id = {definition.id: definition for definition in definitions}
        subject = Subject.of(
            observations, by_id, policy or load_policy(), published, Suites(entries)
        )
        verdicts = evaluate_rules([rule], subject)
        return Verdicts(verdicts.set_index(["ref_area", "time_period"]).sort_index())

    return run


@pytest.fixture(scope="session")
def departments() -> tuple[Breakdown, ...]:
    """Return the breakdown of the region into departments."""
    return (Breakdown(by="ref_area", of="REG", parts="DEP"),)


@pytest.fixture(scope="session")
def real_observations() -> pd.DataFrame:
    """Return the figures of the report: 1A4, 1C1, 1C4, 1C5 and 2B4."""
    return pd.read_csv(SLICE, dtype={"time_period": "str", "reference_period": "str"})


@pytest.fixture(scope="session")
def real_definitions(
    define: Define, departments: tuple[Breakdown, ...]
) -> dict[str, IndicatorDefinition]:
    """Return the definitions of the indicators of the report, as far as rules need them."""
    became_national = [
        {"kind": "definition", "version": "pcrh-1"},
        {"kind": "collection", "version": "regionale"},
        {
            "kind": "collection",
            "version": "nationale",
            "from": "2024",
            "reason": "Le recueil est devenu national.",
        },
    ]
    definitions = (
        define(
            "1A4_pcrh_te",
            label="Nombre de PCRH avec un volet transition écologique",
            breakdowns=departments,
            part_of="1C1_pcrh",
            comparability=became_national,
        ),
        define(
            "1C1_pcrh",
            label="Nombre de PCRH",
            breakdowns=departments,
            comparability=became_national,
        ),
        define("1C4_taux_emploi_seniors", "rate"),
        define("1C5_taux_activite_seniors", "rate"),
        define(
            "2B4_acces_emploi_publics_prioritaires",
            "rate",
            cadence="reading",
            period_kind="reading",
        ),
    )
    return {definition.id: definition for definition in definitions}


@pytest.fixture(scope="session")
def names() -> Names:
    """Return the names of the areas of the report that the tests speak of."""
    areas = {
        "REG-52": "Pays de la Loire",
        "DEP-44": "Loire-Atlantique",
        "DEP-49": "Maine-et-Loire",
        "DEP-53": "Mayenne",
        "DEP-72": "Sarthe",
        "DEP-85": "Vendée",
    }
    return Names(areas)
