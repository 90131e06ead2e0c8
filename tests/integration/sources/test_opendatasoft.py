"""The Opendatasoft client against the replayed portals: filters, pages, what is not there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from sources.client import Absent, Extract, FetchContext, Fetched, Source, Unchanged
from sources.collect import Credentials
from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.opendatasoft import exports
from sources.registry import source
from sources.replay.app import create_app
from sources.replay.server import serve
from sources.wire.http import Limits, PortalSession

CFA, YEAR = "inserjeunes_cfa", "cumul 2018-2019"
RECORDS = "/data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-inserjeunes-cfa/records"


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    with serve(create_app()) as address:
        yield address


def context(address: str, scratch: Path, last: Extract | None = None) -> FetchContext:
    session = PortalSession(replay=address, limits=Limits(retries=0))
    return FetchContext(session, "52", Credentials(), scratch, scratch, last)


def asking(kind: str, **params: str) -> Source:
    """InserJeunes for apprenticeship centres, filtered; its titles are those of the recording."""
    known = source(CFA)
    how = known.contract.format.model_copy(update={"kind": kind})
    changes = {"format": how, "params": params, "key": ("Année", "UAI")}
    return replace(known, contract=known.contract.model_copy(update=changes))


def extract_of(fetched: Fetched) -> Extract:
    paths = tuple(part.path for part in fetched.parts)
    return Extract("essai", paths, 0, fetched.announced)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_filter_is_sent_and_its_own_count_is_what_must_come(
    portal: str, tmp_path: Path, kind: str
) -> None:
    asked = asking(kind, where=f'Année="{YEAR}"', refine='Région:"PAYS DE LA LOIRE"')
    fetched = asked.client.fetch(asked, context(portal, tmp_path))
    assert isinstance(fetched, Fetched)
    assert fetched.announced["records_count"] == 11_314
    table = asked.client.read(asked, extract_of(fetched))
    assert table.num_rows == fetched.announced["filtered_count"] < 100
    assert set(table.column("annee").to_pylist()) == {YEAR}
    assert len(set(table.column("uai").to_pylist())) == table.num_rows
    assert isinstance(
        asked.client.fetch(asked, context(portal, tmp_path, extract_of(fetched))), Unchanged
    )


def test_pages_of_records_make_the_whole(portal: str, tmp_path: Path) -> None:
    asked = asking("json", where=f'Année="{YEAR}"')
    fetched = asked.client.fetch(asked, context(portal, tmp_path))
    assert isinstance(fetched, Fetched)
    assert len(fetched.parts) == 9
    assert asked.client.read(asked, extract_of(fetched)).num_rows == 851
    lost = replace(extract_of(fetched), paths=extract_of(fetched).paths[1:])
    with pytest.raises(ExtractRefused, match="contiennent 751 lignes") as refused:
        asked.client.read(asked, lost)
    assert refused.value.rule == "RNR"


def test_more_records_than_can_be_paged_are_not_asked_for(portal: str, tmp_path: Path) -> None:
    asked = asking("json")
    with pytest.raises(FetchFailed, match="11314 lignes répondent"):
        asked.client.fetch(asked, context(portal, tmp_path))


def test_a_renamed_column_in_a_filter_is_a_lasting_failure(portal: str, tmp_path: Path) -> None:
    asked = asking("csv", where='categorie="A"')
    with pytest.raises(FetchFailed) as failed:
        asked.client.fetch(asked, context(portal, tmp_path))
    assert failed.value.permanent


def test_what_is_awaited_is_absent_and_not_failing(portal: str, tmp_path: Path) -> None:
    known = source("dares_etablissements_apprentissage")
    absent = known.client.fetch(known, context(portal, tmp_path))
    assert isinstance(absent, Absent)
    assert "n'a pas encore publié" in absent.message


def test_an_unknown_data_set_that_should_be_there_fails(portal: str, tmp_path: Path) -> None:
    known = source("parcoursup_2024")
    with pytest.raises(FetchFailed, match="404"):
        known.client.fetch(known, context(portal, tmp_path))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": "1473"}, "limit API parameter: 1473 was found but -1 <= limit <= 100 is"),
        ({"limit": "100", "offset": "9901"}, "parameter: 10001 was found but <= 10000 is expected"),
        ({"where": "categorie='A'"}, "Unknown field: categorie"),
        ({"where": "search(*, 'x')"}, "ODSQL query is malformed"),
    ],
)
def test_the_replayed_portal_refuses_as_the_real_one(
    portal: str, query: dict[str, str], message: str
) -> None:
    answer = requests.get(portal + RECORDS, params=query, timeout=60)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_the_replayed_portal_shuffles_what_nobody_sorts(portal: str) -> None:
    first, second = (
        requests.get(portal + RECORDS, params={"limit": "50"}, timeout=60).json() for _ in range(2)
    )
    assert first["total_count"] == second["total_count"] == 11_314
    assert first["results"] != second["results"]


def test_an_error_in_the_body_of_an_export_is_told(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('{"error_code": "ODSQLError", "message": "Unknown field: categorie"}')
    with pytest.raises(ExtractRefused, match="« Unknown field: categorie »"):
        exports.read(path, ";", None)
