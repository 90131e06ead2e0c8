"""France Travail's statistics APIs: a token by OAuth2, then one POST an indicator.

Here: the protocol, its token and its three ways of having nothing to say. Not here: which indicator
and which territory (``contract.yml``). The answer has no validator: its bytes tell a change.
"""

import math
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    FetchedPart,
    Source,
    Unchanged,
)
from sources.contract import OAuth
from sources.errors import ExtractRefused, FetchFailed
from sources.tables.asked import Params, announced_query, asked_of, refuse, refuse_others
from sources.tables.conformity import conform
from sources.tables.tabular import read_json, rows_table, single_text
from sources.wire.http import Answer, PortalSession, check_status

VARIABLES = "FRANCE_TRAVAIL_CLIENT_ID et FRANCE_TRAVAIL_CLIENT_SECRET"
RENEW_EARLY_SECONDS = 60.0
LONGEST_SECONDS = 24 * 3600.0
"""For how long a token is taken to be good, whatever its server says."""

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
NUMBERS = {
    "nombre": ("valeurPrincipaleNombre", "nombre"),
    "taux": ("valeurSecondaireTaux", "pourcentage"),
}
"""Landed number to its slots, in a total and in a characteristic; a contract says which."""

PERIODS = frozenset({"listeValeursParPeriode", "valeursParPeriode"})
"""The two names that the list of periods may have, one or the other."""

PERIOD_SHAPES = {"TRIMESTRE": re.compile(r"[0-9]{4}T[1-4]"), "ANNEE": re.compile(r"[0-9]{4}")}
"""How a period of each kind is written, when it is established; of months, it is not."""

TOTAL = {"codeTypeCaract": "_T", "codeCaract": "_T", "libCaract": None}


@dataclass
class _Token:
    """One token of a session, shared by its threads and renewed once for all of them."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: SecretStr = field(default_factory=lambda: SecretStr(""))
    until: float = 0.0


class FranceTravailClient:
    """Fetches and reads an indicator of the labour market."""

    def __init__(self) -> None:
        # A token opens the API that its scope names, and no other one.
        self._tokens: WeakKeyDictionary[PortalSession, dict[str, _Token]] = WeakKeyDictionary()
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
        if _says_nothing(answer, _numbers(source)):
            msg = f"France Travail ne publie aucune valeur pour « {source.label} » à ce jour."
            return Absent(msg, url)
        _check(answer, _oauth(source))
        part = FetchedPart.from_answer(answer, context.scratch / f"{source.id}.json")
        announced = announced_query(contract.query_for(context.region))
        return Fetched((part,), url, announced, answer.status, answer.headers)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read one row for each total and one for each characteristic.

        Raises:
            ExtractRefused: The answer is not of that shape, or is about something else.
        """
        rows = list(_rows(read_json(extract.paths[0]), _numbers(source)))
        if not rows:
            msg = "La réponse de France Travail ne porte sur aucune période."
            raise ExtractRefused(msg, rule="RNR")
        _refuse_other_answers(rows, asked_of(extract.announced, default=()))
        return conform(source.contract, rows_table(rows))

    def _token(
        self, context: FetchContext, oauth: OAuth, refused: SecretStr | None = None
    ) -> SecretStr:
        with self._lock:
            tokens = self._tokens.setdefault(context.session, {})
            token = tokens.setdefault(oauth.scope, _Token())
        with token.lock:
            if token.value is refused or time.monotonic() >= token.until:
                token.value, lasts = _new_token(context.session, context.credentials, oauth)
                token.until = time.monotonic() + lasts - min(RENEW_EARLY_SECONDS, lasts / 2)
            return token.value


def _refuse_other_answers(rows: Sequence[Mapping[str, str | None]], asked: Params) -> None:
    """Refuse a territory, an activity or a kind of period that was not asked for."""
    for name, value in asked:
        if name in PERIOD_FIELDS:
            refuse_others(name, {value}, (row[name] for row in rows))
        if name == "codeTypePeriode" and (shape := PERIOD_SHAPES.get(value)):
            written = Counter(row["codePeriode"] or "" for row in rows)
            if others := {p: n for p, n in written.items() if not shape.fullmatch(p)}:
                refuse(f"une période de type {value}", others)


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
            value.isascii() and value.isprintable() and value and lasts >= 0
        ):
            return SecretStr(value), float(min(lasts, LONGEST_SECONDS))
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


def _numbers(source: Source) -> Sequence[str]:
    """Return the numbers that the contract of a source takes."""
    return [name for name in NUMBERS if name in source.contract.columns]


def _says_nothing(answer: Answer, numbers: Sequence[str]) -> bool:
    """Tell whether there is no value: a 204, a 500 that says so, or a 200 without any number."""
    if answer.status == 204 or (answer.status == 500 and NOTHING_FOUND in answer.content):
        return True
    if answer.status != 200:
        return False
    periods = _periods(answer.json())
    return periods is not None and all(_is_void(period, numbers) for period in periods)


def _is_void(period: object, numbers: Sequence[str]) -> bool:
    """Tell whether a period has neither a number nor a mask: a masked number is an answer."""
    match period:
        case {"masque": True}:
            return False
        case dict() if period.get("listeValeurParCaract") in (None, []):
            return all(_is_no_number(period.get(NUMBERS[name][0])) for name in numbers)
        case _:
            return False


def _is_no_number(value: object) -> bool:
    return value in (None, "") or (isinstance(value, float) and math.isnan(value))


def _periods(answer: object) -> list[object] | None:
    """Return the periods of an answer, none of them when it names none; None if it is no answer."""
    if not isinstance(answer, dict):
        return None
    match [answer[name] for name in PERIODS & answer.keys()]:
        case [list(periods)]:
            return periods
        case [] if "codeIndicateur" in answer:
            return []
        case _:
            return None


def _rows(answer: object, numbers: Sequence[str]) -> Iterator[dict[str, str | None]]:
    """Yield the total of each period and nomenclature, then its characteristics."""
    periods = _periods(answer)
    if periods is None or not isinstance(answer, dict):
        msg = "La réponse de France Travail n'a pas de valeurs par période."
        raise ExtractRefused(msg)
    for period in periods:
        whole = answer | _object(period)
        common = _texts(whole, PERIOD_FIELDS)
        yield common | TOTAL | _values(whole, {name: NUMBERS[name][0] for name in numbers})
        slots = {name: NUMBERS[name][1] for name in numbers}
        for characteristic in _characteristics(_object(period)):
            yield common | _texts(characteristic, TOTAL) | _values(characteristic, slots)


def _values(holder: Mapping[str, object], slots: Mapping[str, str]) -> dict[str, str | None]:
    """Return the numbers of a total or a characteristic; a masked one is never a number.

    The producer may write what it masks as a zero, which would be read as a fact.
    """
    masked = single_text("masque", holder.get("masque", False))
    if masked and masked not in {"true", "false"}:
        msg = f"France Travail ne dit plus si une valeur est masquée : « {masked[:80]} »."
        raise ExtractRefused(msg)
    numbers = {
        name: None if masked == "true" else _without_percent(single_text(slot, holder.get(slot)))
        for name, slot in slots.items()
    }
    return numbers | {"masque": masked}


def _texts(holder: Mapping[str, object], names: Iterable[str]) -> dict[str, str | None]:
    return {name: single_text(name, holder.get(name)) for name in names}


def _without_percent(number: str | None) -> str | None:
    return number and (number.removesuffix("%").rstrip() or None)


def _characteristics(period: dict[str, object]) -> list[dict[str, object]]:
    match period.get("listeValeurParCaract"):
        case None:
            return []
        case list(characteristics):
            return [_object(characteristic) for characteristic in characteristics]
        case _:
            msg = "Les caractéristiques de la réponse de France Travail ne sont pas une liste."
            raise ExtractRefused(msg)


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        msg = "Une valeur de la réponse de France Travail n'a pas la forme attendue."
        raise ExtractRefused(msg)
    return value
