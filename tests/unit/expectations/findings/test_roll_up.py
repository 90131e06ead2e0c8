"""Findings: which verdicts go together, which cells they hold, and what a steward reads."""

import json
import re

import pandas as pd
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.findings.code_names import Names
from expectations.findings.compared import Basis
from expectations.findings.roll_up import Finding, roll_up
from expectations.rules.evaluate import evaluate, evaluate_rules
from expectations.subject.subject import Subject
from expectations.suites.policy import load_policy
from expectations.verdicts.proofs import ENTERED_EVERYWHERE, MEANT_PERIOD, MOVED_EVERYWHERE
from expectations.verdicts.table import Severity
from tests.unit.expectations.findings.rolling import (
    DEPARTMENTS,
    Define,
    Observe,
    of_rule,
    plain,
    rolled,
)

AREAS = ("DEP-44", "DEP-49", "REG-52")
Definitions = dict[str, IndicatorDefinition]


@pytest.fixture(scope="session")
def founding_case(
    real_observations: pd.DataFrame, real_definitions: Definitions, names: Names
) -> Finding:
    verdicts = evaluate(real_observations, real_definitions)
    findings = roll_up(verdicts, real_observations, real_definitions, names)
    (finding,) = [finding for finding in findings if finding.holds]
    return finding


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


def test_a_cell_that_should_not_be_is_not_told_as_awaited(observe: Observe, define: Define) -> None:
    places = "4B2_ouvertures_places"
    men, masa = ({"breakdown": "ministere", "category": name} for name in ("men", "masa"))
    for last, told in (
        (("REG-53", "2024", 696), "696 en 2024 — cellule qui n'est pas attendue"),
        (("REG-53", "2024", "L", masa), "aucune valeur en 2024 — cellule attendue"),
    ):
        rows = [("REG-53", "2024", 655, men), last]
        findings = rolled(observe(*rows, indicator=places, unit="place"), define(places))
        assert any(plain(finding.title).endswith(told) for finding in findings), told


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


def test_what_moved_is_shown_before_what_is_only_rounded(observe: Observe, define: Define) -> None:
    """A table is suddenly rounded to ten, and Maine-et-Loire doubles in it besides."""
    before = {"DEP-44": 12265, "DEP-49": 7433, "DEP-53": 2842, "DEP-72": 4212, "DEP-85": 6517}
    after = {"DEP-44": 12300, "DEP-49": 14433, "DEP-53": 2850, "DEP-72": 4230, "DEP-85": 6600}
    rows = [
        (area, period, value)
        for period, values in (("2023", before), ("2024", after))
        for area, value in {**values, "REG-52": sum(values.values())}.items()
    ]
    breakdowns = [{"by": "ref_area", "of": "REG", "parts": "DEP"}]
    (finding,) = rolled(observe(*rows), define("a", breakdowns=breakdowns))
    assert finding.headline
    assert finding.headline.ref_area == "DEP-49"
    (rounded,) = of_rule("DFC", observe(*rows), define("a", breakdowns=breakdowns))
    assert plain(rounded.title).endswith("12 265 en 2023, 12 300 en 2024 — soudain arrondi à 10")
