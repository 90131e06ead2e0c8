"""DFC, where only the numbers tell: another unit, another rounding, labels exchanged.

Here: the fingerprints of a change of what is counted: everything multiplied by a thousand, every
number suddenly round, two columns that changed places. Not here: finding them
(``statistics.scales``, ``rounding``, ``swaps``), a change that observations carry in words
(``comparability``), categories that went into one another (``mergers``).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.observations import TOTAL
from expectations.rules.supplements import spared, supplement, with_findings
from expectations.statistics.counts import spread_of
from expectations.statistics.crosstables import Tables
from expectations.statistics.grouped import Floats, Integers, of_each
from expectations.statistics.printed_steps import are_multiples
from expectations.statistics.rounding import coarser_rounding
from expectations.statistics.scales import Scales, group_scales, is_nearer, member_scales
from expectations.statistics.swaps import exchanged_labels
from expectations.subject.movements import COMPARED, COUNT, RATE, movements
from expectations.subject.siblings import area_groups, crosstables_of, tables_of
from expectations.subject.subject import Subject
from expectations.suites.policy import Policy
from expectations.verdicts.proofs import HEADLINE, ROUNDED_TO
from expectations.verdicts.table import Judgement, Row

EXACT = 1e-6
"""Points that two writings of one rate may differ by."""
SURE_OF_A_FACTOR = 3.0
"""Log-likelihood ratio of an exact factor over any other break: 20 to 1."""


def same_scale(subject: Subject) -> Judgement:
    """Return DFC for the blocks of values, and the single values, that were rescaled."""
    pairs = movements(subject)[COMPARED]
    pairs = pairs[(pairs["value_before"] > 0) & (pairs["value_after"] > 0)].reset_index(drop=True)
    is_count = (pairs["kind"] == COUNT).to_numpy()
    columns = {name: np.full(len(pairs), np.nan) for name in _OF_SCALES}
    for kind, are_counts in ((is_count, True), (~is_count, False)):
        for policy, rows in subject.by_policy(pairs, kind):
            found = _rescaled(
                pairs.take(rows), spread_of(policy.ordinary_growth), are_counts=are_counts
            )
            for name in _OF_SCALES:
                columns[name][rows] = found[name]
    return supplement(
        subject,
        "DFC",
        pairs.assign(**columns),
        _scale_sentence,
        lambda row: {"factor": row["factor"]},
    )


_OF_SCALES = ("factor", "p_value", "agreeing", "compared")


def _rescaled(pairs: pd.DataFrame, growth: float, *, are_counts: bool) -> dict[str, Floats]:
    """Return the factor of each value and how likely growth is to look like it.

    A block has a factor when most of its values, each on its own, have it, and those that have not
    are left out; a value alone has one when most of its block have not.
    """
    blocks, _ = pd.factorize(area_groups(pairs))
    values = pairs["value_before"].to_numpy(), pairs["value_after"].to_numpy()
    of_block = group_scales(*values, blocks, growth, are_counts=are_counts)
    of_member = member_scales(*values, blocks, growth, are_counts=are_counts)
    most, few = (2 * item.agreeing > item.members for item in (of_block, of_member))
    factor = of_each(of_block.factor, blocks)
    is_with_block = is_nearer(*values, factor)
    whole = of_each(np.where(most, _chance(of_block), 1.0), blocks)
    whole = np.where(is_with_block, whole, 1.0)
    alone = np.where(few | (of_member.members == 0), np.nan, _chance(of_member))
    is_whole = np.nan_to_num(whole, nan=1.0) <= np.nan_to_num(alone, nan=1.0)
    return {
        "factor": np.where(is_whole, factor, of_member.factor),
        "p_value": np.where(is_whole, whole, alone),
        "agreeing": np.where(is_whole, of_block.agreeing[blocks], np.nan),
        "compared": np.where(is_whole, of_block.members[blocks], np.nan),
    }


def _chance(scales: Scales) -> Floats:
    """Return a bound of the chance that growth looks so much like a factor (Markov's)."""
    is_exact = (scales.factor != 1) & (scales.over_break >= SURE_OF_A_FACTOR)
    return np.where(is_exact, np.exp(-np.maximum(scales.over_growth, 0)), 1.0)


def same_rounding(subject: Subject) -> Judgement:
    """Return DFC for the values that are suddenly round, as most of their block are.

    A block too small to tell is heard with its table: who rounds, rounds all of it.
    """
    pairs = movements(subject)
    before, after, blocks = pairs["value_before"], pairs["value_after"], area_groups(pairs)
    columns = _roundings(subject, pairs, np.arange(len(pairs)), blocks)
    is_mute = np.isnan(columns["p_value"])
    tables = tables_of(pairs)
    rows = np.flatnonzero((np.bincount(tables, is_mute) > 0)[tables])
    of_tables = _roundings(subject, pairs, rows, tables)
    for name, numbers in of_tables.items():
        columns[name][rows] = np.where(is_mute[rows], numbers, columns[name][rows])
    groups = np.where(is_mute, tables + blocks.max(initial=-1) + 1, blocks)
    is_round = are_multiples(after.abs(), columns["step"])
    is_round &= ~((before == 0) & (after == 0)).to_numpy()
    p_values = columns["p_value"]
    innocent = ~is_round & (p_values < 1)
    cells = pairs.assign(**{**columns, **spared(groups, p_values, innocent)})
    return supplement(subject, "DFC", cells, _rounding_sentence, _rounding_evidence, group="group")


def _roundings(
    subject: Subject, pairs: pd.DataFrame, rows: Integers, groups: Integers
) -> dict[str, Floats]:
    """Return how the group of each of some pairs is rounded, and by what chance."""
    before, after = pairs["value_before"].to_numpy()[rows], _in_doubt(subject, pairs)[rows]
    groups = groups[rows]
    found = coarser_rounding(before, groups, after, groups, subject.printed_steps[rows])
    names = ("p_value", "step", "round_values", "values")
    return {name: of_each(getattr(found, name).astype(np.float64), groups) for name in names}


def _in_doubt(subject: Subject, pairs: pd.DataFrame) -> Floats:
    """Return the values now; NaN for rates that are their numerator over their denominator.

    Those were not rounded: they are round as the numbers are that they come from.
    """
    after, part, whole = (
        pairs[f"{name}_after"].to_numpy() for name in ("value", "numerator", "denominator")
    )
    away = np.abs(after - 100.0 * part / np.where(whole > 0, whole, np.nan))
    is_exact = away <= np.nan_to_num(subject.printed_steps) / 2 + EXACT
    return np.where((pairs["kind"] == RATE) & is_exact, np.nan, after)


def same_labels(subject: Subject) -> Judgement:
    """Return DFC for the cells whose values now stand under another label."""
    pairs = movements(subject)[[*COMPARED, "printed_step"]]
    pairs = pairs[(pairs["kind"] == COUNT) & (pairs["breakdown"] != TOTAL)].reset_index(drop=True)
    tables = crosstables_of(pairs)
    columns = pairs.groupby([np.asarray(tables.panels), np.asarray(tables.categories)]).ngroup()

    def exchanged(rows: Integers, policy: Policy) -> Iterator[pd.DataFrame]:
        return _exchanged(pairs.take(rows), tables.take(rows), policy)

    cells = with_findings(subject, pairs, exchanged, ("carries", "areas", "agreeing"))
    names = np.append(pairs["category"].cat.categories.to_numpy(dtype=object), "")
    is_found = cells["p_value"].notna()
    cells = cells.assign(
        column=columns.where(~is_found, columns + len(pairs)),
        p_value=cells["p_value"].fillna(1.0),
        carried=names[cells["carries"].fillna(-1).astype(np.int64)],
    )
    return supplement(
        subject,
        "DFC",
        cells,
        _label_sentence,
        lambda row: {"carries": row["carried"]},
        group="column",
    )


def _exchanged(pairs: pd.DataFrame, tables: Tables, policy: Policy) -> Iterator[pd.DataFrame]:
    """Give the cells whose label carries the values of another one, label after label."""
    spread = spread_of(policy.ordinary_share_change)
    for label in exchanged_labels(pairs["value_before"], pairs["value_after"], tables, spread):
        yield pd.DataFrame(
            {
                "row": label.cells,
                "carries": label.carries,
                "areas": label.areas,
                "agreeing": label.agreeing,
                "p_value": np.exp(-label.margin),
            }
        )


def _scale_sentence(row: Row) -> str:
    factor = row["factor"]
    change = (
        f"multipliée par {french.number(factor)}"
        if factor > 1
        else f"divisée par {french.number(1 / factor)}"
    )
    before, after = french.number(row["value_before"]), french.number(row["value_after"])
    alike = (
        f" Pris un à un, {french.number(row['agreeing'])} des {french.number(row['compared'])} "
        "territoires le montrent."
        if row["compared"] > 1
        else ""
    )
    return french.typeset(
        f"{before} puis {after} : la valeur semble {change}, comme si l'unité avait "
        f"changé ou si tout avait été compté deux fois.{alike}"
    )


def _rounding_sentence(row: Row) -> str:
    values = french.count(int(row["round_values"]), "valeur", "valeurs")
    return french.typeset(
        f"Dans son tableau, {values} sur {french.number(row['values'])} sont soudain arrondies à "
        f"{french.number(row['step'])} : {french.chance(row['p_value'])} d'un tel hasard."
    )


def _rounding_evidence(row: Row) -> dict[str, Any]:
    step = french.number(row["step"])
    return {ROUNDED_TO: row["step"], HEADLINE: french.typeset(f"soudain arrondi à {step}")}


def _label_sentence(row: Row) -> str:
    alone = f"{french.number(row['agreeing'])} des {french.number(row['areas'])} territoires"
    where = f" dans {alone}, pris un à un" if row["areas"] > 1 else ""
    return french.typeset(
        f"Sous cet intitulé, les valeurs sont celles que portait {french.quoted(row['carried'])} "
        f"à la période précédente{where} : les colonnes semblent échangées."
    )
