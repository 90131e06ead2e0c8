"""What Dagster's pages show of a night: descriptions, tables and charts of assets and of checks.

Here: reading the event log of the run that made the release in force. Not here: durations, row
counts and identifiers, which are Dagster's and dbt's own.
"""

import base64
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from expectations.french import typeset
from orchestration.checks.validated import HEADLINES
from tests.readers.claims.claim_reading import CardScope
from tests.readers.discrepancies import Discrepancy, Place, of_row, of_sentence
from tests.readers.drawn_marks import of_alternative, of_drawing
from tests.readers.french_numerals import read_sentence, shows
from tests.readers.rendered_pages import Block, Row, read_markdown
from tests.readers.station_truth import CellKey, StationTruth

Event = tuple[list[str], str, str | None, dict[str, Any]]
BEGINNINGS = {typeset(headline) for headline in HEADLINES.values()}
OUTCOMES = {"évaluées": ("pass", "fail"), "non évaluées": ("not_evaluated",), "en échec": ("fail",)}
REST = re.compile(r"Et (?P<rest>[\d\u202f]+) autres? échecs?\s: voir le tableau\.")
EVENTS = """
    select event from event_logs
    where dagster_event_type in ('ASSET_CHECK_EVALUATION', 'ASSET_MATERIALIZATION')
"""
PICTURE = re.compile(
    r"!\[(?P<told>.*?)\]\(data:image/svg\+xml;base64,(?P<svg>[\w+/=]+)\)", re.DOTALL
)


def of_dagster(truth: StationTruth) -> Iterator[Discrepancy]:
    """Read what the last run of a night told."""
    for asset, check, description, metadata in dagster_events(truth):
        place = Place("Dagster", "/".join(filter(None, (*asset, check))))
        scope = CardScope(indicator=asset[-1] if asset[0] == "indicators" else "")
        if asset[0] != "extract":
            yield from _of_description(place, description or "", metadata, scope, truth)
        rules = _rules_of(metadata)
        for label, entry in metadata.items():
            entry_place = Place(place.outlet, f"{place.file} · {label}")
            yield from _of_entry(entry_place, entry, rules, scope, truth)


def _rules_of(metadata: dict[str, Any]) -> tuple[str, ...]:
    """Return the codes of the rules that a check says to be made of."""
    records = metadata.get("règles", {}).get("records", ())
    return tuple(record["data"]["Code"] for record in records)


def _of_description(
    place: Place, text: str, metadata: dict[str, Any], scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """Read each line but what it begins with; the last may count the failures not told."""
    blocks = [line.text for line in read_markdown(text) if isinstance(line, Block)]
    lines = [line for line in blocks if line not in BEGINNINGS]
    for line in lines:
        if rest := REST.fullmatch(line):
            so = metadata["en échec"]["value"] - _told(lines, metadata) + 1
            if _bare(rest["rest"]) != str(so):
                yield place.found(line, rest["rest"], f"il y en a {so}")
        else:
            yield from of_sentence(place, line, _line_scope(line, scope, truth), truth)


def _told(lines: list[str], metadata: dict[str, Any]) -> int:
    """Count what lines tell: an event, which names its areas together, with the shares of them."""
    records = [record["data"] for record in metadata["cellules en échec"]["records"]]
    told = 0
    for line in lines:
        place = line.replace("\N{NO-BREAK SPACE}:", " :").partition(" : ")[0]
        here = [
            record
            for record in records
            if all(record[name] in place for name in ("Territoire", "Catégorie", "Période"))
        ]
        told += len(here) if len({record["Territoire"] for record in here}) > 1 else 1
    return told


def dagster_events(truth: StationTruth) -> Iterator[Event]:
    """Yield each asset and check of the last night: its path, name, description and metadata."""
    for run in _runs(truth)[:1]:
        yield from _events(run)


def _runs(truth: StationTruth) -> list[Path]:
    """Return the logs that materialized the release in force together with checks, newest first."""
    folder = truth.home / "dagster" / "history" / "runs"
    logs = list(folder.glob("*-*.db"))
    logs.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path for path in logs if _made(path, str(truth.manifest["release_id"]))]


def _made(log: Path, release: str) -> bool:
    with closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True)) as history:
        found = history.execute(
            "select count(*) from event_logs where event like ? "
            "and dagster_event_type = 'ASSET_MATERIALIZATION'",
            (f"%/releases/{release}%",),
        )
        checks = history.execute(
            "select count(*) from event_logs where dagster_event_type = 'ASSET_CHECK_EVALUATION'"
        )
        return bool(found.fetchone()[0]) and bool(checks.fetchone()[0])


def _events(log: Path) -> Iterator[Event]:
    with closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True)) as history:
        events = history.execute(EVENTS).fetchall()
    for (event,) in events:
        told = json.loads(event)["dagster_event"]["event_specific_data"]
        if told["__class__"] == "AssetCheckEvaluation":
            entries = told["metadata"]
            yield told["asset_key"]["path"], told["check_name"], told["description"], entries
        else:
            made = told["materialization"]
            entries = {entry["label"]: entry["entry_data"] for entry in made["metadata_entries"]}
            yield made["asset_key"]["path"], "", made.get("description"), entries


def _line_scope(line: str, scope: CardScope, truth: StationTruth) -> CardScope:
    """A line of a check begins by its cell: area, category, period."""
    place = line.replace("\N{NO-BREAK SPACE}:", " :").partition(" : ")[0]
    tokens = read_sentence(place, truth.lexicon).tokens
    named = {token.kind: next(iter(token.codes)) for token in tokens if token.codes}
    areas = [code for t in tokens if t.kind == "A" for code in sorted(t.codes)]
    known = [a for a in areas if any(k.indicator == scope.indicator and k.area == a
                                     for k in truth.cells)]  # fmt: skip
    period = named.get("P", "")
    before = [p for p in truth.periods_of(scope.indicator) if p < period]
    return replace(
        scope,
        area=(known or areas or [""])[0],
        category=named.get("C", "_T"),
        period=period,
        period_before=before[-1] if before else "",
    )


def _of_entry(
    place: Place,
    entry: dict[str, Any],
    rules: tuple[str, ...],
    scope: CardScope,
    truth: StationTruth,
) -> Iterator[Discrepancy]:
    label = place.file.rpartition(" · ")[2]
    if label == "règles":
        for record in entry["records"] if scope.indicator else ():
            yield from _of_rule(place, record["data"], scope, truth)
    elif entry["__class__"] == "TableMetadataEntryData" and label != "enregistrements en écart":
        for record in entry["records"]:
            yield from _of_record(place, record["data"], scope, truth)
    elif label == "graphique":
        yield from _of_pictures(place, entry["md_str"], rules, scope, truth)
    elif label == "dernières valeurs":
        for piece in read_markdown(entry["md_str"]):
            if isinstance(piece, Row):
                yield from of_row(place, piece, scope, truth)
    elif entry["__class__"] == "IntMetadataEntryData":
        yield from _of_count(place, entry["value"], rules, scope, truth)


def _of_rule(
    place: Place, record: dict[str, str], scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """A rule of a check: how many cells it judged, could not judge, or found wrong."""
    rule = record["Code"]
    for label, outcomes in OUTCOMES.items():
        number = record[label[0].upper() + label[1:]]
        so = sum(truth.outcomes[scope.indicator, rule][outcome] for outcome in outcomes)
        if _bare(number) != str(so):
            yield place.found(f"{rule}, {label}", number, f"il y en a {so}")


def _of_record(
    place: Place, record: dict[str, str], scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """A failing cell: its place, both values, what is said of it."""
    if "Territoire" not in record:
        for text in record.values():
            own = CardScope(record.get("indicateur", ""), truth.region)
            yield from of_sentence(place, str(text), own, truth)
        return
    line = ", ".join(record[name] for name in ("Territoire", "Catégorie", "Période"))
    own = _line_scope(f"{line} : ", scope, truth)
    yield from of_sentence(place, record["Constat"], own, truth)
    for name, period in (("Avant", own.period_before), ("Après", own.period)):
        tokens = read_sentence(record[name], truth.lexicon).tokens
        told = next((code for t in tokens if t.kind == "P" for code in t.codes), period)
        values = [token for token in tokens if token.kind == "V"]
        key = CellKey(own.indicator, own.area, told, own.category)
        was_published = "publié" in record[name]
        if was_published:
            key = key._replace(period=own.period)
        held = truth.releases.get(key, []) if was_published else truth.values(key)
        if values and not any(shows(values[0], value) for value in held):
            yield place.found(f"{line}, {name} : {record[name]}", values[0].text, f"il y a {held}")


def _of_pictures(
    place: Place, markdown: str, rules: tuple[str, ...], scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """Each picture is of a finding of the indicator that one of the rules made."""
    pictures = list(PICTURE.finditer(markdown))
    if not pictures:
        yield place.found(markdown, "", "ce graphique ne se lit pas")
    of_indicator = [f for f in truth.findings.values() if f["indicator"] == scope.indicator]
    findings = [finding for finding in of_indicator if set(rules) & set(finding["rules"])]
    for picture in pictures:
        told = re.sub(r"\\(.)", r"\1", picture["told"])
        svg = base64.b64decode(picture["svg"]).decode()
        readings = [list(_of_picture(place, told, svg, finding, truth)) for finding in findings]
        if readings:
            yield from min(readings, key=len)


def _of_picture(
    place: Place, told: str, svg: str, finding: dict[str, Any], truth: StationTruth
) -> Iterator[Discrepancy]:
    from tests.readers.outlets import finding_scope  # noqa: PLC0415 a card is a card

    own = finding_scope(finding, truth)
    yield from of_alternative(place, told, own, truth)
    drawing = re.sub(r"^.*?(<svg )", r"\1", svg, count=1, flags=re.DOTALL)
    described = drawing.replace(">", f"><desc>{_escaped(told)}</desc>", 1)
    yield from of_drawing(place, described, own, truth)


def _bare(number: str) -> str:
    """Take away the spaces that group the digits of a number."""
    return re.sub(r"(?<=\d)\s(?=\d)", "", number)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _of_count(
    place: Place, number: int, rules: tuple[str, ...], scope: CardScope, truth: StationTruth
) -> Iterator[Discrepancy]:
    """How many cells the rules of a check judged, could not judge, or found wrong."""
    label = place.file.rpartition(" · ")[2]
    if scope.indicator and rules and label in OUTCOMES:
        counts = [truth.outcomes[scope.indicator, rule] for rule in rules]
        so = sum(count[outcome] for count in counts for outcome in OUTCOMES[label])
        if number != so:
            yield place.found(label, str(number), f"il y en a {so}")
    elif label == "cellules retenues" and number != len(truth.held):
        yield place.found(label, str(number), f"la publication en retient {len(truth.held)}")
    elif label == "lignes" and number != len(truth.released):
        yield place.found(label, str(number), f"la publication a {len(truth.released)} lignes")
