"""What must hold after each night, recomputed from what the night left.

Here: one function a promise, which returns what does not hold. Not here: reading (``left_behind``),
the gate, the rules and the report, none of which is called: they are what is judged.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape
from itertools import groupby
from typing import Any

from tests.season.left_behind import CELL, LeftBehind

Row = Mapping[str, Any]
Key = tuple[str, ...]
PUBLISHED, HELD, EXCLUDED = "published", "held", "excluded"
REGION, DEPARTMENT = "REG-", "DEP-"
CONTENT = ("obs_value", "obs_status", "unit_measure", "comment", "publication")
ARTICLE = re.compile(r'<article class="finding" id="constat-(\w+)".*?</article>', re.DOTALL)
DRAWN = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)
POINT = re.compile(r" en ([0-9][0-9-]*)( \(retenu\))?")
TINY = 1e-6


def published_values_are_observed(now: LeftBehind) -> Iterator[str]:
    """What is published tonight is what the warehouse holds tonight."""
    for key, row in now.released.items():
        observed = now.observed.get(key)
        if row["publication"] != PUBLISHED:
            continue
        if observed is None:
            yield f"{_name(key)} is published and is in no observation"
        elif not _same(row["obs_value"], observed["obs_value"]):
            yield (
                f"{_name(key)} is published as {row['obs_value']}, observed as "
                f"{observed['obs_value']}"
            )


def totals_are_the_sum_of_their_parts(now: LeftBehind) -> Iterator[str]:
    """A published total is the sum of its published parts, or each says why not."""
    for key, total in now.released.items():
        if not _adds_up(key, now) or _is_none(total["obs_value"]):
            continue
        parts = _parts(key, now)
        added = sum(part["obs_value"] for part in parts if not _is_none(part["obs_value"]))
        is_whole = _is_given_whole(key, now)
        off = added - total["obs_value"]
        if abs(off) < TINY or (off < 0 and not is_whole):
            continue
        silent = [row for row in (total, *parts) if not _says_why(row)]
        if silent:
            areas = ", ".join(str(row["ref_area"]) for row in silent)
            yield (
                f"{_name(key)} is {total['obs_value']:g}, its parts add up to {added:g}, and "
                f"{areas} do not say why"
            )


def tables_are_of_one_vintage(now: LeftBehind) -> Iterator[str]:
    """The cells of one table are of one vintage, or say so."""
    ordered = sorted(now.released.items(), key=lambda item: (item[0][0], item[0][2]))
    for table, cells in groupby(ordered, key=lambda item: (item[0][0], item[0][2])):
        rows = dict(cells)
        older = [key for key, row in rows.items() if _is_older(key, row, now)]
        beside = [row for row in rows.values() if row["publication"] == PUBLISHED]
        silent = [row for row in beside if not _says_why(row)]
        extracts = {row["extract_id"] for row in beside if isinstance(row["extract_id"], str)}
        if older and silent:
            yield (
                f"{' '.join(table)}: {len(older)} cells are of an older deposit, and "
                f"{len(silent)} published beside them do not say so"
            )
        if len(extracts) > 1 and _has_one_source(table[0], now):
            yield f"{' '.join(table)}: published from {len(extracts)} deposits"


def what_is_drawn_as_held_is_held(now: LeftBehind) -> Iterator[str]:
    """A chart says « retenu » of what the release holds, and of nothing else."""
    indicators = {found["finding_id"]: found["indicator"] for found in now.manifest["findings"]}
    for article in ARTICLE.finditer(now.report):
        drawn = DRAWN.search(article[0])
        if drawn is None or article[1] not in indicators:
            continue
        words = unescape(drawn[1]).replace("\u00a0", " ").replace("\u202f", " ")
        for indicator, period, is_held in _points(words, indicators[article[1]], now):
            yield from _misdrawn(article[1], indicator, period, is_held=is_held, now=now)


def decisions_apply_to_their_exact_figures(now: LeftBehind) -> Iterator[str]:
    """A cell that says it was decided has the very figures that were signed."""
    register = {str(decision["id"]): decision for decision in now.decisions}
    for key, row in now.released.items():
        for rank in re.findall(r"\d+", _text(row["decision_ids"])):
            if rank not in register:
                yield f"{_name(key)} names decision {rank}, which is not in the register"
            else:
                yield from _misapplied(key, row, register[rank], now)


def nothing_changes_without_a_cause(before: LeftBehind, now: LeftBehind) -> Iterator[str]:
    """What changes in a release follows from a source, a decision, a rule or the calendar."""
    if before.release_id != now.release_id and not _causes(before, now):
        yield f"{now.release_id} replaced {before.release_id}, and nothing else changed"
    if before.month != now.month or before.definitions != now.definitions:
        return
    moved = _moved(before, now)
    for key in sorted(before.released.keys() | now.released.keys()):
        then, tonight = before.released.get(key, {}), now.released.get(key, {})
        changed = [name for name in CONTENT if not _same(then.get(name), tonight.get(name))]
        if changed and key[0] not in moved:
            yield f"{_name(key)} changed ({', '.join(changed)}), and nothing did about {key[0]}"


def the_same_release_is_the_same(before: LeftBehind, now: LeftBehind) -> Iterator[str]:
    """The same night twice gives the same release, byte for byte; none is ever written again."""
    if not _causes(before, now) and before.release_id != now.release_id:
        yield f"{now.release_id} is not {before.release_id}, though the night is the same"
    if before.release_id == now.release_id and before.files != now.files:
        yield f"the files of {now.release_id} were written again"


OF_ONE_NIGHT: Sequence[Callable[[LeftBehind], Iterator[str]]] = (
    published_values_are_observed,
    totals_are_the_sum_of_their_parts,
    tables_are_of_one_vintage,
    what_is_drawn_as_held_is_held,
    decisions_apply_to_their_exact_figures,
)
OF_TWO_NIGHTS: Sequence[Callable[[LeftBehind, LeftBehind], Iterator[str]]] = (
    nothing_changes_without_a_cause,
    the_same_release_is_the_same,
)


def broken(before: LeftBehind | None, now: LeftBehind) -> list[str]:
    """Return every promise that does not hold, each with what it was about."""
    found = [(check, list(check(now))) for check in OF_ONE_NIGHT]
    if before is not None:
        found += [(check, list(check(before, now))) for check in OF_TWO_NIGHTS]
    return [f"{check.__name__}: {line}" for check, lines in found for line in lines]


def _name(key: Key) -> str:
    return " ".join(word for word in key if word != "_T")


def _is_none(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _text(value: object) -> str:
    return "" if _is_none(value) else str(value)


def _same(one: object, other: object) -> bool:
    if _is_none(one) or _is_none(other):
        return _is_none(one) and _is_none(other)
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < TINY
    return one == other


def _says_why(row: Row) -> bool:
    """Tell whether a row carries a mark that a reader of the release sees."""
    return row["publication"] != PUBLISHED or bool(_text(row.get("caveat")))


def _adds_up(key: Key, now: LeftBehind) -> bool:
    """Tell whether a cell is a region's count, whose departments its definition declares parts."""
    definition = now.definitions.get(key[0], {})
    return (
        key[1].startswith(REGION)
        and definition.get("value_kind") == "count"
        and any(
            part["by"] == "ref_area" and part["parts"] == DEPARTMENT.rstrip("-")
            for part in definition.get("breakdowns", ())
        )
    )


def _is_given_whole(total: Key, now: LeftBehind) -> bool:
    """Tell whether the producer gave a value for every part of a total."""
    values = [row["obs_value"] for key, row in now.observed.items() if _is_part(key, total)]
    return not any(map(_is_none, values))


def _is_part(key: Key, total: Key) -> bool:
    return key[1].startswith(DEPARTMENT) and (key[0], *key[2:]) == (total[0], *total[2:])


def _parts(total: Key, now: LeftBehind) -> list[Row]:
    return [row for key, row in now.released.items() if _is_part(key, total)]


def _is_older(key: Key, row: Row, now: LeftBehind) -> bool:
    observed = now.observed.get(key)
    is_kept = row["publication"] == HELD and not _is_none(row["obs_value"])
    return is_kept and (observed is None or not _same(observed["obs_value"], row["obs_value"]))


def _has_one_source(indicator: str, now: LeftBehind) -> bool:
    """Tell whether partners deposit the indicator: what is computed may join several sources."""
    return now.definitions.get(indicator, {}).get("origin") == "declared"


def _points(words: str, indicator: str, now: LeftBehind) -> Iterator[tuple[str, str, bool]]:
    """Yield the points of the series that a chart's words name: indicator, period, held or not."""
    whole = now.definitions[indicator].get("part_of")
    for name in filter(None, (indicator, whole)):
        label = f"{now.definitions[name]['label']} : "
        _, found, series = words.partition(label)
        if found:
            sentence = re.split(r"\.(?: |$)", series)[0]
            for period, mark in POINT.findall(sentence):
                yield name, period, bool(mark)


def _misdrawn(
    finding: str, indicator: str, period: str, *, is_held: bool, now: LeftBehind
) -> Iterator[str]:
    cells = {key for key in now.observed if (key[0], key[2]) == (indicator, period)}
    if is_held and not any((key[0], key[2]) == (indicator, period) for key in now.held):
        yield f"{finding} draws {indicator} {period} as held, and no cell of it is"
    if not is_held and cells and cells <= now.held:
        yield f"{finding} draws {indicator} {period} as published, and every cell of it is held"


def _misapplied(key: Key, row: Row, decision: Row, now: LeftBehind) -> Iterator[str]:
    signed = {
        tuple(figure["cell"][column] for column in CELL): figure for figure in decision["figures"]
    }
    rank = decision["id"]
    if key not in signed:
        yield f"{_name(key)} names decision {rank}, which does not speak of it"
    elif decision["choice"] == "exclusion":
        if not _is_none(row["obs_value"]):
            yield f"{_name(key)} is excluded by decision {rank}, and says {row['obs_value']}"
    elif _figure(row["obs_value"]) != signed[key]["value"]:
        yield f"{_name(key)} says {row['obs_value']}, decision {rank} {signed[key]['value']}"
    if row["publication"] == PUBLISHED:
        for cell, figure in signed.items():
            seen = now.observed.get(cell, {}).get("obs_value")
            if _figure(seen) != figure["value"]:
                yield (
                    f"{_name(key)} is published under decision {rank}, signed of "
                    f"{figure['value']} for {_name(cell)}, which is {seen}"
                )


def _figure(value: float | None) -> str | None:
    return None if value is None or _is_none(value) else f"{value:.6f}"


def _causes(before: LeftBehind, now: LeftBehind) -> list[str]:
    """Return what may make another release."""
    pairs = {
        "sources": (before.inputs, now.inputs),
        "decisions": (len(before.decisions), len(now.decisions)),
        "calendar": (before.month, now.month),
        "definitions": (before.definitions, now.definitions),
    }
    return [name for name, (then, tonight) in pairs.items() if then != tonight]


def _moved(before: LeftBehind, now: LeftBehind) -> set[str]:
    """Return the indicators of which an observation changed, or something was decided."""
    cells = before.observed.keys() | now.observed.keys()
    moved = {
        key[0]
        for key in cells
        if any(
            not _same(before.observed.get(key, {}).get(name), now.observed.get(key, {}).get(name))
            for name in ("obs_value", "obs_status", "unit_measure", "comment", "extract_id")
        )
    }
    return moved | {decision["indicator"] for decision in now.decisions[len(before.decisions) :]}
