"""The words that people read: said once, in French, in the right number, without codes.

Here: faults of language in the report and the mail. Not here: numbers (``claims``).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import duckdb

from tests.readers.dagster_descriptions import dagster_events
from tests.readers.discrepancies import Discrepancy, Place
from tests.readers.french_numerals import read_sentence
from tests.readers.outlets import mail_parts
from tests.readers.rendered_pages import Block, Drawing, Piece, Row, read_html
from tests.readers.station_truth import CellKey, StationTruth, finding_cells

ENGLISH = re.compile(
    r"\b(refused|failed|missing|unchanged|held|published|error|warning|new|changed|empty|none|null|"
    r"true|false|unknown|pass|fail|not evaluated)\b"
)
SINGULAR = re.compile(
    r"(?<![\d,.\u202f\xa0])(?:0|1) (?!(?:fois|mois|ans?|sur|puis|autres?)\b)(?P<noun>\w+(?:s|x))\b"
)
INVARIABLE = frozenset(
    {"fois", "mois", "pays", "cas", "temps", "puis", "plus", "sous", "dans", "hors", "sans", "OPCO"}
)
OPTIONAL = re.compile(r"\w\((?:s|e|es|x|aux)\)")
AREA = re.compile(r"\b(?:REG|DEP|ZE2020|EPCI|CLPE)-[0-9]+")
CODE = re.compile(r"(?<![\w/.=-])[a-z0-9àâéèêëîïôûùç]+(?:_[a-z0-9àâéèêëîïôûùç]+)+(?![\w/])")
TIGHT = re.compile(r"\d\(")
UNSETTLED = re.compile(r"à confirmer\)?$|service à confirmer", re.IGNORECASE)
READ_ENTRIES = frozenset({"état", "message", "à demander", "pourquoi non évaluées"})
PLACE = Place("rapport", "reports/current/index.html")
EMPTY = re.compile(r"quel|cett?|elle|leur|pour$|avec$|dans$|sont$")


def of_station(truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield the faults of language of the report in force, and of what it leads to."""
    report = truth.home / "reports" / "current"
    yield from of_pieces(PLACE, read_html((report / "index.html").read_text("utf-8")), truth)
    for sentence, indicators in _explained(truth).items():
        place = Place("explication", f"{', '.join(sorted(indicators)[:3])}")
        yield from of_text(place, sentence, truth)
        for area in AREA.findall(sentence):
            yield place.found(sentence, area, "un code, et non le nom d'un territoire")
    for part, pieces in mail_parts(truth):
        for piece in pieces:
            if isinstance(piece, Block):
                yield from of_text(Place(part, "outbox"), piece.text, truth)
    for asset, check, description, metadata in dagster_events(truth):
        place = Place("Dagster", "/".join(filter(None, (*asset, check))))
        told = [description or "", *(e["text"] for n, e in metadata.items() if n in READ_ENTRIES)]
        for text in told if asset[0] != "extract" or not description else told[1:]:
            yield from of_text(place, text, truth)


def _explained(truth: StationTruth) -> dict[str, set[str]]:
    """Return each sentence that rules say of cells, and of which indicators."""
    path = truth.home / "quality" / "verdicts.parquet"
    rows = duckdb.execute(f"select distinct indicator, explanation from '{path}'").fetchall()
    said: dict[str, set[str]] = defaultdict(set)
    for indicator, explanation in rows:
        said[explanation].add(indicator)
    return said


def of_pieces(place: Place, pieces: Iterable[Piece], truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield the faults of language of some pieces, then of each card as a whole."""
    cards: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        card = next((name for name in piece.ids if name.startswith("constat-")), "")
        cards[card].append(piece)
        if not isinstance(piece, Drawing):
            texts = piece.cells if isinstance(piece, Row) else (piece.text,)
            for text in texts:
                yield from of_text(place, text, truth)
    for card, of_card in cards.items():
        if card:
            yield from _of_card(place, card, of_card)
    yield from _told_twice(place, cards, truth)


def of_text(place: Place, text: str, truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield the faults of a text by itself."""
    if text.startswith(("vigie ", "dbt_project/", "extract/")):
        return
    own = re.sub(r"« decision »|« Materialize all »", "", text)
    own = re.sub(r"(?<=cas en écart).*", "", own)  # what records hold is quoted as it is
    for pattern, why in (
        (ENGLISH, "un mot anglais"),
        (OPTIONAL, "un pluriel qui n'est pas choisi"),
        (TIGHT, "une espace manque avant la parenthèse"),
        (UNSETTLED, "un destinataire qui n'est pas arrêté"),
    ):
        for match in pattern.finditer(own):
            yield place.found(text, match.group(), why)
    for match in SINGULAR.finditer(own):
        if match["noun"] not in INVARIABLE and match["noun"] not in truth.unit_labels.values():
            yield place.found(text, match.group(), "le pluriel après 0 ou 1")
    yield from _codes(place, own, text, truth)


def _codes(place: Place, own: str, text: str, truth: StationTruth) -> Iterator[Discrepancy]:
    """Yield raw codes: snake case, and codes of categories or of units between quotation marks."""
    identifiers = {*truth.declared, *truth.sources}
    for match in CODE.finditer(own):
        if match.group() not in identifiers and f"_{match.group()}" not in own:
            yield place.found(text, match.group(), "un code, et non un mot français")
    declared = [token.text for token in read_sentence(own, truth.lexicon).tokens]
    for sentence in (name for name in declared if " " in name and "«" in name[1:]):
        own = own.replace(sentence, "")
    quoted = re.findall(r"«[ \xa0]?([^«»]+?)[ \xa0]?»", own)
    for code in quoted:
        if code in truth.codes and "_" not in code:
            yield place.found(text, f"« {code} »", "un code, et non un mot français")


def _of_card(place: Place, card: str, pieces: list[Piece]) -> Iterator[Discrepancy]:
    rows = Counter(piece.cells[0] for piece in pieces if isinstance(piece, Row))
    for label, times in rows.items():
        if times > 1:
            yield place.found(card, label, f"{times} lignes d'un tableau portent ce nom")
    for piece in pieces:
        if isinstance(piece, Block) and piece.under.get("h4") == "Question à poser":
            yield from _asked_twice(place, piece.text)


def _asked_twice(place: Place, text: str) -> Iterator[Discrepancy]:
    """Yield the questions that ask again what another one of the card asks."""
    questions = [part.strip() for part in re.findall(r"[^.?]+\?", text)]
    for rank, question in enumerate(questions):
        for other in questions[:rank]:
            alike = _stems(question) & _stems(other)
            if len(alike) >= 0.75 * min(len(_stems(question)), len(_stems(other))):
                yield place.found(text, question, f"déjà demandé : {other}")


def _stems(question: str) -> set[str]:
    words = re.findall(r"[^\W\d_]{4,}", question.casefold())
    return {word.rstrip("sex")[:7] for word in words if not EMPTY.match(word)}


def _told_twice(
    place: Place, cards: dict[str, list[Piece]], truth: StationTruth
) -> Iterator[Discrepancy]:
    """Yield the titles that several cards have, and the facts that two severities tell."""
    titles = Counter(finding["title"] for finding in truth.findings.values())
    for title, times in titles.items():
        if times > 1:
            yield place.found(title, title, f"{times} constats ont ce titre")
    told: dict[CellKey, list[dict[str, object]]] = defaultdict(list)
    for reference, finding in truth.findings.items():
        if f"constat-{reference}" in cards:
            for key in finding_cells(finding):
                told[key].append(finding)
    seen = set()
    for findings in told.values():
        severities = {str(finding["severity"]) for finding in findings}
        pair = tuple(str(finding["finding_id"]) for finding in findings)
        if "Information" in severities and "Error" in severities and pair not in seen:
            seen.add(pair)
            text = " / ".join(str(finding["title"]) for finding in findings)
            yield place.found(text, ", ".join(pair), "la même cellule, Erreur et Information")
