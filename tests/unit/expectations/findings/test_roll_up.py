"""Findings: which verdicts go together, which cells they hold, and what a steward reads."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import TOTAL
from expectations.findings.code_names import Names
from expectations.findings.compared import Basis
from expectations.findings.roll_up import Finding, roll_up
from expectations.rules.evaluate import evaluate, evaluate_rules
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy
from expectations.verdicts.proofs import ENTERED_EVERYWHERE, MEANT_PERIOD, MOVED_EVERYWHERE
from expectations.verdicts.table import Severity

AREAS = ("DEP-44", "DEP-49", "REG-52")
DEPARTMENTS = [f"DEP-{code}" for code in range(40, 52)]
AGES = ["0_24", "25_34", "35_49", "50_64"]
Definitions = dict[str, IndicatorDefinition]
Observe = Callable[..., pd.DataFrame]
Define = Callable[..., IndicatorDefinition]


@pytest.fixture(scope="session")
def founding_case(
    real_observations: pd.DataFrame, real_definitions: Definitions, names: Names
) -> Finding:
    verdicts = evaluate(real_observations, real_definitions)
    findings = roll_up(verdicts, real_observations, real_definitions, names)
    (finding,) = [finding for finding in findings if finding.holds]
    return finding


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def rolled(observations: pd.DataFrame, *definitions: IndicatorDefinition) -> list[Finding]:
    by_id = {definition.id: definition for definition in definitions}
    return roll_up(evaluate(observations, by_id), observations, by_id, Names())


def test_the_report_gives_one_finding_that_holds_the_total_and_its_details(
    founding_case: Finding,
) -> None:
    assert founding_case.rules == ("BRK", "DFC", "LNK", "VAN")
    assert founding_case.severity is Severity.WARNING
    assert founding_case.holds
    assert (founding_case.period_before, founding_case.time_period) == ("2023", "2024")
    compared = founding_case.compared
    assert compared is not None
    assert compared.before is not None
    assert (compared.before.value, compared.now.value) == (43.0, 4.0)
    assert {(cell.ref_area, cell.time_period) for cell in founding_case.cells} == {
        (area, "2024") for area in ("REG-52", "DEP-44", "DEP-49", "DEP-53", "DEP-72", "DEP-85")
    }


def test_its_texts_give_a_steward_everything(founding_case: Finding) -> None:
    assert plain(founding_case.title) == (
        "Nombre de PCRH avec un volet transition écologique : "
        "Pays de la Loire, 43 en 2023, 4 en 2024"
    )
    paragraphs = plain(founding_case.explanation).split("\n\n")
    assert "43 en 2023, 4 en 2024 (−90,7 %)" in paragraphs[0]
    assert "Maine-et-Loire (26), Sarthe (1)" in paragraphs[1]
    assert "« Nombre de PCRH », passe de 502 à 606 (+20,7 %)" in paragraphs[2]
    assert "environ 1 chance sur 22 000 pour le nombre lui-même" in paragraphs[3]
    assert paragraphs[4].startswith("Le recueil a changé : « regionale » → « nationale ».")
    assert len(paragraphs) == 5
    assert "entre 2023 et 2024 ? Quels départements ont répondu pour 2024 ?" in plain(
        founding_case.question
    )
    assert founding_case.addressee == "la DREETS Pays de la Loire"


def test_it_comes_back_from_json(founding_case: Finding) -> None:
    assert Finding.from_dict(json.loads(json.dumps(founding_case.to_dict()))) == founding_case


def test_its_identity_is_that_of_its_numbers(
    founding_case: Finding,
    real_observations: pd.DataFrame,
    real_definitions: Definitions,
    names: Names,
) -> None:
    assert re.fullmatch("[0-9a-f]{12}", founding_case.finding_id)
    shuffled = real_observations.sample(frac=1, random_state=1)
    verdicts = evaluate(shuffled, real_definitions)
    assert founding_case in roll_up(verdicts, shuffled, real_definitions, names)
    moved = real_observations.copy()
    in_44 = (moved["indicator"] == "1A4_pcrh_te") & (moved["ref_area"] == "DEP-44")
    moved.loc[in_44 & (moved["time_period"] == "2024"), "obs_value"] = 1
    verdicts = evaluate(moved, real_definitions)
    findings = roll_up(verdicts, moved, real_definitions, names)
    assert founding_case.finding_id not in {finding.finding_id for finding in findings}


def test_a_detail_in_doubt_does_not_put_its_total_in_doubt(
    observe: Observe, define: Define
) -> None:
    rows = [("REG-52", "2023", 500), ("DEP-44", "2023", 495), ("DEP-49", "2023", 5)]
    rows += [("REG-52", "2024", 500), ("DEP-44", "2024", 500), ("DEP-49", "2024", "O")]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    assert [cell.ref_area for cell in finding.cells] == ["DEP-49"]
    assert "sa ligne est là mais sa valeur est vide" in plain(finding.explanation)
    assert plain(finding.title).endswith("DEP-49, 5 en 2023, aucune valeur en 2024")


def test_absent_and_null_details_are_told_apart(observe: Observe, define: Define) -> None:
    areas = ("DEP-44", "DEP-49", "DEP-72")
    rows = [("REG-52", "2023", 90), *((area, "2023", 30) for area in areas)]
    rows += [("REG-52", "2024", 3), ("DEP-44", "2024", 3)]
    rows += [("DEP-49", "2024", "L"), ("DEP-72", "2024", "O")]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    assert "sans aucune ligne dans l'extrait de 2024 : DEP-49 (30)" in plain(finding.explanation)
    assert "sans valeur dans l'extrait de 2024 : DEP-72 (30)" in plain(finding.explanation)


def test_a_period_that_is_late_is_told_of_the_region(observe: Observe, define: Define) -> None:
    areas = ("DEP-44", "DEP-85", "REG-52")
    rows = [(area, "2023", 9, by_size("moins_11")) for area in areas]
    rows += [(area, "2023", 9) for area in areas]
    rows += [(area, "2024", "L", by_size("moins_11")) for area in areas]
    rows += [(area, "2024", "L") for area in areas]
    findings = rolled(observe(*rows), define("a", breakdowns=CATEGORIES))
    (late,) = [finding for finding in findings if "LAG" in finding.rules]
    assert "REG-52, aucune valeur en 2024" in plain(late.title)


def test_what_is_said_of_most_of_a_table_does_not_name_its_cells(
    observe: Observe, define: Define
) -> None:
    areas = [f"DEP-{code}" for code in range(40, 70)]
    rows = [(area, "2023", 9 + rank) for rank, area in enumerate(areas)]
    findings = rolled(observe(*rows, *((area, "2024", "L") for area in areas)), define("a"))
    (late,) = [finding for finding in findings if "LAG" in finding.rules]
    assert plain(late.explanation) == (
        "« Indicateur a » : attendue pour 2024, aucune valeur n'est encore arrivée."
    )


def test_a_file_that_lost_its_last_lines_is_told_with_all_that_is_gone(
    observe: Observe, define: Define
) -> None:
    given = {("REG-52", "moins_11"): 90, ("REG-52", "11_49"): 60}
    given |= {
        (area, size): value / 2
        for area in ("DEP-44", "DEP-85")
        for (_, size), value in given.items()
    }
    rows = [(area, "2023", value, by_size(size)) for (area, size), value in given.items()]
    kept = {key: value for key, value in given.items() if key[0] == "DEP-44"}
    rows += [(area, "2024", value, by_size(size)) for (area, size), value in kept.items()]
    rows += [(area, "2024", "L", by_size(size)) for area, size in given.keys() - kept.keys()]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    told = plain(finding.explanation)
    assert "sans aucune ligne dans l'extrait de 2024 : DEP-85 (45)." in told
    assert "N'ont pas non plus de valeur en 2024 : DEP-85, REG-52, « 11_49 »." in told


def test_a_total_that_is_not_the_sum_holds_its_details_too(
    observe: Observe, define: Define
) -> None:
    rows = [("REG-52", "2023", 43), ("DEP-44", "2023", 40), ("DEP-49", "2023", 4)]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    assert finding.severity is Severity.ERROR
    assert len(finding.cells) == 3
    assert "Merci de les confirmer" in finding.question


def test_an_impossible_value_holds_only_itself(observe: Observe, define: Define) -> None:
    rows = [("REG-52", "2023", 143.0), ("DEP-44", "2023", 40.0)]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*rows, unit="pct"), define("a", "rate", breakdowns=breakdowns))
    assert [cell.ref_area for cell in finding.cells] == ["REG-52"]
    assert finding.period_before is None
    assert finding.p_value is None
    assert "143 %" in plain(finding.title)


def test_two_causes_make_two_findings_the_error_first(observe: Observe, define: Define) -> None:
    rows = [("DEP-44", "2023", 26), ("DEP-49", "2023", 3), ("DEP-44", "2024", "L")]
    observations = observe(*rows, ("DEP-49", "2024", -3))
    findings = rolled(observations, define("a"))
    assert [finding.severity for finding in findings] == [Severity.ERROR, Severity.WARNING]
    assert [finding.rules for finding in findings] == [("VIR",), ("VAN",)]


def test_a_category_is_named(observe: Observe, define: Define) -> None:
    family = {"breakdown": "famille_formation", "category": "DN MADE"}
    other = {"breakdown": "famille_formation", "category": "BTSA"}
    rows = [("REG-52", "2018", 31.0, family), ("REG-52", "2019", "L", family)]
    rows += [("REG-52", "2018", 35.0, other), ("REG-52", "2019", 36.0, other)]
    (finding,) = rolled(observe(*rows, unit="pct"), define("a", "rate"))
    assert "« DN MADE », 31 % en 2018, aucune valeur en 2019" in plain(finding.title)


def test_a_change_that_is_declared_is_told_and_holds_nothing(
    real_observations: pd.DataFrame, real_definitions: Definitions, names: Names
) -> None:
    verdicts = evaluate(real_observations, real_definitions)
    findings = roll_up(verdicts, real_observations, real_definitions, names)
    (declared,) = [finding for finding in findings if not finding.holds]
    assert (declared.indicator, declared.rules) == ("1C1_pcrh", ("DFC",))
    assert "Déclaré : Le recueil est devenu national." in plain(declared.explanation)


def test_a_shift_all_along_a_series_is_told_once(observe: Observe, define: Define) -> None:
    rows = [
        ("REG-52", year, 700, {"reference_period": f"{int(year) + 1}-{int(year) + 2}"})
        for year in ("2022", "2023", "2024")
    ]
    (finding,) = rolled(observe(*rows), define("a"))
    assert (finding.rules, finding.severity, len(finding.cells)) == (
        ("LAG",),
        Severity.INFORMATION,
        3,
    )
    assert plain(finding.title).endswith("700 en 2024 — le chiffre parle d'une autre période")


def test_a_period_that_has_not_come_is_awaited_and_has_no_figure_of_another(
    observe: Observe, define: Define
) -> None:
    years = {"2023": {"DEP-44": 2, "DEP-49": 3, "REG-52": 5}, "2024": dict.fromkeys(AREAS, "L")}
    rows = [(area, year, value) for year, given in years.items() for area, value in given.items()]
    parts = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*rows), define("a", breakdowns=parts))
    assert (finding.rules, finding.severity) == (("LAG",), Severity.INFORMATION)
    assert plain(finding.title).endswith("REG-52, aucune valeur en 2024 — encore attendue")
    assert plain(finding.question) == "Quand le chiffre de 2024 viendra-t-il ?"


def test_a_sound_night_has_no_finding(observe: Observe, define: Define) -> None:
    rows = [("REG-52", "2023", 502), ("REG-52", "2024", 606)]
    assert rolled(observe(*rows), define("a")) == []


def test_a_title_is_made_of_one_verdict(observe: Observe, define: Define) -> None:
    """A revision is told beside a change of collection: neither lends the other its numbers."""
    became_national = [
        {"kind": "definition", "version": "v1"},
        {"kind": "collection", "version": "regionale"},
        {"from": "2024", "kind": "collection", "version": "nationale", "reason": "National."},
    ]
    definition = define("a", comparability=became_national)
    collected = ({"collection": "regionale"}, {"collection": "nationale"})
    tonight = observe(("REG-52", "2023", 43, collected[0]), ("REG-52", "2024", 41, collected[1]))
    last = tonight.assign(obs_value=[43.0, 4.0])
    verdicts = evaluate(tonight, {"a": definition}, published=last)
    findings = roll_up(verdicts, tonight, {"a": definition}, Names(), last)
    (revised,) = [finding for finding in findings if finding.holds]
    assert (revised.rules, revised.basis) == (("DFC", "VRT"), Basis.RELEASE)
    assert plain(revised.title).endswith("REG-52, 2024 : 4 publié, 41 reçu")
    assert revised.period_before == "2023"
    compared = revised.compared
    assert compared is not None
    assert compared.published is not None
    assert compared.before is not None
    readings = (compared.before, compared.published, compared.now)
    assert [reading.value for reading in readings] == [43.0, 4.0, 41.0]


def test_values_in_two_units_are_told_with_them_and_without_a_change(
    observe: Observe, define: Define
) -> None:
    versions = [
        {"kind": "definition", "version": "metiers-1", "label": "métiers"},
        {
            "from": "2024",
            "kind": "definition",
            "version": "preconisations-1",
            "label": "préconisations",
            "unit_measure": "preconisation",
            "reason": "Le bilan compte des préconisations.",
        },
    ]
    definition = define("a", unit_measure="metier", comparability=versions)
    unit = "preconisation"
    tonight = observe(
        ("REG-52", "2023", 311, {"definition": "metiers-1", "unit_measure": "metier"}),
        ("REG-52", "2024", 137, {"definition": "preconisations-1", "unit_measure": unit}),
    )
    (declared,) = rolled(tonight, definition)
    assert (declared.rules, declared.severity) == (("DFC",), Severity.INFORMATION)
    assert plain(declared.title).endswith(
        "REG-52, 311 métiers en 2023, 137 préconisations en 2024 — "
        "la définition a changé, l'unité a changé"
    )
    assert "« métiers » → « préconisations »" in plain(declared.explanation)
    assert "%" not in declared.explanation


def test_a_question_is_asked_once(observe: Observe, define: Define) -> None:
    rows = [("DEP-49", "2023", 26), ("DEP-49", "2024", "L")]
    last = observe(*rows[:1], ("DEP-49", "2024", 26))
    tonight = observe(("DEP-49", "2023", 26), ("DEP-49", "2024", 4))
    definitions = {"a": define("a")}
    verdicts = evaluate(tonight, definitions, published=last)
    for finding in roll_up(verdicts, tonight, definitions, Names(), last):
        questions = [part.strip() for part in plain(finding.question).split("?") if part.strip()]
        assert len(questions) == len(set(questions))


def test_publishing_what_was_accepted_makes_no_other_finding(
    observe: Observe, define: Define
) -> None:
    """A revision that is a break too: once it is out, only the break is found, and was signed."""
    definitions = {"a": define("a", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}])}
    years = {"2022": (100, 101), "2023": (102, 99), "2024": (2, 24)}
    rows = [
        row
        for year, (one, other) in years.items()
        for row in (("REG-52", year, one + other), ("DEP-0", year, one), ("DEP-1", year, other))
    ]
    tonight = observe(*rows)
    of_2024 = tonight["time_period"] == "2024"
    last = tonight.assign(obs_value=tonight["obs_value"].mask(of_2024, [0] * 6 + [204, 101, 103]))
    out = tonight.assign(obs_status=tonight["obs_status"].mask(of_2024, "B"))
    revised, rest = (
        roll_up(evaluate(tonight, definitions, published=before), tonight, definitions, Names())
        for before in (last, out)
    )
    assert "VRT" in revised[0].rules
    assert "VRT" not in rest[0].rules
    assert [item.finding_id for item in revised] == [item.finding_id for item in rest]


def of_rule(
    rule: str, observations: pd.DataFrame, definition: IndicatorDefinition
) -> list[Finding]:
    """The findings of one rule, the only one that speaks."""
    by_id = {definition.id: definition}
    verdicts = evaluate_rules([rule], Subject.of(observations, by_id, load_policy()))
    return roll_up(verdicts, observations, by_id, Names())


QUARTERLY = {"cadence": "quarterly", "period_kind": "quarter"}
SPELT = ["2019-Q1", "2019T2", "2019T3", "2019-Q4", "2020T1"]


def test_periods_spelt_another_way_are_one_finding_with_the_spelling_proposed(
    observe: Observe, define: Define
) -> None:
    areas = ("REG-52", "DEP-44", "DEP-49")
    rows = [(area, period, 100.0 + place) for place, area in enumerate(areas) for period in SPELT]
    rows += [(area, "2019-Q2", "L") for area in areas]
    (finding,) = rolled(observe(*rows), define("a", **QUARTERLY))
    assert finding.severity is Severity.ERROR
    written = {"2019T2", "2019T3", "2020T1", "2019-Q2"}
    assert {cell.time_period for cell in finding.cells} == written
    assert plain(finding.title).endswith("en 2020T1 — période écrite autrement que « 2020-Q1 »")
    assert plain(finding.explanation).startswith(
        "3 périodes sont écrites autrement que convenu, sans doute « 2019T2 » pour « 2019-Q2 », "
        "« 2019T3 » pour « 2019-Q3 », « 2020T1 » pour « 2020-Q1 »."
    )
    assert plain(finding.question).startswith("La période écrite « 2020T1 » est-elle « 2020-Q1 » ?")


def test_periods_spelt_another_way_are_in_the_order_of_what_they_mean(
    observe: Observe, define: Define
) -> None:
    spelt = ["T1 2019", "T2 2019", "T3 2019", "T4 2019", "T1 2020"]
    rows = [("REG-52", period, 100.0) for period in spelt]
    (finding,) = of_rule("VCO", observe(*rows), define("a", **QUARTERLY))
    assert "« T4 2019 » pour « 2019-Q4 », « T1 2020 » pour « 2020-Q1 »." in plain(
        finding.explanation
    )
    assert "« T1 2020 » est-elle « 2020-Q1 » ?" in plain(finding.question)


@pytest.mark.parametrize("key", [MEANT_PERIOD, ENTERED_EVERYWHERE, MOVED_EVERYWHERE])
def test_what_a_body_is_called_is_no_key_of_the_evidence(
    key: str, observe: Observe, define: Define
) -> None:
    """Whoever deposits names the bodies: a night ended on one called « meant_period »."""
    rows = [
        (area, period, 100.0, {"reporters": bodies})
        for area, new in (("REG-52", "Observatoire"), ("DEP-44", f"Observatoire {key}"))
        for period, bodies in (("2023", "DREETS"), ("2024", f"DREETS, {new}"))
    ]
    declared = [
        {"kind": "definition", "version": "1"},
        {"kind": "perimeter", "version": "1"},
        {"kind": "perimeter", "version": "2", "from": "2024", "reason": "Plus de monde répond."},
    ]
    for definition in (define("a"), define("a", comparability=declared)):
        (finding,) = of_rule("RPC", observe(*rows), definition)
        assert {cell.ref_area for cell in finding.cells} == {"REG-52", "DEP-44"}
        assert f"ouveaux déclarants : Observatoire {key}." in plain(finding.explanation)


def test_what_fails_all_along_a_series_is_told_once(observe: Observe, define: Define) -> None:
    years = ("2021", "2022", "2023", "2024")
    rows = [("REG-52", year, 100 + rank) for rank, year in enumerate(years)]
    rows += [("DEP-44", year, 50, {"unit_measure": "pct"}) for year in years]
    rows += [("DEP-49", year, 60) for year in years[:-1]]
    rows += [("DEP-49", "2024", 60, {"unit_measure": "pct"})]
    (finding,) = of_rule("VCO", observe(*rows), define("a"))
    assert len(finding.cells) == 5
    assert (finding.time_period, finding.rules) == ("2024", ("VCO",))
    text = plain(finding.explanation)
    assert text.startswith("Constaté pour 4 périodes, de 2021 à 2024.")
    assert "Les valeurs de 2021 à 2024 sont-elles exactes" in plain(finding.question)


def test_what_fails_in_some_periods_only_is_told_period_by_period(
    observe: Observe, define: Define
) -> None:
    rows = [("REG-52", year, 100) for year in ("2021", "2022", "2023", "2024")]
    rows = [*rows[:1], *((*row, {"unit_measure": "pct"}) for row in rows[1:3]), rows[3]]
    findings = of_rule("VCO", observe(*rows), define("a"))
    assert {finding.time_period for finding in findings} == {"2022", "2023"}


def test_a_finding_of_several_periods_is_others_when_an_old_figure_is(
    observe: Observe, define: Define
) -> None:
    rows = [("DEP-44", year, 50, {"unit_measure": "pct"}) for year in ("2022", "2023")]
    (first,) = of_rule("VCO", observe(*rows), define("a"))
    (second,) = of_rule("VCO", observe(("DEP-44", "2022", 51, rows[0][3]), rows[1]), define("a"))
    assert first.finding_id != second.finding_id


CATEGORIES = [
    {"by": "category", "of": "_T", "parts": "taille"},
    {"by": "ref_area", "of": "REG", "parts": "DEP"},
]
NEWCOMERS = {"DEP-44": 300, "DEP-49": 120, "DEP-72": 80}


def by_size(category: str) -> dict[str, str]:
    return {"breakdown": "taille", "category": category}


def test_what_enters_everywhere_is_one_information_of_its_own(
    observe: Observe, define: Define
) -> None:
    rows = [
        (area, year, count, by_size("moins_11"))
        for area, count in NEWCOMERS.items()
        for year in ("2023", "2024")
    ]
    rows += [(area, "2024", count, by_size("inconnue")) for area, count in NEWCOMERS.items()]
    rows += [(area, "2023", "L", by_size("inconnue")) for area in NEWCOMERS]
    rows += [(area, year, 9, by_size("11_49")) for area in NEWCOMERS for year in ("2023",)]
    rows += [("DEP-85", year, 7, by_size("moins_11")) for year in ("2023", "2024")]
    definition = define("a", breakdowns=CATEGORIES)
    by_id = {"a": definition}
    subject = Subject.of(observe(*rows), by_id, load_policy())
    verdicts = evaluate_rules(["DFC", "VAN", "REP"], subject)
    findings = roll_up(verdicts, observe(*rows), by_id, Names())
    (event,) = [finding for finding in findings if finding.rules == ("DFC",)]
    assert event.severity is Severity.INFORMATION
    assert {cell.category for cell in event.cells} == {"inconnue"}
    assert plain(event.title) == (
        "Indicateur a : DEP-44, « inconnue », aucune valeur en 2023, 300 en 2024 — catégorie "
        "nouvelle, entrée dans 3 des 4 territoires à la fois"
    )
    assert "par 3 des 4 territoires qui répondaient déjà (500 en tout)" in plain(event.explanation)
    (gone,) = [finding for finding in findings if "VAN" in finding.rules]
    assert plain(gone.explanation).startswith(
        "« 11_49 » : 3 territoires la donnaient en 2023 (27 en tout) et n'ont plus de ligne pour "
        "elle en 2024, DEP-44, DEP-49, DEP-72 ; aucun ne la donne plus."
    )
    assert not any("REP" in finding.rules for finding in findings)


def departments(of_44: float, region: float | None = None) -> list[tuple[str, str, float]]:
    """Return two periods of twelve departments and their region; only DEP-44 moves by much."""
    codes = [f"DEP-{code}" for code in range(44, 56)]
    before, after = (
        {code: 400.0 + 7 * n + moved * (n % 5 + 1) for n, code in enumerate(codes)}
        for moved in range(2)
    )
    after["DEP-44"] = of_44
    sums = (sum(before.values()), sum(after.values()) if region is None else region)
    periods = zip(("2023", "2024"), (before, after), sums, strict=True)
    return [
        row
        for period, values, total in periods
        for row in [("REG-52", period, total), *((area, period, v) for area, v in values.items())]
    ]


def test_a_total_that_one_detail_explains_holds_that_detail_and_no_other(
    observe: Observe, define: Define
) -> None:
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*departments(400_000.0)), define("a", breakdowns=breakdowns))
    assert [cell.ref_area for cell in finding.cells] == ["DEP-44", "REG-52"]


@pytest.mark.parametrize(
    ("of_44", "held"),
    [
        (400_000.0, ["DEP-44", "REG-52"]),
        (403.0, [*(f"DEP-{code}" for code in range(44, 56)), "REG-52"]),
    ],
)
def test_a_total_that_departs_alone_is_held_with_the_details_that_moved_it(
    observe: Observe, define: Define, of_44: float, held: list[str]
) -> None:
    region = 400.0 if of_44 == 403.0 else None
    observations = observe(*departments(of_44, region))
    by_id = {"a": define("a", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}])}
    verdicts = evaluate_rules(["BRK"], Subject.of(observations, by_id, load_policy()))
    of_total = verdicts[verdicts["ref_area"] == "REG-52"]
    (finding,) = roll_up(of_total, observations, by_id, Names())
    assert [cell.ref_area for cell in finding.cells] == held
    why = "DEP-44 : ce détail est retenu avec le total, qu'il a fait bouger."
    assert (why in plain(finding.explanation)) is (len(held) == 2)


def crossed(times: dict[str, float]) -> list[tuple[str, str, float, dict[str, str]]]:
    """Return two periods of departments by ages, with their totals both ways.

    Args:
        times: What some departments, or ages, are multiplied by in the second.
    """
    rng = np.random.default_rng(2)
    sizes = np.outer(
        [150, 150, 1500, 150], [15.0 if area == "DEP-43" else 1.0 for area in DEPARTMENTS]
    )
    rows: list[tuple[str, str, float, dict[str, str]]] = []
    for period in ("2023", "2024"):
        table = pd.DataFrame(rng.poisson(sizes).astype(float), index=AGES, columns=DEPARTMENTS)
        for name, factor in times.items() if period == "2024" else ():
            table.loc[
                name if name in AGES else AGES, name if name in DEPARTMENTS else DEPARTMENTS
            ] *= factor
        table["REG-52"] = table.sum(axis=1)
        table.loc[TOTAL] = table.sum()
        rows += [
            (area, period, value, {"breakdown": "_T" if age == TOTAL else "age", "category": age})
            for area, column in table.items()
            for age, value in column.items()
        ]
    return rows


BOTH_WAYS = (
    {"by": "category", "of": TOTAL, "parts": "age"},
    {"by": "ref_area", "of": "REG", "parts": "DEP"},
)


@pytest.mark.parametrize("by", [20, -20, 400])
@pytest.mark.parametrize(
    ("wrong", "sums"),
    [
        (("REG-52", TOTAL), set()),
        (("REG-52", "35_49"), {("REG-52", TOTAL)}),
        (("DEP-46", TOTAL), {("REG-52", TOTAL)}),
        (("DEP-46", "35_49"), {("REG-52", "35_49"), ("DEP-46", TOTAL)}),
    ],
)
def test_of_two_sums_that_are_wrong_by_as_much_the_number_in_both_is_held_and_no_other_detail(
    observe: Observe, define: Define, wrong: tuple[str, str], sums: set[tuple[str, str]], by: int
) -> None:
    rows = [
        (area, period, value + by * ((area, at["category"], period) == (*wrong, "2024")), at)
        for area, period, value, at in crossed({})
    ]
    (finding,) = of_rule("VAD", observe(*rows), define("a", breakdowns=BOTH_WAYS))
    assert {(at.ref_area, at.category) for at in finding.cells} == sums | {wrong}


def test_a_detail_that_is_held_for_the_sums_it_is_in_is_told_with_why(
    observe: Observe, define: Define
) -> None:
    def told(values: dict[tuple[str, str], float]) -> str:
        rows = [
            (
                area,
                period,
                values.get((area, at["category"]), value) if period == "2024" else value,
                at,
            )
            for area, period, value, at in crossed({})
        ]
        (finding,) = of_rule("VAD", observe(*rows), define("a", breakdowns=BOTH_WAYS))
        return plain(finding.explanation)

    one = told({("DEP-46", "35_49"): 4_000.0})
    assert one.endswith(
        "DEP-46, « 35_49 » : ce détail est retenu aussi : c'est sans doute lui qui est faux."
    )
    assert "retenu aussi" not in told({("REG-52", TOTAL): 4_000_000.0})


@pytest.mark.parametrize(
    ("wrong", "held"),
    [
        ("DEP-43", {(area, age) for area in ("DEP-43", "REG-52") for age in (*AGES, TOTAL)}),
        ("35_49", {(area, age) for area in (*DEPARTMENTS, "REG-52") for age in ("35_49", TOTAL)}),
    ],
)
def test_totals_that_their_details_in_doubt_moved_are_held_with_them(
    observe: Observe, define: Define, wrong: str, held: set[tuple[str, str]]
) -> None:
    rows = crossed({wrong: 3.0 if wrong in DEPARTMENTS else 0.0})
    found = rolled(observe(*rows), define("a", breakdowns=BOTH_WAYS))
    of_levels = [finding for finding in found if "BRK" in finding.rules and finding.holds]
    assert {(at.ref_area, at.category) for item in of_levels for at in item.cells} == held
    (text,) = (plain(finding.explanation) for finding in of_levels)
    assert text.endswith(" : ces totaux sont retenus avec les détails qui les ont fait bouger.")


def test_a_total_that_moved_beyond_its_details_in_doubt_holds_them_all(
    observe: Observe, define: Define
) -> None:
    rows = departments(400_000.0, region=4.0)
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    findings = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    assert max(len(finding.cells) for finding in findings) == 13


def test_a_total_that_is_not_the_sum_of_its_categories_says_nothing_of_its_areas(
    observe: Observe, define: Define
) -> None:
    women, men = ({"breakdown": "sexe", "category": category} for category in ("F", "M"))
    rows = [("REG-52", "2023", 90.0), ("DEP-44", "2023", 60.0), ("DEP-49", "2023", 30.0)]
    rows += [("REG-52", "2023", 50.0, women), ("REG-52", "2023", 30.0, men)]
    breakdowns = [
        {"by": "ref_area", "of": "REG", "parts": "DEP"},
        {"by": "category", "of": "_T", "parts": "sexe"},
    ]
    (finding,) = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    assert "VAD" in finding.rules
    assert {cell.ref_area for cell in finding.cells} == {"REG-52"}
    assert len(finding.cells) == 3


def test_a_total_that_one_detail_explains_holds_that_detail_and_not_the_others(
    observe: Observe, define: Define
) -> None:
    before = {"REG-52": 2_510.0, "DEP-44": 810.0, "DEP-49": 520.0, "DEP-53": 310.0, "DEP-72": 870.0}
    after = {"REG-52": 2_540.0, "DEP-44": 832.0, "DEP-49": 0.0, "DEP-53": 305.0, "DEP-72": 884.0}
    rows = [
        (area, year, value)
        for year, values in (("2023", before), ("2024", after))
        for area, value in values.items()
    ]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    found = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    (finding,) = (finding for finding in found if "VAD" in finding.rules)
    assert {cell.ref_area for cell in finding.cells} == {"REG-52", "DEP-49"}


def held_of_newest(
    after: dict[str, float | None], observe: Observe, define: Define
) -> frozenset[str]:
    """Return which areas are held when departments have some numbers after quiet years."""
    before = {"DEP-44": 810.0, "DEP-49": 520.0, "DEP-53": 310.0, "DEP-72": 870.0, "DEP-85": 640.0}
    quiet = {
        str(year): {area: value + step for area, value in before.items()}
        for year, step in ((2020, 9), (2021, -6), (2022, 4), (2023, 0))
    }
    rows = [
        row
        for year, values in {**quiet, "2024": after}.items()
        for total in [sum(value for value in values.values() if value is not None)]
        for row in [("REG-52", year, total), *((area, year, v) for area, v in values.items())]
    ]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    found = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    return frozenset(
        cell.ref_area
        for finding in found
        if finding.holds
        for cell in finding.cells
        if cell.time_period == "2024"
    )


def test_details_that_moved_as_ever_are_not_held_however_little_the_wrong_ones_leave(
    observe: Observe, define: Define
) -> None:
    after = {"DEP-44": 810_000.0, "DEP-49": None, "DEP-53": 305.0, "DEP-72": 90.0, "DEP-85": 655.0}
    assert held_of_newest(after, observe, define) == {"REG-52", "DEP-44", "DEP-49", "DEP-72"}


def test_the_smaller_half_that_goes_along_with_the_wrong_ones_is_held_with_them(
    observe: Observe, define: Define
) -> None:
    after = {"DEP-44": 320.0, "DEP-49": 210.0, "DEP-53": 240.0, "DEP-72": 350.0, "DEP-85": 260.0}
    assert "DEP-53" in held_of_newest(after, observe, define)


@pytest.mark.parametrize("of_44", [(30, 3000), None], ids=["moved", "gone"])
def test_a_rate_that_one_area_moved_leaves_the_others_alone(
    observe: Observe, define: Define, of_44: tuple[int, int] | None
) -> None:
    """Rates do not add up: what is left of one is read from its numerators and denominators."""
    areas = [f"DEP-{code}" for code in ("44", "49", "53", "72", "85")]
    numbers = {
        "2023": [(1500, 3000), (502, 1000), (495, 1000), (498, 1000), (505, 1000)],
        "2024": [of_44, (499, 1000), (501, 1000), (503, 1000), (500, 1000)],
    }
    rows = [
        (area, period, 100 * part / whole, {"numerator": part, "denominator": whole})
        for period, parts in numbers.items()
        for given in [{area: ends for area, ends in zip(areas, parts, strict=True) if ends}]
        for total in [tuple(map(sum, zip(*given.values(), strict=True)))]
        for area, (part, whole) in {"REG-52": total, **given}.items()
    ]
    definition = define("a", "rate", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}])
    held = {
        cell.ref_area
        for finding in rolled(observe(*rows, unit="pct"), definition)
        if finding.holds
        for cell in finding.cells
    }
    assert held == {"REG-52", "DEP-44"}


BY_AGE = [
    {"by": "category", "of": "_T", "parts": "age"},
    {"by": "ref_area", "of": "REG", "parts": "DEP"},
]
SIZES = {"DEP-44": 9, "DEP-49": 5, "DEP-53": 2, "DEP-72": 4, "DEP-85": 6}
OFTEN = {"a": 80.0, "b": 60.0, "c": 30.0, "d": 50.0, "e": 40.0, "f": 70.0}


def rolled_numbers(observations: pd.DataFrame, definition: IndicatorDefinition) -> list[Finding]:
    """Return what the rules on numbers find."""
    by_id = {definition.id: definition}
    verdicts = evaluate_rules(["BRK", "VNO"], Subject.of(observations, by_id, load_policy()))
    return roll_up(verdicts, observations, by_id, Names())


def by_age(last: dict[str, float]) -> list[tuple[Any, ...]]:
    """Return seven years of departments and ages with all their totals; of the last, other ages."""
    rng = np.random.default_rng(4)
    rows: list[tuple[Any, ...]] = []
    for year in range(2018, 2025):
        ages = {**OFTEN, **(last if year == 2024 else {})}
        cells: dict[tuple[str, str], int] = {}
        for area, size in SIZES.items():
            for age, often in ages.items():
                count = int(rng.poisson(size * often))
                for cell in ((area, age), (area, "_T"), ("REG-52", age), ("REG-52", "_T")):
                    cells[cell] = cells.get(cell, 0) + count
        rows += [
            (
                area,
                str(year),
                float(n),
                {} if age == "_T" else {"breakdown": "age", "category": age},
            )
            for (area, age), n in cells.items()
        ]
    return rows


def test_a_category_that_moves_everywhere_is_told_once_with_the_totals_that_it_moved(
    observe: Observe, define: Define
) -> None:
    findings = rolled_numbers(observe(*by_age({"c": 60.0})), define("a", breakdowns=BY_AGE))
    assert [finding.severity for finding in findings] == [Severity.INFORMATION]
    (event,) = findings
    assert plain(event.title) == (
        "Indicateur a : « c », 775 en 2023, 1 584 en 2024, en tout dans 5 territoires"
    )
    assert plain(event.question) == "Que s'est-il passé entre 2023 et 2024 pour « c » ?"
    told, *others = plain(event.explanation).split("\n\n")
    assert all(other.startswith("REG-52, « c » : ") for other in others)
    assert told.startswith("DEP-44, DEP-49, DEP-53, DEP-72, DEP-85, « c » : là où elle change")
    assert "Aucune autre ne perd ce que celle-ci gagne." in told
    assert {cell.category for cell in event.cells} == {"c"}
    assert "REG-52" in {cell.ref_area for cell in event.cells}


def test_what_is_zero_everywhere_is_held_up_to_the_total_of_totals(
    observe: Observe, define: Define
) -> None:
    rows = by_age(dict.fromkeys(OFTEN, 0.0))
    findings = rolled_numbers(observe(*rows), define("a", breakdowns=BY_AGE))
    held = {cell for finding in findings if finding.holds for cell in finding.cells}
    newest = {cell for cell in held if cell.time_period == "2024"}
    assert len(newest) == len([*OFTEN, "_T"]) * len([*SIZES, "REG-52"])
    assert not any("s'écartent ensemble" in finding.explanation for finding in findings)


def test_a_total_of_which_one_detail_is_in_doubt_is_told_by_that_detail(
    observe: Observe, define: Define
) -> None:
    (finding,) = rolled(
        observe(*departments(400_000.0)),
        define("a", breakdowns=[{"by": "ref_area", "of": "REG", "parts": "DEP"}]),
    )
    assert "DEP-44, 400 en 2023" in plain(finding.title)


def test_an_event_of_a_whole_table_is_titled_by_what_the_table_did(
    observe: Observe, define: Define
) -> None:
    rng = np.random.default_rng(5)
    moves = (0.03, -0.02, 0.04, 0.01, -0.03, 0.02, -0.01, 0.03, 0.3)
    levels = 500 * np.exp(np.cumsum([0.0, *moves]))
    rows = [
        (area, str(2015 + year), float(round(level * np.exp(rng.normal(0, 0.01)))))
        for year, level in enumerate(levels)
        for area in DEPARTMENTS
    ]
    findings = rolled_numbers(observe(*rows), define("a"))
    (event,) = [finding for finding in findings if finding.time_period == "2024"]
    assert not event.holds
    assert plain(event.title).startswith(
        "Indicateur a : entre 2023 et 2024, les 12 séries du tableau passent ensemble de "
    )


@pytest.mark.parametrize("odd", [False, True])
def test_what_a_whole_table_did_is_told_once(
    observe: Observe, define: Define, *, odd: bool
) -> None:
    """All fall together: areas, categories and details say one thing, be one odd by itself too."""
    observations = observe(*by_age({age: 0.5 * often for age, often in OFTEN.items()}))
    by_id = {"a": define("a", breakdowns=BY_AGE)}
    verdicts = evaluate_rules(["BRK", "VNO"], Subject.of(observations, by_id, load_policy()))
    first = verdicts[["rule", "ref_area", "time_period", "category"]].eq(
        ["BRK", "DEP-44", "2024", TOTAL]
    )
    if odd:
        own = "3 000 en 2023, 1 500 en 2024 : environ 1 chance sur 180 d'un écart pareil. "
        verdicts.loc[first.all(axis=1), "explanation"] = own + verdicts["explanation"]
    (told_once,) = roll_up(verdicts, observations, by_id, Names())
    assert told_once.holds
    assert plain(told_once.title).startswith(
        "Indicateur a : entre 2023 et 2024, les 5 séries du tableau passent ensemble de "
    )
    assert told_once.explanation.count("passent ensemble") == 1
    assert "pour le nombre lui-même" not in told_once.explanation


def test_that_most_of_a_period_was_revised_is_told_once_and_not_cell_by_cell(
    observe: Observe, define: Define
) -> None:
    before, now = (
        observe(*((area, "2024", 1000.0 + by * rank) for rank, area in enumerate(DEPARTMENTS, 1)))
        for by in (0, 300)
    )
    by_id = {"a": define("a")}
    (revised,) = roll_up(evaluate(now, by_id, published=before), now, by_id, Names(), before)
    assert revised.rules == ("RRL", "VRT")
    (told,) = plain(revised.explanation).split("\n\n")
    assert "12 valeurs révisées, sur 12 publiées de cette période" in told
    assert plain(revised.title).endswith("publié, 4 600 reçu")


def test_what_departs_from_a_table_that_moved_is_held_without_telling_its_movement_again(
    observe: Observe, define: Define
) -> None:
    observations = observe(*by_age({age: 0.7 * often for age, often in OFTEN.items()}))
    by_id = {"a": define("a", breakdowns=BY_AGE)}
    verdicts = evaluate_rules(["BRK", "VNO"], Subject.of(observations, by_id, load_policy()))
    place = verdicts[["rule", "ref_area", "time_period", "category"]]
    odd = place.eq(["BRK", "DEP-44", "2024", "a"]).all(axis=1)
    own = "750 en 2023, 510 en 2024 : environ 1 chance sur 180 d'un écart pareil."
    verdicts.loc[odd, "severity"] = str(Severity.WARNING)
    verdicts.loc[odd, "explanation"] = f"{own} {verdicts.loc[odd, 'explanation'].item()}"
    held, event = roll_up(verdicts, observations, by_id, Names())
    assert (held.holds, event.holds) == (True, False)
    assert "passent ensemble" not in held.title + held.explanation
    assert plain(held.explanation) == f"DEP-44, « a » : {own}"
    assert event.explanation.count("passent ensemble") == 1
