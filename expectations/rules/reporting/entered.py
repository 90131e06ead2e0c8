"""DFC: a category that enters everywhere at once, with its extent.

Here: a category of which no area said anything the period before, and which most of the areas that
already gave the others give at once (the nursing schools, in every department, in 2019): one event,
an information. It holds nothing: what is new has nothing to be compared with. Not here: a category
that opens in a few areas, which is no event, a new category whose numbers another one lost
(``mergers``), what that makes of a total (``breaks``), a code that is in no list (``codes``).
"""

from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import Integers, combined_codes
from expectations.cells.observations import TOTAL
from expectations.cells.statuses import ABSENT
from expectations.statistics.grouped import Floats
from expectations.subject.siblings import area_groups, reports_of, tables_of
from expectations.subject.subject import Subject
from expectations.verdicts.proofs import ENTERED_EVERYWHERE, HEADLINE
from expectations.verdicts.table import Judgement, Mask, Outcome, Row, Severity, choose

CATEGORY = ["indicator", "time_period", "breakdown", "category"]


def no_entering_category(subject: Subject) -> Judgement:
    """Return DFC, an information, for the cells of each category that entered everywhere."""
    pairs = subject.pairs
    is_part = (pairs["breakdown"] != TOTAL).to_numpy() & pairs["period_before"].notna().to_numpy()
    cells = pairs[is_part].reset_index(drop=True)
    entered = _entered(cells)
    extents = _extents(cells, entered, _weights(subject, cells))
    least = subject.thresholds("vanished_least", cells["indicator"])
    is_wide = 2 * extents["areas"] > extents["reporting"]
    is_event = entered & (is_wide & (extents["total"] >= least)).to_numpy()
    cells = cells.assign(
        **extents,
        is_count=subject.of_definition(cells["indicator"], lambda item: item.value_kind == "count"),
        outcome=choose([(is_event, Outcome.FAIL)], Outcome.PASS, len(cells)),
    )
    return Judgement("DFC", cells, Severity.INFORMATION, _sentence, _evidence, is_supplement=True)


def _entered(cells: pd.DataFrame) -> Mask:
    """Tell which cells have a value, of a category that no area gave before."""
    status = cells["obs_status_before"]
    is_new = cells["value_before"].isna() & (status.isna() | (status == ABSENT))
    category = pd.factorize(combined_codes(cells, CATEGORY))[0]
    was_there = np.bincount(category, ~is_new.to_numpy())[category] > 0
    entered: Mask = ~was_there & (cells["value_after"].to_numpy() > 0)
    return entered


def _extents(cells: pd.DataFrame, entered: Mask, weights: Floats) -> pd.DataFrame:
    """Return how far each category entered, in the areas of the type that has the most of them.

    Returns:
        For each cell, of its category: ``areas`` that give it among those that went on, those
        that were ``reporting``, and what it makes in ``total``.
    """
    tables, blocks = tables_of(cells), area_groups(cells)
    went_on = _areas_that_went_on(cells, tables)
    of_areas = went_on.drop_duplicates("area").groupby("table")["went_on"].sum()
    size = int(blocks.max(initial=-1)) + 1
    sums = {
        "areas": np.bincount(blocks, entered & went_on["went_on"].to_numpy(), size),
        "total": np.bincount(blocks, np.where(entered, weights, 0.0), size),
    }
    extents = pd.DataFrame({name: sums[name][blocks] for name in sums})
    extents["reporting"] = of_areas.reindex(tables).to_numpy()
    widest = extents.groupby(combined_codes(cells, CATEGORY))["reporting"].transform("idxmax")
    return extents.take(widest.to_numpy()).reset_index(drop=True)


def _areas_that_went_on(cells: pd.DataFrame, tables: Integers) -> pd.DataFrame:
    """Return, for each cell, its table, its area in it, and whether that gave some in both periods.

    Args:
        cells: The cells.
        tables: The table of each.
    """
    reports = reports_of(cells)
    area = pd.factorize(reports * (int(tables.max(initial=0)) + 1) + tables)[0]
    both = (cells["value_before"].notna() & cells["value_after"].notna()).to_numpy()
    went_on = np.bincount(area, both)[area] > 0
    return pd.DataFrame({"table": tables, "area": area, "went_on": went_on})


def _weights(subject: Subject, cells: pd.DataFrame) -> Floats:
    """Return what each cell weighs: its value, or its denominator for a rate."""
    is_count = subject.of_definition(cells["indicator"], lambda item: item.value_kind == "count")
    weights = np.where(is_count.astype(bool), cells["value_after"], cells["denominator_after"])
    return np.nan_to_num(weights)


def _sentence(row: Row) -> str:
    if row["outcome"] != Outcome.FAIL:
        return "La catégorie n'est pas nouvelle partout."
    before, now = french.period(row["period_before"]), french.period(row["time_period"])
    extent = french.number(row["total"])
    counted = f"{extent} en tout" if row["is_count"] else f"dénominateur : {extent} en tout"
    where, nobody = "", "rien n'était dit"
    if row["reporting"] > 1:
        where = f", donnée d'un coup par {_areas(row)} qui répondaient déjà"
        nobody = "aucun ne disait rien"
    return french.typeset(
        f"Catégorie nouvelle en {now}{where} ({counted}), dont {nobody} en {before}."
    )


def _evidence(row: Row) -> dict[str, Any]:
    if row["outcome"] != Outcome.FAIL:
        return {}
    extent = {name: float(row[name]) for name in ("areas", "reporting", "total")}
    together = f", entrée dans {_areas(row)} à la fois" if row["reporting"] > 1 else ""
    return {HEADLINE: f"catégorie nouvelle{together}", ENTERED_EVERYWHERE: extent}


def _areas(row: Row) -> str:
    return f"{french.number(row['areas'])} des {french.number(row['reporting'])} territoires"
