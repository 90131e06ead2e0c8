"""Replayed France Travail: the token server and the access-to-work indicator.

Here: both servers, and how each fault shows. Not here: the quarterly workbook, which is dropped in
the inbox (``deposits``).
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sources.replay.failing_answers import PAGE, CutShort, front_end_down
from sources.replay.faults import RECORDINGS, Fault, fault_of

TOKEN_PATH = "/entreprise.francetravail.fr/connexion/oauth2/access_token"  # noqa: S105 an address
API = "/api.francetravail.io/partenaire/stats-perspectives-retour-emploi/v1"
RECORDED = RECORDINGS / "france_travail" / "stat-acces-emploi.json"
SCOPES = ("api_stats-perspectives-retour-emploiv1", "retouremploi")
TOKEN_PREFIX = "rejeu-"  # noqa: S105 nothing secret in a replay
FIRST_TOKEN = f"{TOKEN_PREFIX}1"
LASTS_SECONDS = 1499
NO_LIST = (
    "[FiltreErreurSldng] Erreur lors de l'appel de l'Api REST. Status code = 500, "
    "message = Le serveur n'a pas pu trouver la liste"
)
PRIVATE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def routes(faults: Mapping[str, Fault]) -> list[Route]:
    """Return the routes of both servers. Any credentials are good, unless the fault says not."""
    servers = _Servers(fault_of("france_travail", faults))
    return [
        Route(TOKEN_PATH, servers.token, methods=["POST"]),
        Route(f"{API}/indicateur/stat-acces-emploi", servers.indicator, methods=["POST"]),
    ]


class _Servers:
    """Both servers; they remember the tokens that were given, and whether one was of use."""

    def __init__(self, fault: Fault | None) -> None:
        self._fault = fault
        self._granted: dict[str, str] = {}
        self._has_answered = False

    async def token(self, request: Request) -> Response:
        if self._fault is Fault.PANNE:
            return front_end_down()
        fields = parse_qs((await request.body()).decode())
        form = {name: values[0] for name, values in fields.items()}
        refusal = _refusal(form, self._fault)
        if refusal:
            return JSONResponse(refusal, 400, headers=PRIVATE)
        value = f"{TOKEN_PREFIX}{len(self._granted) + 1}"
        self._granted[value] = form["scope"]
        body = {
            "scope": form["scope"],
            "expires_in": LASTS_SECONDS,
            "token_type": "Bearer",
            "access_token": value,
        }
        return JSONResponse(body, headers=PRIVATE)

    async def indicator(self, request: Request) -> Response:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._fault is Fault.PANNE:
            return front_end_down()
        expired = self._fault is Fault.JETON_EXPIRE and bearer == FIRST_TOKEN
        if bearer not in self._granted or expired:
            return Response(status_code=401)
        lacks_scope = not set(SCOPES) <= set(self._granted[bearer].split())
        if lacks_scope or self._fault is Fault.ACCES_REFUSE:
            return Response(status_code=403)
        if not await _is_recorded(request):
            return Response(status_code=204)
        is_first, self._has_answered = not self._has_answered, True
        if self._fault is Fault.QUOTA_PASSAGER and is_first:
            return _too_many()
        return _refused_call(self._fault) or _answer(self._fault)


def _refused_call(fault: Fault | None) -> Response | None:
    """Return an answer that is no indicator, none when the fault is not one of those."""
    match fault:
        case Fault.VIDE:
            return Response(status_code=204)
        case Fault.HTML:
            return HTMLResponse(PAGE.format("Service indisponible"))
        case Fault.QUOTA:
            return _too_many()
        case Fault.LISTE_ABSENTE:
            return JSONResponse({"message": NO_LIST, "codeHttp": 500}, 500)
        case _:
            return None


def _answer(fault: Fault | None) -> Response:
    """Return the recorded indicator, or what a fault makes of it."""
    body = RECORDED.read_bytes()
    if fault is Fault.TRONQUE:
        body = body[: len(body) // 2]
    elif fault is Fault.COUPE:
        return CutShort(body)
    elif fault in CHANGES:
        answer = json.loads(body)
        periods = answer["listeValeursParPeriode"]
        for period in periods[1:] if fault is Fault.AUTRE_REGION else periods:
            CHANGES[fault](period)
        body = json.dumps(answer, ensure_ascii=False).encode()
    return Response(body, media_type="application/json")


def _too_many() -> Response:
    wait = {"Retry-After": "1", "X-Ratelimit-Remaining-Clientidlimiter": "0"}
    return PlainTextResponse("Too Many Requests", 429, headers=wait)


def _without_value(period: dict[str, Any]) -> None:
    for name in ("valeurSecondaireTaux", "listeValeurParCaract"):
        del period[name]


def _masked(period: dict[str, Any]) -> None:
    for characteristic in period["listeValeurParCaract"]:
        characteristic |= {"pourcentage": 0, "masque": True}


def _revised(period: dict[str, Any]) -> None:
    period["valeurSecondaireTaux"] += 0.1


def _not_a_number(period: dict[str, Any]) -> None:
    period["valeurSecondaireTaux"] = math.nan


def _of_another_region(period: dict[str, Any]) -> None:
    period |= {"codeTerritoire": "53", "libTerritoire": "Bretagne"}


def _of_another_kind(period: dict[str, Any]) -> None:
    period["codeTypePeriode"] = "TRIMESTRE"


def _of_another_indicator(period: dict[str, Any]) -> None:
    period["codeIndicateur"] = "DE_1"


def _of_the_next_reading(period: dict[str, Any]) -> None:
    period |= {"codePeriode": "2025-07", "libPeriode": "Juillet 2025"}
    period["valeurSecondaireTaux"] += 0.3


CHANGES: Mapping[Fault | None, Callable[[dict[str, Any]], None]] = {
    Fault.SANS_VALEUR: _without_value,
    Fault.MASQUE: _masked,
    Fault.REVISION: _revised,
    Fault.NAN: _not_a_number,
    Fault.AUTRE_REGION: _of_another_region,
    Fault.AUTRE_PERIODE: _of_another_kind,
    Fault.AUTRE_JEU: _of_another_indicator,
    Fault.LECTURE_NOUVELLE: _of_the_next_reading,
}


async def _is_recorded(request: Request) -> bool:
    """Tell whether the answer that was recorded is about the area that is asked for."""
    area = (await request.json()).get("codeTerritoire")
    (period, *_) = json.loads(RECORDED.read_bytes())["listeValeursParPeriode"]
    return bool(period["codeTerritoire"] == area)


def _refusal(form: Mapping[str, str], fault: Fault | None) -> dict[str, str] | None:
    """Return the body of a refused demand for a token, none when it is granted."""
    if form.get("grant_type") != "client_credentials":
        return {"error": "unsupported_grant_type"}
    if fault is Fault.JETON_REFUSE or not (form.get("client_id") and form.get("client_secret")):
        return {
            "error": "invalid_client",
            "error_description": "Client authentication failed",
        }
    grantable = () if fault is Fault.DROITS_REFUSES else SCOPES
    unknown = [scope for scope in form.get("scope", "").split() if scope not in grantable]
    if unknown:
        return {
            "error": "invalid_scope",
            "error_description": f"Unknown/invalid scope(s): {unknown}",
        }
    return None
