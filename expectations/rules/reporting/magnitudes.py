"""MAG: is a value of the order of magnitude that is known of its series?

Here: each value beside what can be trusted of the very same series (area, category, unit and
definition): the figures that a report printed, what was published, else the first period that was
given. A power of ten away from all of them, another unit is likelier than any event. And rates of
which all, but for a few far away, are between 0 and 1, which may be ratios. Not here: a change of
scale between two periods that the numbers alone tell (``labels``), a jump of any size (``breaks``).

A rate that comes with its numerator and denominator has no unit to be mistaken about. A total is
never compared with its parts, nor an area with another.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import NO_ROW, Integers, combined_codes
from expectations.rules.evidence_values import number_or_none
from expectations.statistics.grouped import Floats
from expectations.statistics.orders_of_magnitude import any_of_chain, chains
from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Mask, Outcome, Reason, Row, choose, judged

SERIES = ("indicator", "ref_area", "breakdown", "category", "unit_measure", "definition")
ALIKE = ("indicator", "definition")
OBSERVED, PUBLISHED, PRINTED = range(3)
PERCENT = "pct"
BESIDE_RATIOS, OTHERS_IN = 10.0, 10
SHOWN = 4
"""Decimals shown: a ratio has more than a percentage."""


def known_magnitude(subject: Subject) -> Judgement:
    """Return MAG for every cell."""
    figures = subject.remember("figures", _figures)
    observed = figures[figures["origin"] == OBSERVED]
    rows = observed["row"].to_numpy()
    linked, odd = np.zeros((2, len(subject.observations)), dtype=bool)
    linked[rows] = observed["is_linked"] & ~observed["is_first"]
    odd[rows] = ~observed["is_linked"]
    values = subject.finite_values
    unknown = ~linked & ~odd
    cells = subject.observations.assign(
        value_after=values,
        outcome=judged(linked, unknown),
        reason=choose(
            [
                (~unknown, Reason.FIRST),
                (np.isnan(values), Reason.NO_VALUE),
                (_is_compared(subject), Reason.FIRST),
                (values <= 0, Reason.TOO_SMALL),
            ],
            Reason.COMPUTED,
            len(values),
        ),
    ).join(_nearest(figures))
    return Judgement("MAG", cells, subject.severities("MAG", cells), _sentence, _evidence)


def percentages_not_ratios(subject: Subject) -> Judgement:
    """Return MAG for the rates between 0 and 1 where all are, but for a few that are far away."""
    figures = subject.remember("figures", _figures)
    vouched = figures.loc[(figures["origin"] == OBSERVED) & figures["is_vouched"], "row"]
    cells = subject.observations.assign(value_after=subject.finite_values)
    is_rate = _is_declared_rate(subject) & np.isfinite(cells["value_after"].to_numpy())
    cells = cells.assign(is_vouched=cells.index.isin(vouched))[is_rate].reset_index(drop=True)
    alike, _ = pd.factorize(combined_codes(cells, ALIKE))
    is_ratio, greatest = _ratios(cells["value_after"].to_numpy(), alike)
    are_ratios = is_ratio & ~cells.groupby(alike)["is_vouched"].transform("any").to_numpy(bool)
    cells = cells.assign(
        greatest=greatest,
        rates=np.bincount(alike)[alike],
        ratios=np.bincount(alike, are_ratios)[alike],
        outcome=choose([(are_ratios, Outcome.FAIL)], Outcome.PASS, len(cells)),
    )
    return Judgement(
        "MAG",
        cells,
        subject.severities("MAG", cells),
        _ratio_sentence,
        lambda row: {"plus grande valeur": row["greatest"]},
        is_supplement=True,
    )


def _ratios(values: Floats, groups: Integers) -> tuple[Mask, Floats]:
    """Tell which rates are between 0 and 1, as those of their group are, and the greatest of these.

    Two of them at least are neither 0 nor 1. One in ten may be ten times as great as all of these:
    a percentage among ratios hides none of them.
    """
    size = int(groups.max(initial=-1)) + 1
    inside = (values >= 0) & (values <= 1)
    between = np.bincount(groups, (values > 0) & (values < 1), size)
    greatest = np.zeros(size)
    np.maximum.at(greatest, groups[inside], values[inside])
    is_another = values >= BESIDE_RATIOS * np.maximum(greatest, 0.1)[groups]
    others = np.bincount(groups, is_another, size)
    odd = np.bincount(groups, ~inside & ~is_another, size)
    are_ratios = (between >= 2) & (odd == 0) & (OTHERS_IN * others <= np.bincount(groups))
    is_ratio: Mask = inside & are_ratios[groups]
    return is_ratio, greatest[groups]


def _is_declared_rate(subject: Subject) -> Mask:
    cells = subject.observations
    is_percent: Mask = (cells["unit_measure"] == PERCENT).to_numpy()
    return is_percent & cells["denominator"].isna().to_numpy()


def _is_compared(subject: Subject) -> Mask:
    """Tell which cells hold a number of which an order of magnitude can be known."""
    cells = subject.observations
    is_rate = subject.of_category(cells, lambda item, category: item.kind_of(category) == "rate")
    has_unit = ~is_rate.astype(bool) | cells["denominator"].isna().to_numpy()
    with np.errstate(invalid="ignore"):
        return np.asarray(has_unit & (subject.finite_values > 0), dtype=bool)


def _figures(subject: Subject) -> pd.DataFrame:
    """Return every number of the series that are judged, and which can be trusted.

    Returns:
        ``series``, ``period``, ``value``, ``origin``, ``place`` (where it was printed), ``row`` of
        the observations, ``is_trusted``, ``is_linked`` to a trusted one, ``is_vouched``: linked to
        one that was printed or published, ``is_first``: trusted for want of any other.
    """
    tables = {OBSERVED: subject.observations}
    if subject.published is not None:
        tables[PUBLISHED] = subject.published
    if subject.printed is not None:
        tables[PRINTED] = _as_cells(subject, subject.printed)
    periods = {str(period) for table in tables.values() for period in table["time_period"].unique()}
    in_order = pd.CategoricalDtype(sorted(periods), ordered=True)
    parts = [_of_table(subject, table, origin, in_order) for origin, table in tables.items()]
    parts[OBSERVED] = parts[OBSERVED][_is_compared(subject)]
    figures = pd.concat(parts, ignore_index=True)
    figures = figures[(figures["series"] >= 0) & (figures["value"] > 0)].reset_index(drop=True)
    return _with_trust(figures)


def _of_table(
    subject: Subject, table: pd.DataFrame, origin: int, periods: pd.CategoricalDtype
) -> pd.DataFrame:
    """Return the numbers of a table, each with the code of its series among the observations."""
    number = np.zeros(len(table), dtype=np.int64)
    is_known = np.ones(len(table), dtype=bool)
    for column in SERIES:
        texts = subject.observations[column].cat.categories
        codes = _codes(table[column], texts)
        is_known &= codes >= 0
        number = number * (len(texts) + 1) + codes
    values = table["obs_value"].to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "series": np.where(is_known, number, -1),
            "period": table["time_period"].astype(periods).array,
            "value": np.where(np.isfinite(values), values, np.nan),
            "size": np.fmax(values, _least(subject, table)),
            "origin": origin,
            "place": table["place"].to_numpy() if "place" in table else np.nan,
            "row": np.arange(len(table)) if origin == OBSERVED else NO_ROW,
        }
    )


def _codes(column: "pd.Series[Any]", listed: "pd.Index[Any]") -> Integers:
    """Return the rank of each text among some, their number where it is empty, -1 for another."""
    texts = column.astype("category").cat
    ranks = np.append(listed.get_indexer(texts.categories), len(listed))
    return ranks[texts.codes.to_numpy()].astype(np.int64)


def _least(subject: Subject, table: pd.DataFrame) -> Floats:
    """Return the number under which all are of one magnitude, for each row."""
    names = table["indicator"].astype("category").cat
    policies = [subject.policy.of(str(name)) for name in names.categories]
    least = np.array([(item.printed_step, item.smallest_magnitude) for item in policies])
    is_percent = (table["unit_measure"] == PERCENT).to_numpy()
    return least.reshape(-1, 2)[names.codes.to_numpy(), np.where(is_percent, 0, 1)]


def _as_cells(subject: Subject, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the printed figures in the columns of observations."""
    kept = printed[printed["printed_value"].notna() & printed["time_period"].notna()]
    kept = kept[kept["indicator"].isin(list(subject.definitions))]
    versions = [
        str(subject.definitions[name].version_in_force("definition", period))
        for name, period in zip(kept["indicator"], kept["time_period"], strict=True)
    ]
    return kept.assign(
        obs_value=kept["printed_value"],
        unit_measure=kept["printed_unit"],
        definition=versions,
        place=kept["printed_in"],
    )


def _with_trust(figures: pd.DataFrame) -> pd.DataFrame:
    series = figures["series"].to_numpy()
    chain = chains(figures["size"], series)
    is_reference = (figures["origin"] != OBSERVED).to_numpy()
    by_series = figures.assign(is_reference=is_reference).groupby("series")
    alone = ~by_series["is_reference"].transform("any").to_numpy(dtype=bool)
    is_first = alone & (figures["period"] == by_series["period"].transform("min")).to_numpy()
    is_trusted = is_reference | is_first
    return figures.assign(
        is_trusted=is_trusted,
        is_first=is_first,
        is_linked=any_of_chain(chain, is_trusted),
        is_vouched=any_of_chain(chain, is_reference),
    )


def _nearest(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figure to show beside each value that is linked to none, by its row."""
    odd = figures.loc[~figures["is_linked"], ["series", "period", "value", "row"]]
    trusted = figures.loc[figures["is_trusted"], ["series", "period", "value", "origin", "place"]]
    named = {name: f"figure_{name}" for name in ("period", "value", "origin", "place")}
    both = odd.merge(trusted.rename(columns=named), on="series")
    both = both.assign(
        is_of_another_period=both["period"] != both["figure_period"],
        distance=np.abs(np.log(both["value"] / both["figure_value"])),
        rank=-both["figure_origin"],
    ).sort_values(["row", "is_of_another_period", "distance", "rank"], kind="stable")
    shown = both.drop_duplicates("row").set_index("row")
    is_before = (shown["figure_origin"] != PRINTED) & (shown["figure_period"] < shown["period"])
    return shown[list(named.values())].assign(
        period_before=shown["figure_period"].where(is_before),
        value_before=shown["figure_value"].where(is_before),
    )


def _sentence(row: Row) -> str:
    if row["outcome"] == Outcome.NOT_EVALUATED:
        return f"Pas d'ordre de grandeur à comparer : {row['reason']}."
    if row["outcome"] == Outcome.PASS:
        return "L'ordre de grandeur est celui que l'on connaît."
    unit = french.UNITS.get(str(row["unit_measure"]), str(row["unit_measure"]))
    value, figure = row["value_after"], row["figure_value"]
    times = french.number(max(value, figure) / min(value, figure), 1)
    return french.typeset(
        f"{_source(row)} {french.number(figure, SHOWN)} {unit} pour "
        f"{french.period(str(row['figure_period']))} ; la valeur reçue, "
        f"{french.number(value, SHOWN)} {unit}, est {times} fois plus "
        f"{'grande' if value > figure else 'petite'} : l'unité n'est peut-être pas celle attendue."
    )


def _source(row: Row) -> str:
    if row["figure_origin"] == PRINTED:
        return f"Le bilan imprimé ({row['figure_place']}) donne"
    if row["figure_origin"] == PUBLISHED:
        return "La dernière publication donne"
    return "La première période connue donne"


def _evidence(row: Row) -> Mapping[str, Any]:
    if row["outcome"] != Outcome.FAIL:
        return {}
    return {
        "unité": str(row["unit_measure"]),
        "chiffre connu": number_or_none(row["figure_value"]),
        "période du chiffre connu": str(row["figure_period"]),
        "source du chiffre connu": _source(row).removesuffix(" donne"),
        "rapport": number_or_none(row["value_after"] / row["figure_value"]),
    }


def _ratio_sentence(row: Row) -> str:
    value = float(row["value_after"])
    most = f"{french.number(row['ratios'])} des {french.number(row['rates'])} pourcentages"
    which = most if row["ratios"] < row["rates"] else "Tous les pourcentages"
    return french.typeset(
        f"{which} de l'indicateur sont entre 0 et 1 % : sont-ce des rapports "
        f"({french.number(value, SHOWN)}) plutôt que des pourcentages "
        f"({french.percent(100 * value, SHOWN)}) ?"
    )
