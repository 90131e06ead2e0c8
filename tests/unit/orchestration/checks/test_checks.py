"""What the check of a theme says in Dagster, and that a rule which never spoke is a failure."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS
from expectations.decisions.decision import Choice
from expectations.decisions.gate import gate
from expectations.decisions.standings import in_force
from expectations.findings.code_names import Names
from expectations.findings.roll_up import Finding, roll_up
from expectations.rules.evaluate import evaluate
from expectations.rules.silence import RuleCoverage, RuleState
from expectations.validations.observation_table import check_table
from expectations.verdicts.rule_answers import RuleAnswer
from expectations.verdicts.rules import RULES, Theme
from expectations.verdicts.table import Outcome, Severity
from expectations.verdicts.tally import Tally, tally
from orchestration.checks import shown
from orchestration.checks.evidence import SHOWN_ROWS, CheckEvidence
from orchestration.checks.failing_cells import FailingCell, Sequels, Treatment
from orchestration.checks.indicators import (
    NOTHING_JUDGED,
    TABLE_RULES,
    completeness_result,
    nothing_judged,
)
from orchestration.checks.validated import (
    HEADLINES,
    SHOWN,
    RuleSaid,
    by_theme,
    table_result,
    theme_result,
)
from orchestration.reporting.compose_findings import Observations
from orchestration.reporting.reported_findings import RuleLine
from tests.made_definitions import made_definition
from tests.unit.expectations.decisions.deciding import decided

HOSTILE = "Sarthe](http://out.example) <b>26</b>"
NAMES = Names({"REG-52": "Pays de la Loire", "DEP-72": HOSTILE}, {}, {}, {})
PARTS = {"by": "ref_area", "of": "REG", "parts": "DEP"}
VALUES = {"REG-52": (430.0, 4.0), "DEP-44": (40.0, 4.0), "DEP-72": (390.0, None)}


@pytest.fixture(scope="module")
def definitions() -> dict[str, IndicatorDefinition]:
    return {"a": made_definition("a", label="Nombre de PCRH", breakdowns=[PARTS])}


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
def findings(
    observations: pd.DataFrame,
    verdicts: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> list[Finding]:
    return roll_up(verdicts, observations, definitions, NAMES)


@pytest.fixture(scope="module")
def evidence(
    observations: pd.DataFrame,
    findings: list[Finding],
    definitions: Mapping[str, IndicatorDefinition],
) -> CheckEvidence:
    held = {cell for finding in findings if finding.holds for cell in finding.cells}
    seen = Observations(observations, NAMES, held)
    return CheckEvidence(seen, findings, definitions, NAMES)


def test_a_finding_of_a_rule_of_a_former_version_is_shown(
    observations: pd.DataFrame,
    findings: list[Finding],
    definitions: Mapping[str, IndicatorDefinition],
) -> None:
    former = replace(findings[0], rules=("XXX",))
    (rule,) = Observations(observations, NAMES, ()).finding_line(former, definitions).rules
    assert rule == RuleLine("XXX", "Règle d'une version antérieure")


def said_by(verdicts: pd.DataFrame, sequels: Sequels) -> dict[Any, list[RuleSaid]]:
    rows = verdicts[verdicts["outcome"] == Outcome.FAIL].to_dict("records")
    counted = tally(verdicts, ["rule"])
    answers = [
        RuleAnswer(rule, {"a": counted[rule,]}, [row for row in rows if row["rule"] == rule])
        for rule in verdicts["rule"].unique()
    ]
    return by_theme(answers, sequels)


@pytest.fixture(scope="module")
def undecided(
    verdicts: pd.DataFrame, observations: pd.DataFrame, findings: list[Finding]
) -> dict[Any, list[RuleSaid]]:
    held_by = gate(observations, findings, None).held_by
    return said_by(verdicts, Sequels(findings, held_by, {}))


@pytest.fixture(scope="module")
def explained(
    verdicts: pd.DataFrame, observations: pd.DataFrame, findings: list[Finding]
) -> dict[Any, list[RuleSaid]]:
    signed = [
        decided(finding, Choice.BREAK, observations, rank) for rank, finding in enumerate(findings)
    ]
    held_by = gate(observations, findings, None, signed).held_by
    return said_by(verdicts, Sequels(findings, held_by, in_force(signed, observations)))


def level(said: dict[Any, list[RuleSaid]], evidence: CheckEvidence) -> dg.AssetCheckResult:
    return theme_result("a", Theme.LEVEL, said["a", Theme.LEVEL], evidence)


def plain(text: object) -> str:
    return str(text).replace("\xa0", " ").replace("\\", "")


def table(metadata: Mapping[str, Any], name: str = "cellules en échec") -> list[Mapping[str, Any]]:
    shown = metadata[name]
    assert isinstance(shown, dg.TableMetadataValue)
    return [record.data for record in shown.records]


def test_a_check_shows_both_numbers_the_chance_and_the_rule(
    evidence: CheckEvidence, undecided: dict[Any, list[RuleSaid]]
) -> None:
    shown = table(level(undecided, evidence).metadata)
    total = next(
        row
        for row in shown
        if (row["Territoire"], row["Règle"]) == ("Pays de la Loire", "Le niveau n'a pas sauté")
    )
    assert (plain(total["Avant"]), plain(total["Après"])) == ("430 PCRH (2023)", "4 PCRH")
    assert re.search("1 chance sur", plain(total["Probabilité"]))


def test_what_is_held_is_an_error_that_says_what_failed_and_what_follows(
    evidence: CheckEvidence, undecided: dict[Any, list[RuleSaid]]
) -> None:
    result = level(undecided, evidence)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    told = plain(result.description)
    assert told.startswith("Bloqué")
    assert "Pays de la Loire, 2024 : 430 en 2023, 4 en 2024" in told
    assert "Retenu jusqu'à ce que l'écart soit expliqué ou la donnée corrigée." in told


def test_what_a_decision_explained_is_no_error_and_names_who_signed(
    evidence: CheckEvidence, explained: dict[Any, list[RuleSaid]]
) -> None:
    result = level(explained, evidence)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    told = plain(result.description)
    assert told.startswith("Décidé : ce qui suit est expliqué")
    assert "Expliqué par la décision de Claire Le Goff." in told
    assert "Retenu" not in told


def test_each_rule_of_a_theme_is_told_and_one_that_judged_nothing_is_no_success(
    evidence: CheckEvidence, undecided: dict[Any, list[RuleSaid]]
) -> None:
    rules = {row["Code"]: row for row in table(level(undecided, evidence).metadata, "règles")}
    assert set(rules) == {"BRK", "VAN", "MAG", "VNO"}
    assert rules["BRK"]["Résultat"] == "en échec : retenu"
    assert rules["VNO"]["Résultat"] == "non évaluée"
    assert "série trop courte" in rules["VNO"]["Pourquoi"]
    of_collection = theme_result("a", Theme.COLLECTION, undecided["a", Theme.COLLECTION], evidence)
    rules = {row["Code"]: row for row in table(of_collection.metadata, "règles")}
    assert rules["RNR"]["Résultat"] == "tenue"


def test_the_counts_of_a_check_are_those_of_its_rules(
    evidence: CheckEvidence,
    undecided: dict[Any, list[RuleSaid]],
    verdicts: pd.DataFrame,
) -> None:
    of_theme = verdicts["rule"].map(lambda code: RULES[code].theme is Theme.LEVEL)
    so = verdicts[of_theme]["outcome"].value_counts()
    metadata = level(undecided, evidence).metadata
    assert metadata["en échec"].value == so["fail"]
    assert metadata["non évaluées"].value == so["not_evaluated"]
    assert metadata["évaluées"].value == so["fail"] + so["pass"]


def test_a_late_period_fails_punctuality_and_holds_nothing(evidence: CheckEvidence) -> None:
    late = theme_result("a", Theme.PERIOD, [], evidence, late=["2024"])
    assert (late.passed, late.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert plain(late.description) == "En retard : 2024."
    assert theme_result("a", Theme.PERIOD, [], evidence, late=[]).passed


def failing(rule: str, **row: object) -> FailingCell:
    where = {"indicator": "a", "ref_area": "REG-52", "time_period": "2024", "category": "_T"}
    said = {"value_before": 4.0, "value_after": 41.0, "period_before": None, "p_value": None}
    told = {**where, **said, "explanation": "Un écart.", **row}
    return FailingCell(rule, told, Treatment.HELD, "retenu jusqu'à correction")


def test_a_check_says_what_the_value_before_is_of(evidence: CheckEvidence) -> None:
    (published,) = table(evidence.of("a", {"VRT": [failing("VRT")]}))
    assert plain(published["Avant"]) == "4 PCRH (publié auparavant)"
    (former,) = table(evidence.of("a", {"VRT": [failing("VRT", period_before="2023")]}))
    assert plain(former["Avant"]) == "4 PCRH (2023)"


def test_a_finding_that_several_rules_make_is_drawn_once(
    evidence: CheckEvidence, undecided: dict[Any, list[RuleSaid]]
) -> None:
    shown = level(undecided, evidence).metadata["graphique"]
    assert isinstance(shown, dg.MarkdownMetadataValue)
    assert str(shown.md_str).count("](data:") == 1


def test_a_label_cannot_leave_the_picture_it_describes(
    evidence: CheckEvidence, undecided: dict[Any, list[RuleSaid]]
) -> None:
    shown = level(undecided, evidence).metadata["graphique"]
    assert isinstance(shown, dg.MarkdownMetadataValue)
    alternative, _, address = str(shown.md_str).rpartition("](")
    assert alternative.startswith("![")
    assert not re.search(r"(?<!\\)[\]<]|://", alternative.removeprefix("!["))
    kind, _, data = address.removesuffix(")").partition(";base64,")
    assert kind == "data:image/svg+xml"
    picture = base64.b64decode(data).decode()
    assert 'style="background:#ffffff"' in picture
    assert "<b>" not in picture


def test_a_long_table_is_cut_rule_by_rule_and_all_is_counted(evidence: CheckEvidence) -> None:
    many, few = [failing("VAN")] * (2 * SHOWN_ROWS), [failing("BRK")]
    said = [
        RuleSaid("VAN", Tally(len(many), Severity.WARNING), tuple(many)),
        RuleSaid("BRK", Tally(1, Severity.WARNING), tuple(few)),
    ]
    result = theme_result("a", Theme.LEVEL, said, evidence)
    assert len(table(result.metadata)) == SHOWN_ROWS + 1
    assert result.metadata["en échec"].value == len(many) + 1
    told = plain(result.description).split("\n\n")
    assert len(told) == 1 + SHOWN + 1
    assert told[-1] == f"Et {2 * SHOWN_ROWS + 1 - SHOWN} autres échecs : voir le tableau."


def test_what_waits_for_somebody_is_told_before_what_was_explained(evidence: CheckEvidence) -> None:
    explained = FailingCell("BRK", failing("BRK").row, Treatment.EXPLAINED, "expliqué")
    said = [
        RuleSaid("BRK", Tally(SHOWN, Severity.WARNING), (explained,) * SHOWN),
        RuleSaid("VAN", Tally(1, Severity.WARNING), (failing("VAN"),)),
    ]
    told = plain(theme_result("a", Theme.LEVEL, said, evidence).description)
    blocked, first, *_ = told.split("\n\n")
    assert blocked == plain(HEADLINES[Treatment.HELD])
    assert first.endswith("Retenu jusqu'à correction.")


def told_of(area: str, rule: str, explanation: str, moved: str = "") -> FailingCell:
    numbers = json.dumps({"moved_everywhere": {"sentence": moved}} if moved else {})
    said = {"breakdown": "_T", "evidence": numbers, "explanation": explanation}
    row = failing(rule, ref_area=area, **said).row
    return FailingCell(rule, row, Treatment.TOLD, "à savoir : rien n'est retenu")


def test_what_is_only_to_be_known_fails_no_check(evidence: CheckEvidence) -> None:
    told = told_of("REG-52", "BRK", "Un petit écart.")
    said = [RuleSaid("BRK", Tally(1, Severity.INFORMATION), (told,))]
    result = theme_result("a", Theme.LEVEL, said, evidence)
    assert result.passed
    assert plain(result.description).startswith(plain(HEADLINES[Treatment.TOLD]))
    assert "un petit écart" in plain(result.description)
    blocked = RuleSaid("VAN", Tally(1, Severity.WARNING), (failing("VAN"),))
    assert not theme_result("a", Theme.LEVEL, [*said, blocked], evidence).passed
    assert not theme_result("a", Theme.LEVEL, said, evidence, late=["2024"]).passed


def test_what_a_body_is_called_is_no_event() -> None:
    named = json.dumps({"arrived": ["Observatoire moved_everywhere"]})
    row = failing("RPC", evidence=named).row
    assert FailingCell("RPC", row, Treatment.TOLD, "à savoir : rien n'est retenu").event == ""


def test_what_a_category_did_everywhere_is_said_once_with_its_shares(
    evidence: CheckEvidence,
) -> None:
    areas, moved = ("REG-52", "DEP-44"), "La catégorie double."
    of_level = tuple(told_of(area, "BRK", f"{area} : {moved}", moved) for area in areas)
    shares = tuple(told_of(area, "VNO", f"Part de {area}.") for area in (*areas, "DEP-49"))
    said = [
        RuleSaid("BRK", Tally(2, Severity.INFORMATION), of_level),
        RuleSaid("VNO", Tally(3, Severity.INFORMATION), shares),
    ]
    result = theme_result("a", Theme.LEVEL, said, evidence)
    told = plain(result.description).split("\n\n")
    assert [line.partition(" : ")[2] for line in told[1:]] == [
        "la catégorie double. À savoir : rien n'est retenu.",
        "Part de DEP-49. À savoir : rien n'est retenu.",
    ]
    assert told[1].startswith("Pays de la Loire, DEP-44")
    assert result.metadata["en échec"].value == 5


def test_a_success_shows_no_cell(evidence: CheckEvidence) -> None:
    assert evidence.of("a", {}) == {}


def test_the_check_of_the_table_tells_every_rule_of_its_suite(
    observations: pd.DataFrame, definitions: Mapping[str, IndicatorDefinition]
) -> None:
    result = table_result(check_table(observations, definitions, {"obs_status": ["A"]}, "ab12"))
    rules = {row["Code"]: row["Résultat"] for row in table(result.metadata, "règles")}
    assert set(rules) == set(TABLE_RULES)
    assert (rules["COV"], rules["RWD"]) == ("en échec", "tenue")
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert r"obs\_status" in str(result.description), "the pages render Markdown"


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


def test_what_a_check_said_does_not_stay_where_it_has_nothing_to_judge_any_more() -> None:
    spoke, never = (dg.AssetCheckKey(dg.AssetKey("a"), name) for name in ("spoke", "never"))
    held = dg.AssetCheckResult(asset_key=spoke.asset_key, check_name=spoke.name, passed=True)
    with dg.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(shown.evaluation(held))
        (told,) = nothing_judged(instance, [spoke, never])
    assert (told.asset_check_key, told.passed, told.description) == (spoke, False, NOTHING_JUDGED)
    assert told.severity is dg.AssetCheckSeverity.WARN
