"""Each entry of the fiches, on figures that deserve it and on figures that do not.

What is sound is what the report printed, unless the report itself is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS
from expectations.cells.seeds import categories_of_breakdowns
from expectations.suites.fiches.entries import Entry, load_suites

MODELS = Path(__file__).parents[5] / "dbt_project" / "models" / "indicators"
ENTRIES = {entry.name: entry for entry in load_suites().entries}
BREAKDOWNS = {category: breakdown for breakdown, category in categories_of_breakdowns()}
DEFINITIONS = {
    model["name"]: IndicatorDefinition.model_validate(
        {**model["config"]["meta"]["vigie"], "id": model["name"]}
    )
    for path in sorted(MODELS.rglob("*.yml"))
    for model in yaml.safe_load(path.read_text("utf-8"))["models"]
}
Row = tuple[str, str, str, str, float | str]


@dataclass(frozen=True)
class Figures:
    """What an entry is tried on: rows of ``(indicator, area, period, category, value)``."""

    sound: list[Row]
    wrong: list[Row]


def region(indicator: str, period: str, **values: float | str) -> list[Row]:
    """Return the cells of the region, by category; ``total`` for the whole."""
    return [
        (indicator, "REG-52", period, "_T" if category == "total" else category, value)
        for category, value in values.items()
    ]


def everywhere(indicator: str, period: str, **values: float | str) -> list[Row]:
    """Return the cells of several areas."""
    return [
        (indicator, area.replace("_", "-"), period, "_T", value) for area, value in values.items()
    ]


def shares(**values: float) -> list[Row]:
    """Return the shares of the departments among the employees of the region."""
    return [
        (
            "1B3_salaries_entres_formation",
            area.replace("_", "-"),
            "2023",
            "part_de_la_region",
            value,
        )
        for area, value in values.items()
    ]


def map_of(year: str, rate: float, opened: int, closed: int) -> list[Row]:
    """Return a campaign of the training map, for one ministry."""
    numbers = (rate, opened, closed)
    names = ("4B1_taux_transformation", "4B2_ouvertures_places", "4B3_fermetures_places")
    return [
        (name, "REG-52", year, "men", number) for name, number in zip(names, numbers, strict=True)
    ]


SIZES = {"moins_11": 30, "11_49": 42, "50_plus": 27}
E14, E15 = "1C4_taux_emploi_seniors", "1C5_taux_activite_seniors"
BUS, DROPOUTS = "2A4_eleves_orientibus", "2B1_decrocheurs_psad"
ACCESS, FAMILIES = "2B4_acces_emploi_publics_prioritaires", "2A3_part_filles_voeux"
STUDY, WORK = "4B5_poursuite_etude_bacpro", "4B6_insertion_bacpro"
FAMILY_NAMES = ("BPJEPS", "BTSA", "DUT - Production", "BTS - Production", "DEUST", "DCG")

FIGURES = {
    "parts_par_taille": Figures(
        region("1A1_salaries_formes_te", "2023", **SIZES),
        region("1A1_salaries_formes_te", "2023", **{**SIZES, "moins_11": 3}),
    ),
    "parts_des_departements": Figures(
        shares(DEP_44=40, DEP_49=21, DEP_53=12, DEP_72=14, DEP_85=14),
        shares(DEP_44=40, DEP_49=21, DEP_53=12, DEP_72=14, DEP_85=41),
    ),
    "emploi_dans_activite": Figures(
        region(E14, "2022", total=52.9) + region(E15, "2022", total=57.5),
        region(E14, "2022", total=57.5) + region(E15, "2022", total=52.9),
    ),
    # The figures of the PCRH, printed in the row of the employment rate.
    "taux_emploi_vraisemblable": Figures(
        everywhere("1C2_taux_emploi_15_64", "2017", REG_52=66.8, DEP_44=68.9, DEP_72=65.0),
        everywhere("1C2_taux_emploi_15_64", "2017", REG_52=43, DEP_44=7, DEP_49=26, DEP_72=1),
    ),
    "taux_seniors_vraisemblables": Figures(
        everywhere(E14, "2022", REG_52=52.9, DEP_44=44.3), everywhere(E14, "2022", DEP_44=7)
    ),
    "une_decimale_taux_declares_1c": Figures(
        region("1C6_taux_retour_emploi_th", "2024", total=18.6),
        region("1C6_taux_retour_emploi_th", "2024", total=18.5714),
    ),
    "journees_en_etablissement": Figures(
        region(BUS, "2023-2024", journees=384, journees_en_etablissement=330),
        region(BUS, "2023-2024", journees=330, journees_en_etablissement=384),
    ),
    "eleves_parmi_visiteurs": Figures(
        region(BUS, "2023-2024", total=32000, visiteurs=35000),
        region(BUS, "2023-2024", total=32000, visiteurs=3500),
    ),
    "nombre_de_familles": Figures(
        region(FAMILIES, "2018", **dict.fromkeys(FAMILY_NAMES, 30)),
        region(FAMILIES, "2018", **dict.fromkeys(FAMILY_NAMES[:3], 30)),
    ),
    "total_des_connus": Figures(
        region(DROPOUTS, "2022-2023", total=3412, connus=3412),
        region(DROPOUTS, "2022-2023", total=3110, connus=3412),
    ),
    "total_des_suivis": Figures(
        region(DROPOUTS, "2023-2024", total=3110, suivis=3110),
        region(DROPOUTS, "2023-2024", total=3412, suivis=3110),
    ),
    "en_solution_parmi_suivis": Figures(
        region(DROPOUTS, "2023-2024", total=3110, en_solution=3021),
        region(DROPOUTS, "2023-2024", total=3021, en_solution=3110),
    ),
    "suivis_parmi_listes_brutes": Figures(
        region(DROPOUTS, "2023-2024", total=3110, listes_rio_brutes=6148),
        region(DROPOUTS, "2023-2024", total=3110, listes_rio_brutes=614),
    ),
    "emploi_durable_parmi_emploi": Figures(
        region(ACCESS, "2025-04", total=40.5, durable=20.5),
        region(ACCESS, "2025-04", total=20.5, durable=40.5),
    ),
    "une_decimale_taux_lus": Figures(
        region(ACCESS, "2025-04", rsa=22.9), region(ACCESS, "2025-04", rsa=22.857)
    ),
    "nombre_de_cos_vraisemblable": Figures(
        region("3A1_cos_signes", "2024", total=3), region("3A1_cos_signes", "2024", total=137)
    ),
    "metiers_du_rome": Figures(
        region("3B1_metiers_preconisations", "2023", total=311),
        region("3B1_metiers_preconisations", "2023", total=3110),
    ),
    "entrees_a_l_unite": Figures(
        region("3B2_entrees_formation", "2023", total=233424),
        region("3B2_entrees_formation", "2023", total=233.0),
    ),
    "situations_chaque_annee": Figures(
        region("4A1_situations_ct2e", "2022-2023", total="O")
        + region("4A1_situations_ct2e", "2023-2024", total=136),
        region("4A1_situations_ct2e", "2023-2024", total=136)
        + region("4A1_situations_ct2e", "2024-2025", total="L"),
    ),
    "les_deux_ministeres": Figures(
        region("4B2_ouvertures_places", "2024", men=644, masa=110),
        region("4B2_ouvertures_places", "2024", men=644),
    ),
    "places_proposees_stables": Figures(
        map_of("2023", 5.4, 785, 245) + map_of("2024", 5.3, 644, 205),
        map_of("2023", 1.0, 120, 0) + map_of("2024", 0.6, 110, 40),
    ),
    "poursuite_et_insertion": Figures(
        region(STUDY, "2024", masa=20) + region(WORK, "2024", masa=51),
        region(STUDY, "2023", men=59) + region(WORK, "2023", men=51),
    ),
    "reunions_vraisemblables": Figures(
        region("5_reunions_groupe_srefop", "2024", total=8)
        + region("5_reunions_groupe_srefop", "2025", total=52),
        region("5_reunions_groupe_srefop", "2024", total=52),
    ),
}
"""What the report printed of the MASA's map, and of the MEN's leavers of 2023, does not hold."""


def test_every_entry_is_tried() -> None:
    assert set(FIGURES) == set(ENTRIES)


@pytest.mark.parametrize("name", FIGURES)
def test_it_is_silent_on_sound_figures(judge: Callable[..., Any], name: str) -> None:
    assert judged(judge, ENTRIES[name], FIGURES[name].sound).failing == set()


@pytest.mark.parametrize("name", FIGURES)
def test_it_fails_on_wrong_figures_and_asks_its_question(
    judge: Callable[..., Any], name: str
) -> None:
    told = judged(judge, ENTRIES[name], FIGURES[name].wrong).rows
    failing = told[told["outcome"] == "fail"]
    assert len(failing)
    asked = ENTRIES[name]
    expected = str(asked.override.severity) if asked.override else None
    for row in failing.to_dict("records"):
        assert asked.explanation[:30].strip(" .") in row["explanation"].replace("\xa0", " ")
        assert f'"nom": "{name}"' in row["evidence"]
        assert expected in (None, row["severity"])


def judged(judge: Callable[..., Any], entry: Entry, rows: list[Row]) -> Any:  # noqa: ANN401
    """Return what one entry says of some figures, under the rule that it belongs to."""
    observations = pd.DataFrame([observation(*row) for row in rows]).reindex(columns=COLUMNS)
    names = sorted({str(row[0]) for row in rows})
    return judge(entry.code, observations, *(DEFINITIONS[name] for name in names), entries=(entry,))


def observation(
    indicator: str, area: str, period: str, category: str, value: float | str
) -> dict[str, object]:
    """Return a cell as its model would give it."""
    return {
        "indicator": indicator,
        "ref_area": area,
        "time_period": period,
        "breakdown": BREAKDOWNS[category],
        "category": category,
        "obs_value": None if isinstance(value, str) else value,
        "obs_status": value if isinstance(value, str) else "A",
        "unit_measure": DEFINITIONS[indicator].unit_of(category),
    }
