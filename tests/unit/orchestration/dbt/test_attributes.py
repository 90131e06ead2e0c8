"""Owners, tags and freshness follow from definitions and contracts, and from nothing else."""

from datetime import timedelta

import dagster as dg
import pytest

from orchestration.dbt import attributes
from orchestration.dbt.metadata import MOST_ORIGINS, origins
from sources.registry import sources

DEFINITION = {
    "fiche": "1.A",
    "producer": "DREETS",
    "cadence": "annual",
    "unit_measure": "pcrh",
    "origin": "declared",
    "expected_lag_months": 5,
}


def test_the_owner_is_the_producer_of_a_contract() -> None:
    assert attributes.owner("DREETS") == "team:dreets"
    assert attributes.owner("INSEE") == "team:insee"
    with pytest.raises(ValueError, match=r"« Dreet » .* aucun contract\.yml.*dreets"):
        attributes.owner("Dreet")


def test_an_indicator_is_found_by_its_tags() -> None:
    assert attributes.tags(DEFINITION) == {
        "fiche": "1.A",
        "producer": "dreets",
        "cadence": "annual",
        "unit": "pcrh",
        "origin": "declared",
    }


def test_a_table_older_than_a_period_and_its_lag_is_stale() -> None:
    policy = attributes.indicator_freshness(DEFINITION)
    assert policy == dg.FreshnessPolicy.time_window(fail_window=timedelta(days=366 + 5 * 31))
    reading = attributes.indicator_freshness({**DEFINITION, "cadence": "reading"})
    assert reading == dg.FreshnessPolicy.time_window(fail_window=timedelta(days=92 + 5 * 31))


def test_what_has_no_lag_is_never_stale() -> None:
    assert attributes.indicator_freshness({**DEFINITION, "expected_lag_months": None}) is None


def test_the_columns_of_an_extract_are_those_of_its_contract() -> None:
    contract = sources()["dreets_pcrh_2024"].contract
    schema = attributes.column_schema(contract)
    assert [column.name for column in schema.columns] == [
        *contract.columns,
        "_extract_id",
        "_line",
    ]
    (count,) = (column for column in schema.columns if column.name == "nombre")
    assert count.description == "Titre : « Nombre de PCRH » ou « Nombre »."


def test_the_origins_of_columns_are_told_and_bounded() -> None:
    many = [
        dg.TableColumnDep(dg.AssetKey(["indicators", f"i{rank}"]), "obs_value")
        for rank in range(MOST_ORIGINS + 2)
    ]
    told = origins(dg.TableColumnLineage({"obs_value": many, "unit": []}))
    assert "[indicators/i0](/assets/indicators/i0).`obs_value`" in told
    assert told.endswith("et 2 autres |")
    assert "unit" not in told
