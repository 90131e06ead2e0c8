"""All sources collected from the replayed portals, night after night."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests

from sources.archive import Archive, FetchStatus
from sources.client import Source
from sources.collect import Credentials, ensure_landed
from sources.landing import landed_path
from sources.registry import source, sources
from sources.replay.deposits import deposit_recordings, recorded_region
from sources.replay.faults import RECORDINGS

FirstNight = tuple[Path, Any]
CollectNight = Callable[..., Any]

SHAPES = {
    "catalogue_parcoursup": (2, 2),
    "parcoursup_2018": (10_697, 85),
    "parcoursup_2019": (11_577, 92),
    "inserjeunes_cfa": (11_314, 16),
    "insee_emploi_communes": (1_238 * 3 * 4, 10),
    "insee_zones_emploi": (34_955, 7),
    "insee_departements": (101, 7),
    "insee_regions": (18, 6),
    "insee_activite_departements": (96, 11),
    "insee_chomage_zones": (302, 22),
    "dgcl_epci": (34_955, 4),
    "france_travail_acces_emploi": (8, 16),
    "france_travail_series_cvs": (99 * 118, 6),
    "dreets_pcrh_2023": (11, 7),
    "dreets_pcrh_2024": (9, 7),
    "cariforef_seniors_zones": (21, 5),
    "cariforef_bilan_2023_2024": (305, 9),
    "cariforef_bilan_2023_2024_texte": (359, 6),
    "agora_indicateurs": (12, 11),
    "cariforef_indicateurs": (6, 11),
    "dares_indicateurs": (7, 11),
    "drafpic_indicateurs": (4, 11),
    "dreets_indicateurs": (2, 11),
    "education_nationale_indicateurs": (2, 11),
    "france_travail_indicateurs": (7, 11),
    "opco_indicateurs": (18, 11),
    "orion_indicateurs": (8, 11),
    "region_indicateurs": (44, 11),
}


def landed(home: Path, source_id: str) -> pa.Table:
    return pq.read_table(landed_path(home, source_id))


def test_every_source_is_new_on_the_first_night(first_night: FirstNight) -> None:
    _, night = first_night
    assert set(night.outcomes) == set(SHAPES)
    for outcome in night.outcomes.values():
        assert outcome.status is FetchStatus.NEW
        assert outcome.extract_in_use == outcome.extract_id
        assert (outcome.message, outcome.error_class) == (None, None)
        assert outcome.started_at.tzinfo is not None
        assert outcome.bytes > 0


@pytest.mark.parametrize(("source_id", "shape"), SHAPES.items())
def test_every_row_is_landed_as_text_with_its_extract_and_line(
    first_night: FirstNight, source_id: str, shape: tuple[int, int]
) -> None:
    home, night = first_night
    table = landed(home, source_id)
    rows, columns = shape
    assert (table.num_rows, table.num_columns) == (rows, columns + 2)
    assert table.column_names[-2:] == ["_extract_id", "_line"]
    assert set(table.column_names[:-2]) == set(source(source_id).contract.columns)
    assert {table.schema.field(name).type for name in table.column_names[:-1]} == {pa.string()}
    assert table.column("_line").to_pylist() == list(range(1, rows + 1))
    assert set(table.column("_extract_id").to_pylist()) == {night.outcomes[source_id].extract_id}


def test_what_is_landed_is_what_was_recorded(first_night: FirstNight) -> None:
    home, _ = first_night
    zones = landed(home, "insee_zones_emploi")
    assert "0051" in zones.column("ze2020").to_pylist()
    census = [
        row
        for row in landed(home, "insee_emploi_communes").to_pylist()
        if row["geo"] == "2020-COM-44001" and row["time_period"] == "2017"
    ]
    assert {row["empsta_enq"]: row["obs_value"] for row in census} == {
        "1": "890.109787164649",
        "2": "85.2764138378825",
        "1T2": "975.386201002532",
        "_T": "1224.3587862744",
    }
    pcrh = landed(home, "dreets_pcrh_2024").to_pylist()
    ecological = {r["code_departement"]: r["nombre"] for r in pcrh if r["theme"] != "tous"}
    assert ecological == {"44": "2", "85": "2", "total": "4"}
    region = landed(home, "cariforef_seniors_zones").to_pylist()[-1]
    assert (region["code_zone"], region["taux_emploi_2022"]) == ("52", "52,9")
    access = landed(home, "france_travail_acces_emploi").to_pylist()
    assert [row["taux"] for row in access] == [
        "40.5", "22.9", "18.6", "33.2", "38", "21.8", "50.6", "20.5",
    ]  # fmt: skip
    multiline = landed(home, "parcoursup_2019").column("detail_forma").to_pylist()
    assert sum("\n" in cell for cell in multiline if cell) >= 1


def test_raw_bytes_are_kept_under_their_hash_with_their_record(first_night: FirstNight) -> None:
    home, night = first_night
    archive = Archive(home)
    for source_id, outcome in night.outcomes.items():
        record = archive.record(outcome.extract_id)
        assert record["source_id"] == source_id
        assert record["bytes"] == outcome.bytes
        for path in archive.paths(outcome.extract_id):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    assert len(archive.paths(night.outcomes["insee_emploi_communes"].extract_id)) == 3
    assert archive.record(night.outcomes["parcoursup_2018"].extract_id)["announced"] == {
        "data_processed": "2019-10-07T08:00:00+00:00",
        "records_count": 10_697,
    }


def test_the_second_night_changes_nothing_and_downloads_nothing(
    home: Path, first_night: FirstNight, collect_night: CollectNight
) -> None:
    before = {path: path.stat().st_mtime_ns for path in (home / "landed").iterdir()}
    night = collect_night(home)
    assert {outcome.status for outcome in night.outcomes.values()} == {FetchStatus.UNCHANGED}
    assert not [asked for asked in night.journal if "/exports/" in asked or "/data/" in asked]
    for source_id, outcome in night.outcomes.items():
        assert outcome.extract_in_use == first_night[1].outcomes[source_id].extract_id
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(Archive(home).outcomes()) == 2 * len(SHAPES)


def test_another_region_is_another_extract(home: Path, collect_night: CollectNight) -> None:
    night = collect_night(home, region="24")
    outcome = night.outcomes["insee_emploi_communes"]
    assert "GEO=REG-24%2ACOM" in outcome.url
    assert outcome.status is FetchStatus.REFUSED
    assert outcome.extract_in_use == Archive(home).last_accepted("insee_emploi_communes").extract_id
    assert night.outcomes["france_travail_acces_emploi"].status is FetchStatus.MISSING


def test_partners_of_another_region_deposit_nothing(tmp_path: Path) -> None:
    deposit_recordings(tmp_path / "other", region="24")
    deposit_recordings(tmp_path / "recorded", region=recorded_region())
    assert list((tmp_path / "other").iterdir()) == []
    recorded = {path.name for path in (RECORDINGS / "depots").iterdir()} - {"scope.json"}
    assert {path.name for path in (tmp_path / "recorded").iterdir()} == recorded


def test_both_ages_are_asked_and_only_the_recorded_one_is_answered(
    first_night: FirstNight,
) -> None:
    home, night = first_night
    url = night.outcomes["insee_emploi_communes"].url
    assert "AGE=Y15T64&AGE=Y55T64" in url
    assert set(landed(home, "insee_emploi_communes").column("age").to_pylist()) == {"Y15T64"}


def test_extracts_are_the_same_bytes_from_one_portal_to_another(
    tmp_path: Path, first_night: FirstNight, collect_night: CollectNight
) -> None:
    deposit_recordings(tmp_path / "inbox")
    night = collect_night(tmp_path)
    for source_id, outcome in night.outcomes.items():
        assert outcome.extract_id == first_night[1].outcomes[source_id].extract_id


def test_a_source_never_accepted_is_landed_empty(
    tmp_path: Path, collect_night: CollectNight
) -> None:
    access = "france_travail_acces_emploi"
    deposits = ("dreets_pcrh_2023", "dreets_pcrh_2024", "cariforef_seniors_zones")
    collected = [source(name) for name in (access, *deposits)]
    night = collect_night(tmp_path, credentials=Credentials(), collected=collected)
    for source_id in deposits:
        assert night.outcomes[source_id].status is FetchStatus.MISSING
        assert "déposer un fichier" in night.outcomes[source_id].message
        table = landed(tmp_path, source_id)
        assert table.num_rows == 0
        assert table.column_names[:-2] == list(source(source_id).contract.columns)
    refused = night.outcomes[access]
    assert (refused.status, refused.error_class) == (FetchStatus.FAILED, "permanent")
    assert "FRANCE_TRAVAIL_CLIENT_ID" in refused.message


def test_an_extract_that_is_not_accepted_is_kept_aside(
    tmp_path: Path, collect_night: CollectNight
) -> None:
    def accept(known: Source, table: pa.Table) -> list[str]:
        assert "_line" not in table.column_names
        return ["Les valeurs sont impossibles."] if known.id == "dreets_pcrh_2023" else []

    deposit_recordings(tmp_path / "inbox")
    collected = [source(name) for name in ("dreets_pcrh_2023", "dreets_pcrh_2024", "dgcl_epci")]
    night = collect_night(tmp_path, accept=accept, collected=collected)
    refused = night.outcomes.pop("dreets_pcrh_2023")
    assert refused.status is FetchStatus.REFUSED
    assert refused.message == "Les valeurs sont impossibles."
    assert refused.extract_in_use is None
    archived = Archive(tmp_path).paths(refused.extract_id)[0]
    assert archived.read_bytes() == (tmp_path / "inbox" / "dreets_pcrh_2023.xlsx").read_bytes()
    assert landed(tmp_path, "dreets_pcrh_2023").num_rows == 0
    assert {outcome.status for outcome in night.outcomes.values()} == {FetchStatus.NEW}


def test_a_programming_error_is_not_hidden(tmp_path: Path, collect_night: CollectNight) -> None:
    def accept(_source: Source, _table: pa.Table) -> list[str]:
        raise LookupError

    with pytest.raises(LookupError):
        collect_night(tmp_path, accept=accept, collected=[source("dgcl_epci")])


def test_a_lost_or_foreign_landed_table_is_landed_again(home: Path) -> None:
    lost, foreign = landed_path(home, "parcoursup_2018"), landed_path(home, "dreets_pcrh_2024")
    before = (pq.read_table(lost), pq.read_table(foreign))
    lost.unlink()
    foreign.write_bytes(landed_path(home, "dreets_pcrh_2023").read_bytes())
    ensure_landed(home, [*sources().values(), source("parcoursup_2018")])
    assert (pq.read_table(lost), pq.read_table(foreign)) == before


def test_the_portals_also_run_by_themselves(free_tcp_port: int) -> None:
    command = [sys.executable, "-m", "sources.replay", "--port", str(free_tcp_port)]
    with subprocess.Popen(command) as portal:
        try:
            session = requests.Session()
            session.trust_env = False
            retry = requests.adapters.HTTPAdapter(
                max_retries=requests.adapters.Retry(connect=20, backoff_factor=0.1)
            )
            session.mount("http://", retry)
            base = f"http://127.0.0.1:{free_tcp_port}"
            unknown = session.get(f"{base}/api.insee.fr/melodi/data/DS_X", timeout=60)
            assert (unknown.status_code, unknown.text[:10]) == (500, "Le serveur")
        finally:
            portal.terminate()
