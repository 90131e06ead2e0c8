"""How the time and memory of all rules grow with the number of cells: 10⁴, 10⁵, 10⁶.

A synthetic night: series of ten years, in departments or employment zones, with categories that
add up; 35 indicators at the smallest size, 100 at the largest, a third of them rates. Each size has
a process of its own, whose peak memory is its own; what is timed is the checkpoint of a night: all
rules, asked by Great Expectations, and their answers read again as the gate does.

Not a test: times depend on the machine. ``make bench-rules``.
"""

import argparse
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS, TOTAL
from expectations.rules.evaluate import EVERY_RULE
from expectations.validations.judging_context import JudgingContext
from expectations.validations.night_checkpoint import ask_every_rule
from expectations.verdicts.rule_answers import BatchIdentity, failures, trusted
from tests.benchmarks.breaks.code_lists import with_codes_of
from tests.made_definitions import made_definition

SIZES = (10_000, 100_000, 1_000_000)
PERIODS = [str(year) for year in range(2014, 2024)]
INDICATORS = {10_000: 35, 100_000: 70, 1_000_000: 100}
CATEGORIES = 4


class Measure(NamedTuple):
    """What one size took.

    Attributes:
        cells: Number of observations.
        verdicts: Rows of the verdict table.
        seconds: Elapsed time.
        processor: Processor time.
        megabytes: Peak resident memory of the process, observations included.
    """

    cells: int
    verdicts: int
    seconds: float
    processor: float
    megabytes: float


def main() -> None:
    """Measure each size asked for, and print the figures and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, choices=SIZES)
    console, table = Console(), Table(title="All rules")
    for name in ("cells", "verdicts", "seconds", "processor s", "peak MB", "time × / cells ×"):
        table.add_column(name, justify="right")
    before: Measure | None = None
    for size in sorted(parser.parse_args().sizes):
        took = _alone(size)
        table.add_row(
            *(f"{number:,.0f}" for number in took[:2]),
            *(f"{number:,.1f}" for number in took[2:4]),
            f"{took.megabytes:,.0f}",
            "" if before is None else _growth(before, took),
        )
        before = took
    console.print(table)


def _alone(size: int) -> Measure:
    """Return the measure of a size, taken in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, size).result()


def measure(size: int) -> Measure:
    """Return what all rules take over a synthetic night.

    Args:
        size: Number of cells, about.
    """
    observations, definitions = synthetic_night(size, INDICATORS.get(size, 35))
    with with_codes_of(observations):
        clock, processor = time.perf_counter(), time.process_time()
        (verdicts,) = _night(observations, definitions).verdicts
        took = time.perf_counter() - clock, time.process_time() - processor
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return Measure(len(observations), len(verdicts), *took, peak)


def _night(
    observations: pd.DataFrame, definitions: dict[str, IndicatorDefinition]
) -> JudgingContext:
    """Ask every rule, and read the answers again; the context has the table of verdicts."""
    context, identity = JudgingContext(definitions), BatchIdentity.of(observations)
    suite = ask_every_rule(observations, context, identity.sha256)
    answers = suite.validation.to_json_dict()["results"]
    failures(trusted(answers, identity, dict.fromkeys(EVERY_RULE, ())))
    return context


def synthetic_night(
    size: int, indicators: int, seed: int = 0
) -> tuple[pd.DataFrame, dict[str, IndicatorDefinition]]:
    """Return observations of about as many cells, and their definitions.

    Args:
        size: Number of cells, about.
        indicators: Number of indicators, of which a third are rates.
        seed: Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    areas = max(2, round(size / indicators / len(PERIODS) / (CATEGORIES + 1)) - 1)
    tables, definitions = [], {}
    for rank in range(indicators):
        definition = _definition(rank)
        definitions[definition.id] = definition
        make = _counts if definition.value_kind == "count" else _rates
        tables.append(_uniform(make(areas, rng, "DEP" if rank % 2 else "ZE2020"), definition))
    return pd.concat(tables, ignore_index=True), definitions


def _counts(areas: int, rng: np.random.Generator, kind: str) -> pd.DataFrame:
    """Return counts by area and category, and all their totals."""
    levels = rng.lognormal(4, 1.5, (areas, CATEGORIES, 1))
    growth = np.cumsum(rng.normal(0, 0.1, (1, 1, len(PERIODS))), axis=2)
    own = np.cumsum(rng.normal(0, 0.05, (areas, CATEGORIES, len(PERIODS))), axis=2)
    details = rng.poisson(levels * np.exp(growth + own)).astype(np.float64)
    by_area = np.concatenate([details.sum(axis=1, keepdims=True), details], axis=1)
    everywhere = np.concatenate([by_area.sum(axis=0, keepdims=True), by_area])
    rows = _grid(areas, kind)
    return rows.assign(obs_value=everywhere.ravel(), numerator=np.nan, denominator=np.nan)


def _rates(areas: int, rng: np.random.Generator, kind: str) -> pd.DataFrame:
    """Return rates with numerators and denominators that add up as counts do."""
    whole = _counts(areas, rng, kind)
    shape = (areas + 1, CATEGORIES + 1, len(PERIODS))
    details = whole["obs_value"].to_numpy().reshape(shape)[1:, 1:]
    parts = rng.binomial(details.astype(np.int64), 0.4).astype(np.float64)
    by_area = np.concatenate([parts.sum(axis=1, keepdims=True), parts], axis=1)
    numerators = np.concatenate([by_area.sum(axis=0, keepdims=True), by_area]).ravel()
    denominators = whole["obs_value"].where(whole["obs_value"] > 0)
    return whole.assign(
        obs_value=100 * numerators / denominators, numerator=numerators, denominator=denominators
    )


def _grid(areas: int, kind: str) -> pd.DataFrame:
    """Return the keys of all cells but their indicator: a region and its areas."""
    places = ["REG-52", *(f"{kind}-{rank:05d}" for rank in range(areas))]
    categories = [TOTAL, *(f"c{rank}" for rank in range(CATEGORIES))]
    index = pd.MultiIndex.from_product(
        [places, categories, PERIODS], names=["ref_area", "category", "time_period"]
    )
    rows = index.to_frame(index=False)
    return rows.assign(breakdown=rows["category"].where(rows["category"] == TOTAL, "taille"))


def _uniform(rows: pd.DataFrame, definition: IndicatorDefinition) -> pd.DataFrame:
    known = rows["obs_value"].notna()
    table = rows.assign(
        indicator=definition.id,
        unit_measure=definition.unit_measure,
        obs_status=pd.Series("A", index=rows.index).where(known, "M"),
        conf_status="F",
        reference_period=rows["time_period"],
        definition="v1",
        collection="c1",
    )
    return table.reindex(columns=COLUMNS)


def _definition(rank: int) -> IndicatorDefinition:
    is_rate = rank % 3 == 2
    parts = "DEP" if rank % 2 else "ZE2020"
    return made_definition(
        f"i{rank:03d}",
        "rate" if is_rate else "count",
        unit_measure="pct" if is_rate else "place",
        breakdowns=[
            {"by": "ref_area", "of": "REG", "parts": parts},
            {"by": "category", "of": TOTAL, "parts": "taille"},
        ],
    )


def _growth(before: Measure, after: Measure) -> str:
    """Return how many times longer, over how many times more cells: 1 is linear."""
    return f"{(after.processor / before.processor) / (after.cells / before.cells):.2f}"


if __name__ == "__main__":
    main()
