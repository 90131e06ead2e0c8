"""Replayed France Travail: the token server and the access-to-work indicator."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sources.registry import sources
from sources.replay.cut_short import CutShort
from sources.replay.faults import PAGE, RECORDINGS, Fault

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
    fault = next((f for s, f in faults.items() if _is_ours(s)), None)
    granted: dict[str, str] = {}
    called: list[str] = []

    async def token(request: Request) -> Response:
        if fault is Fault.PANNE:
            return _front_end_down()
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        refusal = _refusal(form, fault)
        if refusal:
            return JSONResponse(refusal, 400, headers=PRIVATE)
        value = f"{TOKEN_PREFIX}{len(granted) + 1}"
        granted[value] = form["scope"]
        body = {
            "scope": form["scope"],
            "expires_in": LASTS_SECONDS,
            "token_type": "Bearer",
            "access_token": value,
        }
        return JSONResponse(body, headers=PRIVATE)

    async def indicator(request: Request) -> Response:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if fault is Fault.PANNE:
            return _front_end_down()
        expired = fault is Fault.JETON_EXPIRE and bearer == FIRST_TOKEN
        if bearer not in granted or expired:
            return Response(status_code=401)
        lacks_scope = not set(SCOPES) <= set(granted[bearer].split())
        if lacks_scope or fault is Fault.ACCES_REFUSE:
            return Response(status_code=403)
        if not await _is_recorded(request):
            return Response(status_code=204)
        called.append(bearer)
        if fault is Fault.QUOTA_PASSAGER and len(called) == 1:
            return _too_many()
        return _refused_call(fault) or _answer(fault)

    return [
        Route(TOKEN_PATH, token, methods=["POST"]),
        Route(f"{API}/indicateur/stat-acces-emploi", indicator, methods=["POST"]),
    ]


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
        for period in answer["listeValeursParPeriode"]:
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
    for one in period["listeValeurParCaract"]:
        one |= {"pourcentage": 0, "masque": True}


def _revised(period: dict[str, Any]) -> None:
    period["valeurSecondaireTaux"] += 0.1


def _not_a_number(period: dict[str, Any]) -> None:
    period["valeurSecondaireTaux"] = math.nan


CHANGES: Mapping[Fault | None, Callable[[dict[str, Any]], None]] = {
    Fault.SANS_VALEUR: _without_value,
    Fault.MASQUE: _masked,
    Fault.REVISION: _revised,
    Fault.NAN: _not_a_number,
}


async def _is_recorded(request: Request) -> bool:
    """Tell whether the answer that was recorded is about the area that is asked for."""
    asked = (await request.json()).get("codeTerritoire")
    (period, *_) = json.loads(RECORDED.read_bytes())["listeValeursParPeriode"]
    return bool(period["codeTerritoire"] == asked)


def _is_ours(source_id: str) -> bool:
    return sources()[source_id].contract.protocol == "france_travail"


def _refusal(form: Mapping[str, str], fault: Fault | None) -> dict[str, str] | None:
    """Return the body of a refused demand for a token, none when it is granted."""
    if form.get("grant_type") != "client_credentials":
        return {"error": "unsupported_grant_type"}
    if fault is Fault.JETON_REFUSE or not (form.get("client_id") and form.get("client_secret")):
        return {
            "error": "invalid_client",
            "error_description": "Client authentication failed",
        }
    known = () if fault is Fault.DROITS_REFUSES else SCOPES
    unknown = [scope for scope in form.get("scope", "").split() if scope not in known]
    if unknown:
        return {
            "error": "invalid_scope",
            "error_description": f"Unknown/invalid scope(s): {unknown}",
        }
    return None


def _front_end_down() -> Response:
    return HTMLResponse(PAGE.format("503 Service Temporarily Unavailable"), 503)
