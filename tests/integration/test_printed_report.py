"""What the night finds in the real report of 2023-2024, each line read and found true by eye.

Here: that very list, that it owes nothing to what was declared since, and where it is shown. Not
here: each rule by itself (``tests/unit/expectations/printed``).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from expectations.cells.indicator_definition import IndicatorDefinition, load_definitions
from expectations.printed.claims import Fate
from expectations.printed.comparisons import PrintedComparison
from expectations.printed.document import Document, figures_of_table, passages_of_table
from expectations.printed.examine import KINDS, Examination, examine
from orchestration.keys import FIGURES_KEY
from orchestration.reporting.templating import PRINTED_PAGE
from orchestration.settings.folders import Folders
from orchestration.station.findings import read_findings
from orchestration.station.printed_report import examine_warehouse, read_examination
from orchestration.station.releases_in_force import current_release
from orchestration.station.warehouse import read_names, read_printed_report

PCRH = "Loire-Atlantique : 7 ; Maine-et-Loire : 26 ; Sarthe : 1 ; Vendée : 9 ; total : 43"
GROUPS = (
    "Bénéficiaires du RSA : 22,9 ; Bénéficiaires de l'obligation d'emploi : 18,6 ; Résidents en "
    "QPV : 33,2 ; Niveau inférieur au bac : 38 ; 55 ans et plus : 21,8 ; Jeunes jusqu'à bac + 2 : "
    "50,6 ; total : 40,5"
)
TRAINED = (
    "« Nombre de salariés stagiaires bénéficiaires d'actions de formation référencées Transition "
    "écologique et financées par les OPCO »"
)
MADE_AWARE = (
    "« Nombre d'établissements bénéficiaires d'actions de sensibilisation financées par {} »"
)
MEN = "Fiche 4.B : Pour les données « MEN »"

PASTED = (
    "« Pour le taux d'accès à l'emploi des publics prioritaires, la source qui est le "
    "Tableau de bord du Réseau pour l'Emploi ne permet pas d'extraire les données sur deux "
    "dates différentes. »"
)
ENTRIES = (
    "« Nombre d'entrées en formation sur la liste Métier-Secteurs-Territoires (ROME) de la "
    "SREFOP toutes voies confondues »"
)
NOT_LIMITED = (
    "« Le chiffre ne se limite pas uniquement au ROME présents dans la liste "
    "Métier-Secteurs-Territoires (ROME) »"
)
AT_SUMMER = (
    "1 901 hors AKTO, Commerce, OCAPIAT, Santé (au 27/06/2025) ; 2 320 hors AKTO, OCAPIAT, "
    "Santé (au 27/06/2025)"
)
HIGH = (
    "Laval : 57,6 % ; Le Mans : 57,6 % ; La Roche-sur-Yon : 57,1 % ; Angers : 56,1 % ; "
    "Segré-en-Anjou Bleu : 56,4 %"
)
MOVED_MORE = (
    "Pornic : +3,2 points (44,2 puis 47,4) ; Angers : +2,1 points (54,4 puis 56,5) ; "
    "Challans : +2 points (42,3 puis 44,3)"
)

FOUND = [
    # Rule, indicator, what of it, period, both things printed.
    ("CPY", "1C2", "", "2023", PCRH, PCRH),
    ("CPY", "1C3", "source", "", "« INSEE »", "« INSEE »"),
    ("CPY", "2B5", "texte", "2024", PASTED, PASTED),
    ("VMP", "1A4", "", "2023", "3 PCRH", "43 PCRH"),
    ("VMP", "2B2", "", "2023", "5 051 demandeurs d’emploi", "4 959 demandeurs d’emploi"),
    ("VMP", "2B2", "", "2024", "4 755 demandeurs d’emploi", "4 807 demandeurs d’emploi"),
    ("VMP", "1C4", "Angers", "2022", "56,5 %", "55,4 %"),
    ("VMP", "1C4", "Challans", "2022", "44,3 %", "43,4 %"),
    ("VMP", "1C4", "Cholet", "2022", "54,3 %", "54,6 %"),
    ("VMP", "1C4", "Nantes", "2022", "58,3 %", "56,2 %"),
    ("VMP", "1C4", "Pornic", "2022", "47,4 %", "44,3 %"),
    ("VMP", "1C5", "Angers", "2022", "61,6 %", "61 % ; 56,1 %"),
    ("VMP", "1C5", "Le Mans", "2022", "56,4 %", "57,6 %"),
    ("VMP", "1C5", "Nantes", "2022", "62,8 %", "61,2 %"),
    ("VMP", "1C5", "Pornic", "2022", "52,7 %", "52,5 %"),
    (
        "VMP",
        "2A3",
        "candidatures",
        "2023",
        "1 791 sur 6 793 candidatures",
        "1 791 sur 6 893 candidatures",
    ),
    ("LAG", "1C2", "", "", "69,1 % sous 2023 et 2024", "69,1 %, « 2021 »"),
    ("LAG", "1C4", "", "2023", "51,5 % sous 2023", "51,5 %, « 2021 »"),
    ("LAG", "1C4", "", "2024", "52,9 % sous 2024", "43,4 à 58,3 en 2022"),
    ("LAG", "1C5", "", "2024", "57,5 % sous 2024", "49,9 à 62,8 en 2022"),
    ("LAG", "2B4", "", "2024", f"sous avril 2025, {GROUPS}", f"sous 2024, {GROUPS}"),
    ("LAG", "2B5", "", "2023", "5,6 % sous 2023", "5,6 %, « avril 2025 »"),
    ("LAG", "", MEN, "", "sous 2023 et 2024", "2024-2025 et 2025-2026"),
    ("VAD", "2A4", "", "2022-2023", "29 400 élèves", "29 200"),
    ("VAD", "2A4", "", "2023-2024", "32 000 élèves", "32 023"),
    ("VAD", "2A3", "formations", "2024", "9 formations", "8"),
    ("VCO", "1A2", "", "2024", "+30 %", "+22 %"),
    ("VCO", "2B1", "", "2023-2024", "50 %", "50,6 %"),
    ("VCO", "1C4", "Château-Gontier", "2022", "−1,3 point", "+0,7 point"),
    ("VCO", "1C4", "La Roche-sur-Yon", "2022", "+1,8 point", "+2,3 points"),
    ("VCO", "1C4", "Le Mans", "2022", "+1,5 point", "+1,1 point"),
    ("VCO", "1C4", "Mayenne", "2022", "−2,1 points", "+1 point"),
    (
        "VCO",
        "1C4",
        "Progressions notables",
        "2022",
        "La Roche-sur-Yon : +1,8 point ; Le Mans : +1,5 point ; Cholet : +1,4 point",
        MOVED_MORE,
    ),
    (
        "VCO",
        "1C5",
        "Zones à forte activité senior",
        "2022",
        HIGH,
        "Nantes : 62,8 % ; Cholet : 58,6 %",
    ),
    ("VCO", "2A3", "formations", "2024", "55 % des formations", "55,6 %"),
    (
        "VCO",
        "2A4",
        "journées d'animation",
        "2022-2023",
        "388 journées d'animation",
        "dont 388 établissements scolaires",
    ),
    ("DFC", "1A2", "", "2023", "1 901 établissements", "1 901 établissements ou entreprises"),
    ("DFC", "3B1", "", "2024", "311 métiers", "137 préconisations"),
    ("DFC", "1A1", "unité", "", TRAINED, "« exprimées en nombre d'établissements »"),
    (
        "DFC",
        "1A2",
        "intitulé",
        "",
        MADE_AWARE.format("l'État et la Région, à la Transition écologique"),
        MADE_AWARE.format("les OPCO, à la Transition écologique"),
    ),
    ("DFC", "1A4", "unité", "", "« Etablissement ligérien »", "« Etablissement ligérien »"),
    (
        "DFC",
        "1C1",
        "unité",
        "",
        "« Nombre d'établissements ayant mobilisé le dispositif PCRH »",
        "« nombre de PCRH et non le nombre d'établissements »",
    ),
    (
        "DFC",
        "2B1",
        "Jeunes suivis",
        "2023-2024",
        "« Jeunes connus » : 3 412",
        "« Jeunes suivis » : 3 110",
    ),
    ("DFC", "3B2", "champ", "", ENTRIES, NOT_LIMITED),
    ("RPC", "1A1", "périmètre", "", "4 792 hors AKTO, OCAPIAT, Santé", "7 507 hors AKTO, OCAPIAT"),
    (
        "RPC",
        "1A1",
        "périmètre des parts",
        "2024",
        "18%, 26%, 56%, hors OPCO 2i et Santé en plus",
        "18%, 26%, 56%, hors OPCO AKTO, OCAPIAT",
    ),
    ("RPC", "1A2", "périmètre", "", "1 901 et 2 320 hors AKTO, OCAPIAT (au 15/05/2025)", AT_SUMMER),
    (
        "RPC",
        "1B2",
        "périmètre",
        "",
        "689 hors AKTO, OCAPIAT, Uniformation",
        "801 hors AKTO, OCAPIAT",
    ),
    (
        "RPC",
        "4B5",
        "MASA (agriculture)",
        "",
        "20 % ; 20 %",
        "« hors enseignement agricole faute de donnée existante »",
    ),
    (
        "REP",
        "1C4",
        "Les Sables-d'Olonne",
        "2022",
        "46,1 % ; 51,6 %, « Taux d'activité des seniors ligériens »",
        "aucun nombre",
    ),
    ("FDT", "1C5", "", "2024", "« 57 ;5% »", "57,5 %"),
]

HINTS = ("time_period", "note", "period_reason", "obs_value", "agreement", "difference", "reason")


@pytest.fixture(scope="module")
def definitions(demo_home: Path) -> dict[str, IndicatorDefinition]:
    manifest = json.loads((demo_home / "dbt" / "manifest.json").read_text("utf-8"))
    return load_definitions(manifest)


@pytest.fixture(scope="module")
def examination(demo_home: Path) -> Examination:
    """What the night left."""
    found = read_examination(Folders(demo_home))
    assert found is not None
    return found


def told(one: PrintedComparison) -> tuple[str, ...]:
    sides = (one.first.text, one.second.text)
    plain = (text.replace("\u202f", " ").replace("\xa0", " ") for text in sides)
    return (one.rule, one.indicator.partition("_")[0], one.subject, one.period, *plain)


def test_the_night_lists_what_does_not_hold_together_with_both_numbers(
    examination: Examination,
) -> None:
    assert [told(one) for one in examination.contradictions] == FOUND


FACTS = 48
"""What a person who corrects the report ticks off, counted by hand in ``FOUND``: each line is one,
but that the 51,5 %, the 52,9 % and the 57,5 % are shown late by one and the same source, and that
the numbers of job seekers of both years come from one other extract."""


def test_one_fact_is_one_line(examination: Examination) -> None:
    assert len(examination.contradictions) <= 1.2 * FACTS
    topics = {told(one)[:4] for one in examination.contradictions}
    assert len(topics) == len(examination.contradictions)


def test_every_line_says_where_what_is_wrong_and_what_to_ask(examination: Examination) -> None:
    for one in examination.contradictions:
        assert one.first.places, one
        assert one.second.places, one
        assert one.explanation.endswith("."), one
        assert one.question.endswith("?"), one


def test_what_its_sentences_claim_is_counted(examination: Examination) -> None:
    assert examination.claims == {Fate.VERIFIED: 39, Fate.CONTRADICTED: 16, Fate.NOT_TIED: 16}


def test_right_claims_are_verified_not_ignored(examination: Examination) -> None:
    verified = {
        (one.indicator[:3], one.first.value)
        for one in examination.comparisons
        if one.rule == "VCO" and one.holds
    }
    changes = {("1A1", 57.0), ("1C1", 81.0), ("1C1", 39.0), ("1C1", 29.0), ("1C1", 5.0)}
    shares = {("1B1", 37.0), ("1B1", 9.0), ("2B1", 62.0), ("2B1", 99.0), ("2B1", 97.0)}
    assert verified >= changes | shares


def test_it_is_found_without_any_hint(
    demo_home: Path, definitions: Mapping[str, IndicatorDefinition], examination: Examination
) -> None:
    printed = read_printed_report(demo_home / "warehouse.duckdb")
    names = read_names(demo_home / "warehouse.duckdb")
    bare = Document(
        figures=figures_of_table(printed.figures.drop(columns=list(HINTS))),
        passages=passages_of_table(printed.passages),
        definitions={
            name: definition.model_copy(update={"printed_differences": (), "comparability": ()})
            for name, definition in definitions.items()
        },
        areas=names.areas,
        categories=names.categories,
        units=printed.units,
    )
    found = [replace(one, explained="") for one in examination.contradictions]
    assert list(examine(bare).contradictions) == found


def test_what_was_declared_since_is_put_beside(examination: Examination) -> None:
    explained = {told(one)[:4] for one in examination.contradictions if one.explained}
    assert {("VMP", "1A4", "", "2023"), ("VMP", "2B2", "", "2024")} <= explained
    assert not any(one.explained for one in examination.contradictions if one.rule == "CPY")


def test_the_night_holds_the_founding_case_and_nothing_for_the_printed_report(
    demo_home: Path,
) -> None:
    release = current_release(demo_home / "releases")
    assert release is not None
    held = {
        (finding.indicator, finding.time_period)
        for finding in read_findings(Folders(demo_home), release.release_id)
        if finding.holds
    }
    assert ("1A4_pcrh_te", "2024") in held
    assert (
        not {("2B2_de_remise_a_niveau", "2023"), ("1A2_etablissements_sensibilises_te", "2023")}
        & held
    )


def test_the_checks_of_the_printed_figures_say_so(demo_home: Path) -> None:
    keys = [dg.AssetCheckKey(FIGURES_KEY, rule) for rule in KINDS]
    with dg.DagsterInstance.from_config(str(demo_home / "dagster")) as instance:
        records = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    told = {key.name: record.status.value for key, record in records.items()}
    assert told == dict.fromkeys(KINDS, "FAILED")


def test_the_report_shows_it(demo_home: Path, examination: Examination) -> None:
    report = demo_home / "reports" / "current"
    assert f'href="{PRINTED_PAGE}"' in (report / "index.html").read_text("utf-8")
    page = (report / PRINTED_PAGE).read_text("utf-8")
    for one in examination.contradictions:
        assert f'id="bilan-{one.comparison_id}"' in page


def test_examining_again_gives_the_same(
    demo_home: Path, definitions: Mapping[str, IndicatorDefinition], examination: Examination
) -> None:
    assert examine_warehouse(Folders(demo_home), definitions) == examination
