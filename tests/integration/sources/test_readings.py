"""A producer that only gives its last reading: Vigie keeps the former ones."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sources.landing import land, landed_path
from sources.registry import source

READING = "code_periode"
ID_OLD, ID_NEW = "a" * 64, "b" * 64


def _table(period: str, *publics: str) -> pa.Table:
    known = source("france_travail_acces_emploi").contract.columns
    columns = {name: pa.array([None] * len(publics), pa.string()) for name in known}
    columns[READING] = pa.array([period] * len(publics), pa.string())
    columns["code_caract"] = pa.array(publics, pa.string())
    return pa.table(columns)


def _landed(home: Path) -> set[tuple[str, str, str]]:
    rows = pq.read_table(landed_path(home, "france_travail_acces_emploi")).to_pylist()
    return {(row[READING], row["code_caract"], row["_extract_id"]) for row in rows}


def test_a_new_reading_is_added_to_the_former_ones(tmp_path: Path) -> None:
    extracts = [(_table("2025-07", "_T"), ID_NEW), (_table("2025-04", "_T", "RSA"), ID_OLD)]
    land(tmp_path, source("france_travail_acces_emploi"), extracts)
    assert _landed(tmp_path) == {
        ("2025-07", "_T", ID_NEW),
        ("2025-04", "_T", ID_OLD),
        ("2025-04", "RSA", ID_OLD),
    }


def test_a_reading_given_again_replaces_the_whole_of_the_former_one(tmp_path: Path) -> None:
    extracts = [(_table("2025-04", "_T"), ID_NEW), (_table("2025-04", "_T", "RSA"), ID_OLD)]
    land(tmp_path, source("france_travail_acces_emploi"), extracts)
    assert _landed(tmp_path) == {("2025-04", "_T", ID_NEW)}


def test_other_sources_keep_their_last_extract_only(tmp_path: Path) -> None:
    known = source("france_travail_acces_emploi")
    other = replace(known, contract=known.contract.model_copy(update={"reading": None}))
    land(tmp_path, other, [(_table("2025-07", "_T"), ID_NEW)])
    assert _landed(tmp_path) == {("2025-07", "_T", ID_NEW)}
