"""What is so in a station: its observations and their past, its releases, its register.

Here: reading files and tables as they lie, with DuckDB and the standard library. Not here: any
reading of the code under test, which is what is not believed.
"""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import yaml

from tests.readers.french_numerals import MONTHS, Lexicon

PROJECT = Path(__file__).resolve().parent.parent.parent
PARIS = ZoneInfo("Europe/Paris")
TOTAL = "_T"
KEY = "indicator, ref_area, time_period, category"
FIGURE = "obs_value::double, obs_status, unit_measure, numerator::double, denominator::double"


class CellKey(NamedTuple):
    """Which cell: no two breakdowns share a category."""

    indicator: str
    area: str
    period: str
    category: str = TOTAL


class Figure(NamedTuple):
    """What a cell holds: its value, its status, its unit, the terms of a rate."""

    value: float | None
    status: str
    unit: str
    numerator: float | None = None
    denominator: float | None = None


@dataclass
class StationTruth:
    """What is so.

    Attributes:
        home: The station.
        region: Code of its region as an area.
        cells: Tonight's observations.
        vintages: All that was ever observed of each cell, oldest first.
        released: What the release in force says of each cell.
        releases: What each release ever said of each cell, oldest first.
        excluded: How many cells decisions keep out of it, by indicator and period.
        before_last: What the release before the one in force said.
        held: The cells that the gate holds.
        held_by: How many cells each finding holds, by its reference.
        manifest: The manifest of the release in force.
        findings: What the report in force lists, by reference; its numbers are not believed.
        declared: What each indicator declares of itself.
        printed: What the printed report prints of each indicator: area, category, period, value.
        printed_text: Its passages, bare of spaces and of quotation marks.
        pre_breaks: The period and the value before each break that the release carries.
        minutes: The time of day of each of them, as it is written in French.
        sizes: The sizes in bytes of what was ever received.
        periods: Every period that is spoken of.
        unit_labels: What each unit is called.
        area_types: The code of each type of area, by its plural, bare and in small letters.
        absences: What each status without a value is called.
        verdicts: How many verdicts of each outcome, by indicator.
        outcomes: The same, by indicator and rule.
        breakdowns: The breakdown of each category.
        reasons: Why cells could not be judged, counted, by indicator and rule.
        decisions: What was signed, oldest first.
        days: Every day on which something is recorded, as ``2026-11-28``.
        sources: Every source that was ever asked for.
        codes: The codes of categories, units and collections, which no reader should have to know.
        in_trouble: How many sources gave nothing good the last time.
        tallies: What the examination of the printed report lists, counted.
        row_counts: How many rows of extracts each cell is made of.
        lexicon: Every name, and what it stands for.
    """

    home: Path
    region: str = ""
    cells: dict[CellKey, Figure] = field(default_factory=dict)
    vintages: dict[CellKey, list[Figure]] = field(default_factory=lambda: defaultdict(list))
    released: dict[CellKey, Figure] = field(default_factory=dict)
    excluded: Counter[tuple[str, str]] = field(default_factory=Counter)
    pre_breaks: dict[CellKey, tuple[str, float]] = field(default_factory=dict)
    releases: dict[CellKey, list[float | None]] = field(default_factory=lambda: defaultdict(list))
    before_last: dict[CellKey, float | None] = field(default_factory=dict)
    held: set[CellKey] = field(default_factory=set)
    held_by: Counter[str] = field(default_factory=Counter)
    manifest: dict[str, Any] = field(default_factory=dict)
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)
    declared: dict[str, dict[str, Any]] = field(default_factory=dict)
    printed: dict[str, list[tuple[str, str, str, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    printed_text: str = ""
    printed_numbers: set[float] = field(default_factory=set)
    verdicts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    outcomes: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    breakdowns: dict[str, str] = field(default_factory=dict)
    reasons: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    decisions: list[dict[str, Any]] = field(default_factory=list)
    days: set[str] = field(default_factory=set)
    minutes: set[str] = field(default_factory=set)
    sizes: set[float] = field(default_factory=set)
    periods: set[str] = field(default_factory=set)
    unit_labels: dict[str, str] = field(default_factory=dict)
    area_types: dict[str, str] = field(default_factory=dict)
    absences: dict[str, str] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    in_trouble: int = 0
    tallies: set[float] = field(default_factory=set)
    row_counts: dict[CellKey, int] = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)

    def values(self, key: CellKey, *, ever: bool = False) -> list[float | None]:
        """Return what a cell holds tonight; or all that it ever held, received or published."""
        now = [self.cells[key].value] if key in self.cells else []
        if not ever:
            return now
        past = [figure.value for figure in self.vintages.get(key, ())]
        return [*now, *past, *self.releases.get(key, ())]

    def printed_as(self, key: CellKey) -> list[float]:
        """Return what the printed report prints of a cell, wherever it does."""
        cell = (key.area, key.category, key.period)
        return [value for *where, value in self.printed[key.indicator] if tuple(where) == cell]

    def periods_of(self, indicator: str) -> list[str]:
        """Return the periods of an indicator, in order."""
        return sorted({key.period for key in self.cells if key.indicator == indicator})

    @cache  # noqa: B019 a truth lives as long as one reading
    def deposited(self, line: int) -> frozenset[str]:
        """Return all that deposits in use hold in one of their lines."""
        texts: set[str] = set()
        for receipts in (self.home / "accuses").glob("*"):
            path = self.home / "landed" / f"{receipts.name}.parquet"
            if path.exists():
                rows = duckdb.execute(f"select * from '{path}' where _line = {line}").fetchall()
                texts |= {str(text) for row in rows for text in row}
        return frozenset(texts)

    def cells_are_rates(self, indicator: str) -> bool:
        """Whether the totals of an indicator are rates, which do not add up."""
        return bool(self.declared.get(indicator, {}).get("value_kind") != "count")

    @cache  # noqa: B019 a truth lives as long as one reading
    def taken_back(self) -> set[tuple[str, str]]:
        """Return the indicators and periods from which a published value is not given any more."""
        return {
            (key.indicator, key.period)
            for key, ever in self.releases.items()
            if any(value is not None for value in ever)
            and (key not in self.cells or self.cells[key].value is None)
        }

    @cache  # noqa: B019 a truth lives as long as one reading
    def group(self, indicator: str, period: str) -> list[CellKey]:
        """Return the cells of an indicator in a period."""
        return [k for k in self.cells if k.indicator == indicator and k.period == period]

    @cache  # noqa: B019 a truth lives as long as one reading
    def parts(self, indicator: str, period: str) -> list[list[CellKey]]:
        """Return what may add up: the categories of a breakdown, the areas of a type."""
        kinds: dict[tuple[str, ...], list[CellKey]] = defaultdict(list)
        for key in self.group(indicator, period):
            kinds["area", key.area, self.breakdowns[key.category]].append(key)
            kinds["category", key.area.partition("-")[0], key.category].append(key)
        return list(kinds.values())

    def silent_reasons(self) -> tuple[Counter[str], Counter[str]]:
        """Count the controls that judged nothing by the reason of most of their cells.

        Returns:
            The counts without those where two reasons are as frequent, then with them.
        """
        least: Counter[str] = Counter()
        most: Counter[str] = Counter()
        for pair, counts in self.outcomes.items():
            reasons = self.reasons[pair]
            if not counts["pass"] + counts["fail"]:
                first = [r for r, n in reasons.items() if n == max(reasons.values())]
                most.update(first)
                least.update(first if len(first) == 1 else ())
        return least, most

    def __hash__(self) -> int:
        return id(self)


def bare(text: str) -> str:
    """Return a text without spaces, quotation marks and apostrophes, which typesetting changes."""
    return re.sub(r"[\s«»“”\"'’\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}…]", "", text)


def read_truth(home: Path) -> StationTruth:
    """Read all that is so in a station.

    Args:
        home: The station's home.
    """
    truth = StationTruth(home)
    _read_release(truth)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        _read_observations(truth, warehouse)
        _read_names(truth, warehouse)
        _read_printed(truth, warehouse)
    _read_declared(truth)
    _read_register(truth)
    _read_verdicts(truth)
    for quotation in filter(_is_no_figure, (*_project_quotations(), *_own_quotations(truth))):
        truth.lexicon.add("N", quotation)
    return truth


def _is_no_figure(text: str) -> bool:
    """Whether a text may be quoted as it is: an identifier, or a sentence of several words."""
    words = [word for word in text.split() if sum(map(str.isalpha, word)) > 2]
    is_identifier = " " not in text.strip() and any(map(str.isalpha, text))
    if re.search(r"[×=≤≥]", text):  # an equation is worked out again
        return False
    return any(map(str.isdigit, text)) and (len(words) > 2 or is_identifier)


def _read_observations(truth: StationTruth, warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(f"select {KEY}, {FIGURE}, breakdown from marts.fct_observation")
    for *cell, breakdown in rows.fetchall():
        truth.cells[CellKey(*cell[:4])] = Figure(*cell[4:])
        truth.breakdowns[cell[3]] = breakdown
        truth.periods.add(cell[2])
    counts = f"select {KEY}, count(*) from marts.fct_observation_row group by all"
    for row in warehouse.execute(counts).fetchall():
        truth.row_counts[CellKey(*row[:4])] = row[4]
    past = f"select {KEY}, {FIGURE} from marts.fct_observation_history order by vintage"
    for row in warehouse.execute(past).fetchall():
        truth.vintages[CellKey(*row[:4])].append(Figure(*row[4:]))
    for (period,) in warehouse.execute(
        "select time_period from marts.dim_period union "
        "select reference_period from marts.fct_observation union "
        "select printed_period from marts.fct_printed_figure"
    ).fetchall():
        truth.periods.add(str(period))


def _read_names(truth: StationTruth, warehouse: duckdb.DuckDBPyConnection) -> None:
    add, fetch = truth.lexicon.add, warehouse.execute
    for code, label in fetch("select ref_area, label from marts.dim_area").fetchall():
        add("A", label, [code])
        add("A", code, [code])
    for code, label in fetch("select category, label from seeds.categories").fetchall():
        if code != TOTAL:
            add("C", label, [code])
            add("C", f"« {code} »", [code])
            if any(letter.isdigit() or letter == "_" for letter in code):
                add("C", code, [code])
    for code, label in fetch("select indicator, label from marts.dim_indicator").fetchall():
        add("I", label, [code])
        add("I", code, [code])
    truth.unit_labels = dict(fetch("select unit_measure, label from seeds.units").fetchall())
    coded = (
        "select category from seeds.categories where category != label "
        "union select unit_measure from seeds.units union select definition from "
        "marts.fct_observation union select collection from marts.fct_observation"
    )
    truth.codes = {str(code) for (code,) in fetch(coded).fetchall()}
    types = fetch("select plural, area_type from seeds.area_types").fetchall()
    truth.area_types = {bare(name).casefold(): code for name, code in types}
    missing = "select obs_status, label from seeds.obs_statuses where cast(is_missing as boolean)"
    truth.absences = dict(fetch(missing).fetchall())
    units = set(truth.unit_labels.values())
    singular = {re.sub(r"s\b", "", unit) for unit in units}
    truth.lexicon.units = tuple(sorted(units | singular | {"points", "point"}, key=len)[::-1])
    for (code,) in fetch("select fiche from marts.dim_indicator group by 1").fetchall():
        add("N", f"Fiche {code}")
        add("N", f"{code} –")


def _read_printed(truth: StationTruth, warehouse: duckdb.DuckDBPyConnection) -> None:
    figures = (
        "select indicator, ref_area, category, time_period, printed_value::double "
        "from marts.fct_printed_figure where printed_value is not null"
    )
    for indicator, *figure in warehouse.execute(figures).fetchall():
        truth.printed[indicator].append(tuple(figure))
    truth.printed_numbers = {figure[3] for rows in truth.printed.values() for figure in rows}
    texts = (
        "select printed_text from marts.fct_printed_text where printed_text is not null union all "
        "select printed_text from marts.fct_printed_figure where printed_text is not null"
    )
    _count_printed(truth)
    truth.printed_text = bare("\n".join(text for (text,) in warehouse.execute(texts).fetchall()))


def _count_printed(truth: StationTruth) -> None:
    """Count again what the examination of the printed report lists."""
    path = truth.home / "quality" / "printed_report.json"
    examined = json.loads(path.read_text("utf-8")) if path.exists() else {}
    compared = examined.get("comparisons", [])
    wrong = Counter(line["rule"] for line in compared if not line["holds"])
    claims = examined.get("claims", {})
    sums = [len(compared), sum(wrong.values()), sum(claims.values())]
    truth.tallies = {float(count) for count in (*sums, *wrong.values(), *claims.values())}


def _read_release(truth: StationTruth) -> None:
    current = truth.home / "releases" / "current"
    truth.manifest = json.loads((current / "manifest.json").read_text("utf-8"))
    truth.region = f"REG-{truth.manifest['region']}"
    for cell in truth.manifest["held"]:
        truth.held.add(cell_key(cell))
        truth.held_by[cell["finding_id"]] += 1
    report = truth.home / "reports" / "current" / "findings.json"
    truth.findings = {line["finding_id"]: line for line in json.loads(report.read_text("utf-8"))}
    name = current.resolve().name
    for folder in sorted(path for path in current.parent.glob("[0-9]*") if path.is_dir()):
        _read_released(truth, folder, is_current=folder.name == name)


def _read_released(truth: StationTruth, folder: Path, *, is_current: bool) -> None:
    columns = "pre_break_period, pre_break_value::double, publication"
    query = f"select {KEY}, {FIGURE}, {columns} from $path"
    rows = duckdb.execute(query.replace("$path", f"'{folder / 'observations.parquet'}'"))
    for row in rows.fetchall():
        key, figure = CellKey(*row[:4]), Figure(*row[4:9])
        truth.releases[key].append(figure.value)
        if folder.name == truth.manifest["previous"]:
            truth.before_last[key] = figure.value
        if is_current:
            truth.released[key] = figure
            truth.excluded[key.indicator, key.period] += row[11] == "excluded"
            if row[9]:
                truth.pre_breaks[key] = (row[9], row[10])


def _read_declared(truth: StationTruth) -> None:
    manifest = json.loads((truth.home / "dbt" / "manifest.json").read_text("utf-8"))
    for node in manifest["nodes"].values():
        declared = (node.get("config") or {}).get("meta", {}).get("vigie")
        if declared:
            truth.declared[node["name"]] = declared


def _read_register(truth: StationTruth) -> None:
    with closing(sqlite3.connect(f"file:{truth.home / 'register.sqlite'}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        truth.decisions = [dict(row) for row in db.execute("select * from decision order by id")]
        outcomes = [dict(row) for row in db.execute("select * from fetch_outcome")]
        waited = "select until from follow_up where until is not null"
        for (day,) in db.execute(waited).fetchall():
            _add_day(truth, date.fromisoformat(day))
    truth.sources = {row["source_id"] for row in outcomes}
    moments = [row["started_at"] for row in outcomes]
    moments += [row["decided_at"] for row in truth.decisions]
    moments += [truth.manifest["published_at"]]
    moments += [_release_moment(path.name) for path in (truth.home / "releases").glob("[0-9]*T*Z")]
    for moment in moments:
        _add_moment(truth, moment)
    last = {row["source_id"]: row["status"] for row in outcomes}
    truth.in_trouble = sum(status in {"refused", "failed", "missing"} for status in last.values())
    truth.sizes = {float(row["bytes"]) for row in outcomes}


def _release_moment(name: str) -> str:
    return f"{name[:4]}-{name[4:6]}-{name[6:8]}T{name[9:11]}:{name[11:13]}:{name[13:15]}+00:00"


def _add_moment(truth: StationTruth, moment: str) -> None:
    at = datetime.fromisoformat(moment).astimezone(PARIS)
    _add_day(truth, at.date())
    truth.minutes.add(f"{at.hour} h {at.minute:02d}")


def _add_day(truth: StationTruth, day: date) -> None:
    rank = "1er" if day.day == 1 else str(day.day)
    truth.days.add(f"{rank} {MONTHS[day.month - 1]} {day.year}")


def _read_verdicts(truth: StationTruth) -> None:
    path = truth.home / "quality" / "verdicts.parquet"
    counts = f"select indicator, rule, outcome, count(*) from '{path}' group by all"
    for indicator, rule, outcome, number in duckdb.execute(counts).fetchall():
        truth.verdicts[indicator][outcome] += number
        truth.outcomes[indicator, rule][outcome] = number
    why = f"select indicator, rule, reason, count(*) from '{path}' where reason <> '' group by all"
    for indicator, rule, reason, number in duckdb.execute(why).fetchall():
        truth.reasons[indicator, rule][reason] = number


def _own_quotations(truth: StationTruth) -> Iterator[str]:
    """Yield what people wrote in this station: motives, comments of producers, references."""
    yield from (row["motive"] for row in truth.decisions)
    yield from truth.findings
    yield from (finding["addressee"] for finding in truth.findings.values())
    yield from _strings(truth.declared)
    path = truth.home / "warehouse.duckdb"
    with duckdb.connect(str(path), read_only=True) as warehouse:
        texts = " union ".join(
            f"select {column} from marts.fct_observation where {column} is not null"
            for column in ("comment", "definition", "collection", "reporters", "extract_id")
        )
        yield from (text for (text,) in warehouse.execute(texts).fetchall())


def cell_key(cell: dict[str, Any]) -> CellKey:
    """Return a cell as JSON has it."""
    return CellKey(cell["indicator"], cell["ref_area"], cell["time_period"], cell["category"])


def cells_in(told: object) -> Iterator[tuple[CellKey, dict[str, Any]]]:
    """Yield each cell that some JSON tells a value of, and what it tells, however deep it lies."""
    if isinstance(told, dict):
        if isinstance(told.get("cell"), dict):
            yield cell_key(told["cell"]), told
        told = list(told.values())
    if isinstance(told, list):
        for value in told:
            yield from cells_in(value)


def finding_cells(finding: dict[str, Any]) -> set[CellKey]:
    """Return the cells that a finding is about."""
    told = [key for number in finding.get("numbers", ()) for key, _ in cells_in([number["now"]])]
    return {*told, *map(cell_key, finding.get("cells", ()))}


@cache
def _project_quotations() -> tuple[str, ...]:
    """What the project declares in YAML with digits in it: labels, sentences, identifiers."""
    files = [
        *(PROJECT / "sources" / "producers").rglob("*.yml"),
        *(PROJECT / "expectations" / "suites").rglob("*.y*ml"),
    ]
    found = {text for file in files for text in _strings(yaml.safe_load(file.read_text("utf-8")))}
    return tuple(text for text in found if any(letter.isdigit() for letter in text))


def _strings(declared: object) -> Iterator[str]:
    if isinstance(declared, str):
        yield declared.strip(" .")
    elif isinstance(declared, dict):
        for name, value in declared.items():
            yield str(name)
            yield from _strings(value)
    elif isinstance(declared, list):
        for value in declared:
            yield from _strings(value)
