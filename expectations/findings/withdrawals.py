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
from expectations.cells.observations import COLUMNS, KEY, TOTAL, normalise
from expectations.cells.statuses import UNEXPLAINED
from expectations.findings.roll_up import Finding, finding_id
from expectations.suites.policy import Policy, load_policy
from expectations.verdicts.table import Cell

RULE = "VAN"
GROUP = ["indicator", "time_period"]
MOST_NAMED = 8


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
    area_names: Mapping[str, str],
) -> list[Finding]:
    """Return one finding per indicator and period from which a value was withdrawn.

    It holds every cell of that period: what takes a value back is a new report of the whole.

    Args:
        observations: Tonight's observations.
        previous: Rows of the last release, or None before the first.
        definitions: The indicators, by id.
        area_names: French name of each area.
    """
    policy = load_policy()
    withdrawn = withdrawn_cells(observations, previous)
    kept = keep_published(observations, previous)
    tonight = normalise(observations)
    findings = []
    for (indicator, period), rows in withdrawn.groupby(GROUP):
        cells = pd.concat([kept, tonight])[KEY].drop_duplicates()
        of_period = cells[(cells["indicator"] == indicator) & (cells["time_period"] == period)]
        held = tuple(sorted(Cell(*map(str, row)) for row in of_period.itertuples(index=False)))
        named = [_named(row, area_names) for row in rows.to_dict("records")]
        findings.append(_finding(definitions[str(indicator)], str(period), named, held, policy))
    return findings


def _finding(
    definition: IndicatorDefinition,
    period: str,
    named: list[str],
    held: tuple[Cell, ...],
    policy: Policy,
) -> Finding:
    shown = french.period(period)
    return Finding(
        finding_id=finding_id(definition.id, period, *named),
        indicator=definition.id,
        time_period=period,
        period_before=None,
        severity=policy.severity_of(RULE, definition.id),
        rules=(RULE,),
        cells=held,
        value_before=None,
        value_after=None,
        title=french.typeset(
            f"{definition.label} : des valeurs publiées pour {shown} ne sont plus données"
        ),
        explanation=_explanation(shown, named),
        question=french.typeset(
            f"Pourquoi ces valeurs de {shown} ont-elles été retirées ? "
            "La collecte ou le périmètre ont-ils changé ?"
        ),
        addressee=definition.contact,
        p_value=None,
    )


def _explanation(period: str, named: list[str]) -> str:
    more = len(named) - MOST_NAMED
    listed = french.listing(named[:MOST_NAMED]) + (f" et {more} autre(s)" if more > 0 else "")
    withdrawn = (
        f"Des valeurs publiées pour {period} ne sont plus données par le producteur : {listed}."
    )
    return "\n\n".join(french.typeset(text) for text in (withdrawn, _HELD))


def _named(row: Mapping[object, object], area_names: Mapping[str, str]) -> str:
    area = area_names.get(str(row["ref_area"]), str(row["ref_area"]))
    place = area if row["category"] == TOTAL else f"{area}, {french.quoted(str(row['category']))}"
    return f"{place} ({french.number(float(str(row['obs_value'])))})"


_HELD = (
    "Toute la période reste à ses dernières valeurs publiées, qui servent aussi de comparaison aux "
    "périodes suivantes, jusqu'à ce que le retrait soit expliqué ou la donnée corrigée."
)
