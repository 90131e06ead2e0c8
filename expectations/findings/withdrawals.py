"""What was published and is not given any more: a value that its producer took back.

Here: the withdrawn cells and their findings, and the last published cells, which stand in for their
indicator and period until somebody has explained: tonight's numbers cannot be judged against a past
that changed under them. Not here: a past value that *changed*, which is a revision
(``rules.standard.revisions``).
"""

from collections.abc import Mapping

import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import COLUMNS, KEY, normalise
from expectations.cells.statuses import UNEXPLAINED
from expectations.findings.code_names import MOST_NAMED, Names
from expectations.findings.compared import Basis, Compared, Readings
from expectations.findings.roll_up import WITHDRAWAL_RULE, Finding, finding_id
from expectations.suites.policy import Policy, load_policy
from expectations.verdicts.table import Cell

GROUP = ["indicator", "time_period"]


def withdrawn_cells(observations: pd.DataFrame, previous: pd.DataFrame | None) -> pd.DataFrame:
    """Return the cells that had a published value and have no line or no value tonight.

    Args:
        observations: Tonight's observations.
        previous: Rows of the last release, or None before the first.

    Returns:
        Rows of the last release, in the columns of an observation.
    """
    if previous is None:
        return normalise(observations).head(0)
    published = normalise(previous).dropna(subset="obs_value")
    now = normalise(observations)
    given = now[now["obs_value"].notna() | ~now["obs_status"].isin(UNEXPLAINED)]
    given_cells = pd.MultiIndex.from_frame(given[KEY])
    return published[~pd.MultiIndex.from_frame(published[KEY]).isin(given_cells)]


def keep_published(observations: pd.DataFrame, previous: pd.DataFrame | None) -> pd.DataFrame:
    """Return the observations, each period from which a value was withdrawn as last published."""
    now = normalise(observations)
    withdrawn = withdrawn_cells(observations, previous)
    if previous is None or withdrawn.empty:
        return now
    periods = pd.MultiIndex.from_frame(withdrawn[GROUP])
    last = normalise(previous)
    kept = last[pd.MultiIndex.from_frame(last[GROUP]).isin(periods)]
    rest = now[~pd.MultiIndex.from_frame(now[GROUP]).isin(periods)]
    return normalise(pd.concat([rest, kept])[COLUMNS])


def withdrawal_findings(
    observations: pd.DataFrame,
    previous: pd.DataFrame | None,
    definitions: Mapping[str, IndicatorDefinition],
    names: Names,
) -> list[Finding]:
    """Return one finding per indicator and period from which a value was withdrawn.

    It holds every cell of that period that has a value, or had: what takes one back is a new report
    of the whole, but says nothing of what was never given.

    Args:
        observations: Tonight's observations.
        previous: Rows of the last release, or None before the first.
        definitions: The indicators, by id.
        names: What codes are called.
    """
    policy = load_policy()
    withdrawn = withdrawn_cells(observations, previous)
    kept = keep_published(observations, previous)
    tonight = normalise(observations)
    readings = Readings(tonight, previous, definitions)
    findings = []
    for (indicator, period), rows in withdrawn.groupby(GROUP):
        cells = pd.concat([kept, tonight])[KEY].drop_duplicates()
        of_period = cells[(cells["indicator"] == indicator) & (cells["time_period"] == period)]
        held = sorted(Cell(*map(str, row)) for row in of_period.itertuples(index=False))
        compared = (readings.compared(cell, None) for cell in held)
        numbers = tuple(number for number in compared if number.was_ever_given)
        named = [_named(row, names) for row in rows.to_dict("records")]
        findings.append(_finding(definitions[str(indicator)], str(period), named, numbers, policy))
    return findings


def _finding(
    definition: IndicatorDefinition,
    period: str,
    named: list[str],
    numbers: tuple[Compared, ...],
    policy: Policy,
) -> Finding:
    shown = french.period(period)
    is_one = len(named) == 1
    asked = (
        f"Pourquoi cette valeur de {shown} a-t-elle été retirée ?"
        if is_one
        else f"Pourquoi ces valeurs de {shown} ont-elles été retirées ?"
    )
    return Finding(
        finding_id=finding_id(definition.id, period, *named),
        indicator=definition.id,
        time_period=period,
        period_before=None,
        severity=policy.severity_of(WITHDRAWAL_RULE, definition.id),
        rules=(WITHDRAWAL_RULE,),
        numbers=numbers,
        headline=None,
        basis=Basis.RELEASE,
        title=french.typeset(f"{definition.label} : {_gone(shown, is_one=is_one)}"),
        explanation=_explanation(shown, named),
        question=french.typeset(f"{asked} La collecte ou le périmètre ont-ils changé ?"),
        addressee=definition.contact,
        p_value=None,
    )


def _explanation(period: str, named: list[str]) -> str:
    more = len(named) - MOST_NAMED
    rest = f" et {french.count(more, 'autre', 'autres')}" if more > 0 else ""
    listed = french.listing(named[:MOST_NAMED]) + rest
    gone = _gone(period, is_one=len(named) == 1)
    withdrawn = f"{gone[0].upper()}{gone[1:]} par le producteur : {listed}."
    return "\n\n".join(french.typeset(text) for text in (withdrawn, _COMPARED_WITH))


def _gone(period: str, *, is_one: bool) -> str:
    if is_one:
        return f"une valeur publiée pour {period} n'est plus donnée"
    return f"des valeurs publiées pour {period} ne sont plus données"


def _named(row: Mapping[object, object], names: Names) -> str:
    place = names.place(str(row["ref_area"]), str(row["category"]))
    return f"{place} ({french.number(float(str(row['obs_value'])))})"


_COMPARED_WITH = (
    "Tant que ce retrait n'est pas expliqué, les périodes suivantes sont comparées aux valeurs "
    "publiées."
)
