"""France Travail's statistics APIs: a token by OAuth2, then one POST an indicator.

Here: the protocol, its token and its three ways of having nothing to say. Not here: which indicator
and which territory (``contract.yml``). The answer has no validator: its bytes tell a change.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import pyarrow as pa
from pydantic import SecretStr

from sources.client import (
    Absent,
    Credentials,
    Extract,
    FetchContext,
    Fetched,
    Part,
    Source,
    Unchanged,
)
from sources.contract import OAuth, conform
from sources.errors import ExtractRefused, FetchFailed
from sources.http import Answer, PortalSession, check_status
from sources.tabular import read_json, rows_table, text_or_null

VARIABLES = "FRANCE_TRAVAIL_CLIENT_ID et FRANCE_TRAVAIL_CLIENT_SECRET"
RENEW_EARLY_SECONDS = 60.0
NOTHING_FOUND = b"FiltreErreurSldng"
"""Mark, in the body of a 500, of a server that did not find the list it was asked for."""

PERIOD_FIELDS = (
    "datMaj",
    "codeIndicateur",
    "codeTypeTerritoire",
    "codeTerritoire",
    "libTerritoire",
    "codeTypeActivite",
    "codeActivite",
    "codeTypePeriode",
    "codePeriode",
    "codeNomenclature",
    "libNomenclature",
)
TOTAL = {"codeTypeCaract": "_T", "codeCaract": "_T", "libCaract": None}


@dataclass
class _Token:
    """The token of one session, shared by its threads and renewed once for all of them."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: SecretStr = field(default_factory=lambda: SecretStr(""))
    until: float = 0.0


class FranceTravailClient:
    """Fetches and reads an indicator of the labour market."""

    def __init__(self) -> None:
        self._tokens: WeakKeyDictionary[PortalSession, _Token] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Ask for the indicator; a token refused once is renewed once.

        Raises:
            FetchFailed: No credentials, a refused token, or a portal that does not answer.
        """
        contract = source.contract
        url = f"{contract.portal}/{contract.dataset}"
        token = self._token(context, _oauth(source))
        answer = _ask(url, token, source, context)
        if answer.status == 401:
            token = self._token(context, _oauth(source), refused=token)
            answer = _ask(url, token, source, context)
        if _says_nothing(answer):
            msg = f"France Travail ne publie aucune valeur pour « {source.label} » à ce jour."
            return Absent(msg, url)
        _check(answer, _oauth(source))
        path = context.scratch / f"{source.id}.json"
        path.write_bytes(answer.content)
        digest = hashlib.sha256(answer.content).hexdigest()
        part = Part(path.name, path, digest, len(answer.content))
        return Fetched((part,), url, {}, answer.status, answer.headers)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read one row for each total and one for each characteristic.

        Raises:
            ExtractRefused: The answer is not of that shape.
        """
        return conform(source.contract, rows_table(_rows(read_json(extract.paths[0]))))

    def _token(
        self, context: FetchContext, oauth: OAuth, refused: SecretStr | None = None
    ) -> SecretStr:
        with self._lock:
            token = self._tokens.setdefault(context.session, _Token())
        with token.lock:
            if token.value is refused or time.monotonic() >= token.until:
                token.value, lasts = _new_token(context.session, context.credentials, oauth)
                token.until = time.monotonic() + lasts - RENEW_EARLY_SECONDS
            return token.value


def _oauth(source: Source) -> OAuth:
    oauth = source.contract.oauth
    if oauth is None:
        msg = f"the contract of {source.id} has no oauth section"
        raise ValueError(msg)
    return oauth


def _new_token(
    session: PortalSession, credentials: Credentials, oauth: OAuth
) -> tuple[SecretStr, float]:
    """Return a token and how many seconds it lasts. No message repeats anything that was sent."""
    client_id = credentials.france_travail_client_id.get_secret_value()
    secret = credentials.france_travail_client_secret.get_secret_value()
    if not client_id or not secret:
        msg = f"Les identifiants France Travail ne sont pas renseignés : définir {VARIABLES}."
        raise FetchFailed(msg, permanent=True)
    answer = session.post(
        oauth.token_url,
        params=[("realm", "/partenaire")],
        form={
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
            "scope": oauth.scope,
        },
    )
    _check_token_answer(answer)
    match answer.json():
        case {"access_token": str(value), "expires_in": int() | float() as lasts} if (
            value.isascii() and value.isprintable() and value
        ):
            return SecretStr(value), float(lasts)
        case _:
            msg = "France Travail a répondu à la demande de jeton sans donner de jeton."
            raise FetchFailed(msg, permanent=False)


def _check_token_answer(answer: Answer) -> None:
    if answer.status in (400, 401, 403):
        if b"invalid_scope" in answer.content:
            msg = (
                "France Travail refuse les droits demandés (invalid_scope) : "
                "vérifier que l'application est abonnée à cette API sur francetravail.io."
            )
        else:
            msg = (
                f"France Travail refuse nos identifiants (code {answer.status}) : "
                f"vérifier {VARIABLES}, et que l'application est toujours active."
            )
        raise FetchFailed(msg, permanent=True)
    check_status(answer.url, answer.status)


def _ask(url: str, token: SecretStr, source: Source, context: FetchContext) -> Answer:
    return context.session.post(
        url,
        headers={
            "Authorization": f"Bearer {token.get_secret_value()}",
            "Accept": "application/json",
        },
        body=source.contract.body_for(context.region),
    )


def _check(answer: Answer, oauth: OAuth) -> None:
    if answer.status == 401:
        msg = (
            "France Travail refuse le jeton qu'il vient de donner (code 401) : "
            f"vérifier {VARIABLES}."
        )
        raise FetchFailed(msg, permanent=True)
    if answer.status == 403 and not answer.content:
        msg = (
            "France Travail refuse l'accès sans dire pourquoi (code 403) : il manque en général "
            f"l'un des droits « {oauth.scope} » à l'application."
        )
        raise FetchFailed(msg, permanent=True)
    check_status(answer.url, answer.status)


def _says_nothing(answer: Answer) -> bool:
    """Tell whether there is no value: a 204, a 500 that says so, or a 200 without any number."""
    if answer.status == 204 or (answer.status == 500 and NOTHING_FOUND in answer.content):
        return True
    if answer.status != 200:
        return False
    periods = _periods(answer.json())
    return periods is not None and all(map(_is_void, periods))


def _is_void(period: object) -> bool:
    match period:
        case {"valeurSecondaireTaux": rate} if rate is not None:
            return False
        case {"listeValeurParCaract": [_, *_]}:
            return False
        case dict():
            return True
        case _:
            return False


def _periods(answer: object) -> list[object] | None:
    match answer:
        case {"listeValeursParPeriode": list(periods)} | {"valeursParPeriode": list(periods)}:
            return periods
        case {"codeIndicateur": _}:
            return []
        case _:
            return None


def _rows(answer: object) -> Iterator[dict[str, str | None]]:
    """Yield the total of each period and nomenclature, then its characteristics."""
    periods = _periods(answer)
    if periods is None or not isinstance(answer, dict):
        msg = "La réponse de France Travail n'a pas de valeurs par période."
        raise ExtractRefused(msg)
    for period in periods:
        whole = answer | _object(period)
        common = {name: text_or_null(whole.get(name)) for name in PERIOD_FIELDS}
        yield common | TOTAL | _value(whole, "valeurSecondaireTaux")
        for one in _characteristics(whole):
            named = {name: text_or_null(one.get(name)) for name in TOTAL}
            yield common | named | _value(one, "pourcentage")


def _value(holder: dict[str, object], slot: str) -> dict[str, str | None]:
    masked = text_or_null(holder.get("masque", False))
    return {"taux": text_or_null(holder.get(slot)), "masque": masked}


def _characteristics(period: dict[str, object]) -> list[dict[str, object]]:
    match period.get("listeValeurParCaract"):
        case None:
            return []
        case list(listed):
            return [_object(one) for one in listed]
        case _:
            msg = "Les caractéristiques de la réponse de France Travail ne sont pas une liste."
            raise ExtractRefused(msg)


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        msg = "Une valeur de la réponse de France Travail n'a pas la forme attendue."
        raise ExtractRefused(msg)
    return value
