"""France Travail's tokens among threads, its masks, and its numbers, on answers built for the test.

No number here is France Travail's: only the shape of its answers is.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from sources.client import Credentials, Extract, FetchContext
from sources.errors import ExtractRefused
from sources.registry import source
from sources.replay.app import create_app
from sources.replay.server import serve
from sources.wire.http import PortalSession

ACCESS, SEEKERS = "france_travail_acces_emploi", "france_travail_demandeurs_emploi"
AFTER_TRAINING = "france_travail_emploi_apres_formation"
CREDENTIALS = Credentials(
    france_travail_client_id=SecretStr("a"), france_travail_client_secret=SecretStr("b")
)


def context(session: PortalSession, scratch: Path) -> FetchContext:
    scratch.mkdir(exist_ok=True)
    return FetchContext(session, "52", CREDENTIALS, scratch, scratch, None)


def read(source_id: str, folder: Path, answer: object) -> list[dict[str, Any]]:
    path = folder / "answer.json"
    path.write_text(json.dumps(answer), "utf-8")
    known = source(source_id)
    rows: list[dict[str, Any]] = known.client.read(known, Extract("x", (path,), 0, {})).to_pylist()
    return rows


def quarter(period: str, **values: object) -> dict[str, Any]:
    named = {"codeTypeTerritoire": "REG", "codeTerritoire": "52", "codeTypePeriode": "TRIMESTRE"}
    return named | {"codePeriode": period, "codeNomenclature": "ABC"} | values


def answer(*periods: dict[str, Any]) -> dict[str, Any]:
    listed = {"listeValeursParPeriode": list(periods)}
    return {"datMaj": "2026-07-01", "codeIndicateur": "DE_1"} | listed


@pytest.mark.parametrize(("fault", "asked"), [({}, 1), ({ACCESS: "jeton_expire"}, 2)])
def test_threads_share_one_token_and_one_renewal(
    tmp_path: Path, fault: dict[str, str], asked: int
) -> None:
    app, known = create_app(fault), source(ACCESS)
    with serve(app) as address, ThreadPoolExecutor(8) as pool:
        session = PortalSession(replay=address)
        contexts = [context(session, tmp_path / str(rank)) for rank in range(8)]
        list(pool.map(partial(known.client.fetch, known), contexts))
    assert sum("access_token" in one for one in app.state.journal) == asked


def test_every_api_has_its_own_scopes() -> None:
    declared = [source(one).contract.oauth for one in (ACCESS, SEEKERS, AFTER_TRAINING)]
    scopes = [one.scope for one in declared if one]
    assert len(set(scopes)) == 3
    assert all(len(scope.split()) == 2 for scope in scopes)


def test_every_period_of_job_seekers_is_read_with_its_characteristics(tmp_path: Path) -> None:
    young = {"codeTypeCaract": "AGE", "codeCaract": "MOINS_25", "nombre": 12, "masque": False}
    hidden = {"codeTypeCaract": "AGE", "codeCaract": "PLUS_50", "nombre": 0, "masque": True}
    rows = read(
        SEEKERS,
        tmp_path,
        answer(
            quarter("2026T1", valeurPrincipaleNombre=1200, listeValeurParCaract=[young, hidden]),
            quarter("2025T4", valeurPrincipaleNombre=0),
        ),
    )
    assert [(r["code_periode"], r["code_caract"], r["nombre"], r["masque"]) for r in rows] == [
        ("2026T1", "_T", "1200", "false"),
        ("2026T1", "MOINS_25", "12", "false"),
        ("2026T1", "PLUS_50", None, "true"),
        ("2025T4", "_T", "0", "false"),
    ]


@pytest.mark.parametrize("written", ["12,5 %", "12,5%", "12,5"])
def test_a_percent_sign_is_no_part_of_a_number(tmp_path: Path, written: str) -> None:
    (row,) = read(AFTER_TRAINING, tmp_path, answer(quarter("2025T4", valeurSecondaireTaux=written)))
    assert row["taux"] == "12,5"


def test_an_answer_without_any_period_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match="aucune période"):
        read(SEEKERS, tmp_path, answer())
