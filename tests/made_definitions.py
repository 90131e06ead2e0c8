"""Definitions of indicators for tests: only what a test is about need be told."""

from expectations.cells.indicator_definition import IndicatorDefinition


def made_definition(name: str, kind: str = "count", **told: object) -> IndicatorDefinition:
    """Return the definition of an indicator, what is not told being that of any other."""
    usual = {
        "fiche": "1.A",
        "label": f"Indicateur {name}",
        "counts": "des choses",
        "unit_measure": "pcrh" if kind == "count" else "pct",
        "value_kind": kind,
        "producer": "DREETS",
        "contact": "la DREETS Pays de la Loire",
        "cadence": "annual",
        "origin": "declared",
        "period_kind": "year",
        "expected_lag_months": 5,
        "reference_period": "l'année civile",
        "comparability": [{"kind": "definition", "version": "choses-1"}],
    }
    return IndicatorDefinition.model_validate({"id": name, **usual, **told})
