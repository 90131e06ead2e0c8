"""What a check shows in Dagster, and that a rule which never spoke is a failure."""

import base64
import re
from collections.abc import Mapping
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS
from expectations.findings.code_names import Names
from expectations.findings.roll_up import roll_up
from expectations.rules.evaluate import evaluate
from expectations.rules.silence import RuleCoverage, RuleState
from expectations.validations.observation_table import check_table
from expectations.verdicts.table import Outcome
from orchestration.checks.evidence import SHOWN_ROWS, CheckEvidence
from orchestration.checks.indicators import TABLE_RULES, completeness_result
from orchestration.checks.validated import table_results
from orchestration.reporting.compose_findings import Observations

HOSTILE = "Sarthe](http://out.example) <b>26</b>"
NAMES = Names({"REG-52": "Pays de la Loire", "DEP-72": HOSTILE}, {}, {}, {})
PARTS = {"by": "ref_area", "of": "REG", "parts": "DEP"}
DEFINITION = {
    "fiche": "1.A",
    "label": "Nombre de PCRH",
    "counts": "des PCRH",
    "unit_measure": "pcrh",
    "value_kind": "count",
    "producer": "DREETS",
    "contact": "la DREETS",
    "cadence": "annual",
    "breakdowns": [PARTS],
    "origin": "declared",
    "period_kind": "year",
    "expected_lag_months": 5,
    "reference_period": "l'année civile",
    "comparability": [{"kind": "definition", "version": "pcrh-1"}],
}
VALUES = {"REG-52": (430.0, 4.0), "DEP-44": (40.0, 4.0), "DEP-72": (390.0, None)}


@pytest.fixture(scope="module")
def definitions() -> dict[str, IndicatorDefinition]:
    return {"a": IndicatorDefinition.model_validate({"id": "a", **DEFINITION})}


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    rows = [
        {"ref_area": area, "time_period": period, "obs_value": value}
        for area, values in VALUES.items()
        for period, value in zip(("2023", "2024"), values, strict=True)
    ]
    table = pd.DataFrame(rows).reindex(columns=COLUMNS)
    constant = {"indicator": "a", "breakdown": "_T", "category": "_T", "unit_measure": "pcrh"}
    status = table["obs_value"].map(lambda value: "L" if pd.isna(value) else "A")
    return table.assign(**constant, obs_status=status, conf_status="F")


@pytest.fixture(scope="module")
def verdicts(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> pd.DataFrame:
    return evaluate(observations, definitions)


@pytest.fixture(scope="module")
def evidence(
    observations: pd.DataFrame,
    verdicts: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> CheckEvidence:
    findings = roll_up(verdicts, observations, definitions, NAMES)
    held = {cell for finding in findings if finding.holds for cell in finding.cells}
    seen = Observations(observations, NAMES, held)
    return CheckEvidence(seen, findings, definitions, NAMES)


def failing(verdicts: pd.DataFrame, rule: str) -> list[dict[str, Any]]:
    rows = verdicts[(verdicts["rule"] == rule) & (verdicts["outcome"] == Outcome.FAIL)]
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def table(metadata: Mapping[str, dg.MetadataValue[Any]]) -> list[Mapping[str, Any]]:
    shown = metadata["cellules en échec"]
    assert isinstance(shown, dg.TableMetadataValue)
    return [record.data for record in shown.records]


def test_a_check_shows_both_numbers_and_the_chance(
    evidence: CheckEvidence, verdicts: pd.DataFrame
) -> None:
    shown = table(evidence.of("a", "BRK", failing(verdicts, "BRK")))
    total = next(row for row in shown if row["Territoire"] == "Pays de la Loire")
    told = {name: str(value).replace("\xa0", " ") for name, value in total.items()}
    assert (told["Avant"], told["Après"]) == ("430 PCRH (2023)", "4 PCRH")
    assert re.search("1 chance sur", told["Probabilité"])


def test_a_check_says_what_the_value_before_is_of(evidence: CheckEvidence) -> None:
    row = {
        "indicator": "a",
        "ref_area": "REG-52",
        "time_period": "2024",
        "category": "_T",
        "value_before": 4.0,
        "value_after": 41.0,
        "p_value": None,
        "explanation": "",
    }
    shown = table(evidence.of("a", "VRT", [row | {"period_before": None}]))
    assert str(shown[0]["Avant"]).replace("\xa0", " ") == "4 PCRH (publié auparavant)"
    shown = table(evidence.of("a", "VRT", [row | {"period_before": "2023"}]))
    assert str(shown[0]["Avant"]).replace("\xa0", " ") == "4 PCRH (2023)"


def test_a_label_cannot_leave_the_picture_it_describes(
    evidence: CheckEvidence, verdicts: pd.DataFrame
) -> None:
    shown = evidence.of("a", "VAN", failing(verdicts, "VAN"))["graphique"]
    assert isinstance(shown, dg.MarkdownMetadataValue)
    alternative, _, address = str(shown.md_str).rpartition("](")
    assert alternative.startswith("![")
    assert not re.search(r"(?<!\\)[\]<]|://", alternative.removeprefix("!["))
    kind, _, data = address.removesuffix(")").partition(";base64,")
    assert kind == "data:image/svg+xml"
    picture = base64.b64decode(data).decode()
    assert 'style="background:#ffffff"' in picture
    assert "<b>" not in picture


def test_a_long_table_is_cut_and_counted(evidence: CheckEvidence, verdicts: pd.DataFrame) -> None:
    rows = failing(verdicts, "VAN") * SHOWN_ROWS
    metadata = evidence.of("a", "VAN", rows)
    assert len(table(metadata)) == SHOWN_ROWS
    assert metadata["en échec"].value == len(rows)


def test_a_success_shows_no_cell(evidence: CheckEvidence) -> None:
    assert evidence.of("a", "VIR", []) == {}


def test_the_checks_of_the_table_are_those_of_its_suite(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> None:
    suites = check_table(observations, definitions, {"obs_status": ["A"]}, "ab12")
    results = {result.check_name: result for result in table_results(suites)}
    assert set(results) == set(TABLE_RULES)
    assert not results["COV"].passed
    assert r"obs\_status" in str(results["COV"].description), "the pages render Markdown"
    assert results["RWD"].passed


def test_a_rule_that_never_spoke_is_an_error() -> None:
    unknown = RuleCoverage(
        "a", "VAN", RuleState.NOT_EVALUATED, reasons={"première période connue": 6}
    )
    spoken = RuleCoverage("a", "VIR", RuleState.EVALUATED, 6)
    sound = completeness_result([spoken, unknown])
    assert sound.passed
    assert "1 évalué, 1 non évalué (première période connue\N{NO-BREAK SPACE}: 1), 0 oublié" in str(
        sound.description
    )
    forgotten = completeness_result([spoken, unknown, RuleCoverage("a", "BRK", RuleState.MISSING)])
    assert not forgotten.passed
    assert forgotten.severity is dg.AssetCheckSeverity.ERROR
    shown = forgotten.metadata["sans verdict"]
    assert isinstance(shown, dg.TableMetadataValue)
    assert [record.data["État"] for record in shown.records] == ["oublié", "non évalué"]
