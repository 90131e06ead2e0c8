"""The SREFOP's own tables, as the demo's night builds them, with their own definitions."""

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from expectations.cells.indicator_definition import IndicatorDefinition, load_definitions
from tests.benchmarks.breaks.uniform import PROJECT, TEXTS

OBSERVATIONS = Path(__file__).parent / "data" / "srefop_observations.csv"
MODELS = PROJECT / "dbt_project" / "models" / "indicators"

DESERVED = {
    "1A1_salaries_formes_te": "one more OPCO reports in 2024",
    "1A2_etablissements_sensibilises_te": "one more OPCO reports; establishments or firms",
    "1A4_pcrh_te": "national collection in 2024, fewer themes",
    "1B2_etablissements_maitre_apprentissage": "one more OPCO reports in 2024",
    "1B3_salaries_entres_formation": "shares of departments that do not add up to 100",
    "1C4_taux_emploi_seniors": "figures of 2021 and 2022 shown for 2023 and 2024",
    "1C5_taux_activite_seniors": "figures of 2022 shown for 2024",
    "2A3_part_filles_voeux": "« Diplôme des métiers d'Arts » became « DN MADE »",
    "2A4_eleves_orientibus": "totals that are not the sum of their parts",
    "2B1_decrocheurs_psad": "« connus » became « suivis »",
    "3B1_metiers_preconisations": "occupations became recommendations",
    "4B1_taux_transformation": "MASA 2024: 0.6 % where 110 opened and 40 closed places say more",
    "4B3_fermetures_places": "0 → 40, unexplained",
    "4B4_places_diplomes_colores": "0 → 132, unexplained",
    "4B5_poursuite_etude_bacpro": "59 % study and 51 % work: 110 % of the leavers",
    "4B6_insertion_bacpro": "the same",
}
"""What is known to be wrong, or is unexplained, in the report's own figures."""


@cache
def observations() -> pd.DataFrame:
    """Return every observation of that night."""
    return pd.read_csv(OBSERVATIONS, dtype=dict.fromkeys(TEXTS, "str"))


@cache
def definitions() -> dict[str, IndicatorDefinition]:
    """Return the definitions, read beside their models."""
    models = [
        model
        for file in sorted(MODELS.rglob("*.yml"))
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
    ]
    nodes: dict[str, Any] = {
        model["name"]: {**model, "resource_type": "model"} for model in models if "config" in model
    }
    return load_definitions({"nodes": nodes})
