"""Recorded answers cut, doubled, retyped, mixed: every row of what came, or a clear refusal."""

import copy
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sources.client import Absent, Credentials, Extract, FetchContext, Fetched
from sources.errors import ExtractRefused, SourceError
from sources.registry import Source, source
from sources.replay.app import create_app
from sources.replay.faults import RECORDINGS
from sources.replay.server import serve
from sources.wire.http import Limits, PortalSession

# An example of a parser costs next to nothing: six for one of the profile's.
FUZZED = settings(max_examples=6 * settings.default.max_examples)

CENSUS, ZONES = source("insee_emploi_communes"), source("insee_emploi_zones")
ACCESS = source("france_travail_acces_emploi")
COMMUNE = [("GEO", "COM-44001"), ("totalCount", "TRUE"), ("maxResult", "6")]
PAGES = 2
LEVELS = frozenset({"GEO", "totalCount", "maxResult"})
"""What is asked of Melodi that is no filter on a code."""

Tree = Any
Path_ = tuple[str | int, ...]
Row = dict[str, str | None]

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "_T", "2017", "true", "\ud800"])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@cache
def census() -> tuple[Tree, ...]:
    """Two pages of INSEE's API, as recorded."""
    with serve(create_app()) as address:
        url = f"{address}/api.insee.fr/melodi/data/{CENSUS.contract.dataset}"
        asked = [
            *COMMUNE,
            *((name, value) for name, value in CENSUS.contract.query_for("") if name not in LEVELS),
        ]
        return tuple(
            requests.get(url, params=[*asked, ("page", str(n + 1))], timeout=60).json()
            for n in range(PAGES)
        )


@cache
def access() -> Tree:
    """France Travail's answer, as recorded."""
    return json.loads((RECORDINGS / "france_travail" / "stat-acces-emploi.json").read_bytes())


@cache
def entry() -> Tree:
    """A data set in INSEE's catalogue, as recorded."""
    return json.loads((RECORDINGS / "insee" / f"{CENSUS.contract.dataset}.json").read_bytes())


TOKEN = {"access_token": "a", "expires_in": 1499, "token_type": "Bearer", "scope": "b"}


def places(tree: Tree, here: Path_ = ()) -> Iterator[Path_]:
    """Every place of a tree, its root left out."""
    if not isinstance(tree, dict | list):
        return
    for name, child in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield (*here, name)
        yield from places(child, (*here, name))


def at(tree: Tree, place: Path_) -> Tree:
    for name in place:
        tree = tree[name]
    return tree


def spoil(draw: Callable[..., Any], tree: Tree, others: Sequence[Tree]) -> None:
    """Cut, double, retype or mix one place of a tree, in place."""
    if not (known := list(places(tree))):
        return
    *above, name = draw(st.sampled_from(known))
    holder = at(tree, tuple(above))
    match draw(st.sampled_from(["cut", "double", "retype", "mix"])):
        case "cut":
            del holder[name]
        case "double" if isinstance(holder, list):
            holder.insert(name, copy.deepcopy(holder[name]))
        case "double":
            holder[f"{name}{draw(st.sampled_from(['', '2']))}"] = [holder[name], holder[name]]
        case "retype":
            holder[name] = draw(ANYTHING)
        case "mix":
            other = draw(st.sampled_from(others))
            holder[name] = copy.deepcopy(at(other, draw(st.sampled_from(list(places(other))))))


@st.composite
def spoiled(draw: Callable[..., Any], *answers: Tree) -> list[Tree]:
    trees = [copy.deepcopy(one) for one in answers]
    for _ in range(draw(st.integers(0, 3))):
        spoil(draw, draw(st.sampled_from(trees)), [*census(), access(), entry()])
    return trees


@st.composite
def counted_again(draw: Callable[..., Any]) -> list[Tree]:
    """Pages of which the count agrees with what they hold, so that it does not tell on them."""
    pages: list[Tree] = draw(spoiled(*census()))
    if draw(st.booleans()):
        listed = [page.get("observations") for page in pages]
        total = sum(len(one) for one in listed if isinstance(one, list))
        for page in pages:
            page["paging"] = {"count": total}
    return pages


@st.composite
def spoiled_bytes(draw: Callable[..., Any], content: bytes) -> bytes:
    """A text cut, with a part of it doubled, or with another's part in it."""
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    part = draw(st.sampled_from([b"", content[start:end] * 2, written(access())[start:end]]))
    return b"".join([content[:start], part, content[end:]])


def written(tree: Tree) -> bytes:
    return json.dumps(tree).encode()


def read(known: Source, contents: Sequence[bytes]) -> list[Row] | None:
    """Return the rows that are landed, or None when they are refused."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"part-{rank}" for rank in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        try:
            table = known.client.read(known, Extract("x", tuple(paths), 0, {}))
        except ExtractRefused as refused:
            check_can_be_kept(refused.message_with_rule)
            return None
    rows: list[Row] = table.to_pylist()
    return rows


def check_can_be_kept(told: str) -> None:
    """A message goes into the register and onto pages, whatever it quotes."""
    assert told.encode()


def as_text(value: object) -> str | None:
    """What must be landed of a JSON value."""
    assert not isinstance(value, dict | list)
    if value is None or value == "":
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def parsed(contents: Sequence[bytes]) -> list[Tree]:
    return [
        json.loads(one, parse_float=str, parse_int=str, parse_constant=lambda _: None)
        for one in contents
    ]


def check_census(contents: Sequence[bytes]) -> None:
    """What is landed is every observation that was asked for, and the others were not asked for."""
    landed = read(CENSUS, contents)
    if landed is None:
        return
    pages = parsed(contents)
    observations = [one for page in pages for one in page["observations"]]
    assert {page["paging"]["count"] for page in pages} == {str(len(observations))}
    asked: dict[str, set[str]] = {}
    for name, value in CENSUS.contract.query_for(""):
        if name not in LEVELS:
            asked.setdefault(name, set()).add(value)
    expected = []
    for one in observations:
        codes, (measure,) = one["dimensions"], one["measures"].values()
        assert all(isinstance(codes[name], str) for name in asked)
        if all(codes[name] in values for name, values in asked.items()):
            status = (one.get("attributes") or {}).get("OBS_STATUS")
            named: Row = {name.lower(): as_text(code) for name, code in codes.items()}
            number = as_text((measure or {}).get("value"))
            expected.append(named | {"obs_status": as_text(status), "obs_value": number})
    assert [{k: v for k, v in row.items() if k in expected[0]} for row in landed] == expected


def check_access(content: bytes) -> None:
    """What is landed is every total and every public, with its number unless it is masked."""
    landed = read(ACCESS, [content])
    if landed is None:
        return
    (answer,) = parsed([content])
    (periods,) = (answer[k] for k in ("listeValeursParPeriode", "valeursParPeriode") if k in answer)
    expected: list[str | None] = []
    for period in periods:
        publics = period.get("listeValeurParCaract") or []
        slots = [
            (answer | period, "valeurSecondaireTaux"),
            *((one, "pourcentage") for one in publics),
        ]
        for holder, slot in slots:
            is_masked = as_text(holder.get("masque")) == "true"
            written_so = (as_text(holder.get(slot)) or "").removesuffix("%").rstrip()
            expected.append(None if is_masked else written_so or None)
    assert [row["taux"] for row in landed] == expected


@FUZZED
@given(counted_again())
def test_spoiled_observations_are_all_landed_or_refused(pages: list[Tree]) -> None:
    check_census([written(page) for page in pages])


@FUZZED
@given(st.data(), st.integers(0, PAGES - 1))
def test_a_spoiled_page_is_landed_whole_or_refused(data: st.DataObject, rank: int) -> None:
    contents = [written(page) for page in census()]
    contents[rank] = data.draw(spoiled_bytes(contents[rank]))
    check_census(contents)


@FUZZED
@given(st.data())
def test_a_spoiled_indicator_is_landed_whole_or_refused(data: st.DataObject) -> None:
    (answer,) = data.draw(spoiled(access()))
    check_access(written(answer))


@FUZZED
@given(st.data())
def test_a_spoiled_text_of_an_indicator_is_landed_whole_or_refused(data: st.DataObject) -> None:
    check_access(data.draw(spoiled_bytes(written(access()))))


def test_what_was_recorded_is_landed_whole() -> None:
    contents = [written(page) for page in census()]
    assert len(read(CENSUS, contents) or []) == 12
    check_census(contents)
    assert len(read(ACCESS, [written(access())]) or []) == 8
    check_access(written(access()))


class Portals:
    """INSEE's catalogue and both servers of France Travail, which say what a test puts here."""

    def __init__(self) -> None:
        self.entry: bytes = b""
        self.token: bytes = written(TOKEN)
        self.answer: bytes = b""

    def _entry(self, _: Request) -> Response:
        return Response(self.entry, media_type="application/json")

    def _token(self, _: Request) -> Response:
        return Response(self.token, media_type="application/json")

    def _answer(self, _: Request) -> Response:
        return Response(self.answer, media_type="application/json")

    def app(self) -> Starlette:
        """All of them, as one application."""
        return Starlette(
            routes=[
                Route("/api.insee.fr/melodi/catalog/{dataset}", self._entry),
                Route("/entreprise.francetravail.fr/{rest:path}", self._token, methods=["POST"]),
                Route("/api.francetravail.io/{rest:path}", self._answer, methods=["POST"]),
                Route("/{rest:path}", lambda _: JSONResponse({}, 404)),
            ]
        )


@pytest.fixture(scope="module")
def portals() -> Iterator[tuple[Portals, str]]:
    ours = Portals()
    with serve(ours.app()) as address:
        yield ours, address


def fetch(known: Source, address: str) -> Fetched | Absent | None:
    """Return what is fetched, or None when it is refused."""
    session = PortalSession(replay=address, limits=Limits(retries=0))
    secret = SecretStr("a")
    credentials = Credentials(france_travail_client_id=secret, france_travail_client_secret=secret)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        context = FetchContext(session, "52", credentials, scratch, scratch, None)
        try:
            fetched = known.client.fetch(known, context)
        except SourceError as failed:
            check_can_be_kept(failed.message)
            return None
    assert isinstance(fetched, Fetched | Absent)
    assert json.dumps(dict(getattr(fetched, "announced", {})), ensure_ascii=False).encode()
    return fetched


@given(data=st.data(), known=st.sampled_from([CENSUS, ZONES]))
def test_a_spoiled_catalogue_is_read_or_refused(
    portals: tuple[Portals, str], data: st.DataObject, known: Source
) -> None:
    (answer,) = data.draw(spoiled(entry()))
    portals[0].entry = data.draw(st.just(written(answer)) | spoiled_bytes(written(answer)))
    assert fetch(known, portals[1]) is None, "the data themselves are a 404 here"


@given(data=st.data())
def test_a_spoiled_token_is_taken_or_refused(
    portals: tuple[Portals, str], data: st.DataObject
) -> None:
    (token,) = data.draw(spoiled(TOKEN))
    portals[0].token = data.draw(st.just(written(token)) | spoiled_bytes(written(token)))
    portals[0].answer = written(access())
    fetch(ACCESS, portals[1])


@given(data=st.data())
def test_a_spoiled_indicator_is_fetched_or_refused(
    portals: tuple[Portals, str], data: st.DataObject
) -> None:
    (answer,) = data.draw(spoiled(access()))
    portals[0].token, portals[0].answer = written(TOKEN), written(answer)
    fetch(ACCESS, portals[1])


@pytest.mark.parametrize(
    "expires_in",
    [10**400, -(10**400), 1e308, float("inf"), float("nan"), True, 0],
    ids=["huge", "hugely-negative", "1e308", "inf", "nan", "true", "0"],
)
def test_however_long_a_token_lasts_it_serves(
    portals: tuple[Portals, str], expires_in: float
) -> None:
    portals[0].token = written(TOKEN | {"expires_in": expires_in})
    portals[0].answer = written(access())
    is_a_duration = expires_in >= 0
    assert (fetch(ACCESS, portals[1]) is not None) is is_a_duration


@pytest.mark.parametrize(
    "answer",
    [
        {"codeIndicateur": "ACC_1", "listeValeursParPeriode": {"codePeriode": "2025-04"}},
        {"listeValeursParPeriode": [], "valeursParPeriode": [{"valeurSecondaireTaux": 3}]},
        {"listeValeursParPeriode": [{"listeValeurParCaract": {"pourcentage": 3}}]},
        {"listeValeursParPeriode": ["40,5"]},
    ],
)
def test_numbers_in_another_shape_are_not_taken_for_none(
    portals: tuple[Portals, str], answer: Tree
) -> None:
    portals[0].token, portals[0].answer = written(TOKEN), written(answer)
    assert isinstance(fetch(ACCESS, portals[1]), Fetched)
    assert read(ACCESS, [written(answer)]) is None
