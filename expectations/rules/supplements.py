"""A test that adds failures to a rule, of which another judgement says what passes.

Here: how such a judgement is put together, how what was found of some cells is put beside all of
them, and how a judgement lets go of the innocent of a group. Not here: what is tested (each rule),
which p-values are failures (``verdicts.alarms``).
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from expectations.cells.cell_index import Integers
from expectations.statistics.grouped import Floats
from expectations.subject.subject import Subject
from expectations.suites.policy import Policy
from expectations.verdicts.table import Judgement, Mask, Outcome, Prove, Tell, choose


def supplement(  # noqa: PLR0913 what a judgement is made of
    subject: Subject,
    rule: str,
    cells: pd.DataFrame,
    tell: Tell,
    prove: Prove,
    *,
    group: str | None = None,
    is_common: bool = False,
) -> Judgement:
    """Return what a test says of some cells.

    Args:
        subject: What is judged.
        rule: Code of the rule.
        cells: Rows with the key and ``p_value``, NaN where there was no test.
        tell: The French sentence about a cell.
        prove: The numbers behind the verdict on a cell.
        group: Column of the cells that are judged together; None when each has its own p-value.
        is_common: Whether a failure speaks of all the series of a table at once.
    """
    untested = cells["p_value"].isna()
    outcome = choose([(untested, Outcome.NOT_EVALUATED)], Outcome.PASS, len(cells))
    severity = subject.severities(rule, cells)
    judged = cells.assign(outcome=outcome)
    return Judgement(
        rule, judged, severity, tell, prove, group, is_supplement=True, is_common=is_common
    )


def with_findings(
    subject: Subject,
    pairs: pd.DataFrame,
    find: Callable[[Integers, Policy], Iterable[pd.DataFrame]],
    columns: Iterable[str],
) -> pd.DataFrame:
    """Return pairs beside what was found of each, the least likely of several; NaN beside others.

    Args:
        subject: What is judged.
        pairs: The pairs that may be concerned.
        find: Gives what was found among the pairs at some places, which one policy judges: ``row``,
            counted from the first of these, ``p_value`` and the columns.
        columns: What is told of a finding.
    """
    nothing = pd.DataFrame({"p_value": np.zeros(0), **dict.fromkeys(columns, np.zeros(0, object))})
    found = [
        finding.set_index(rows[finding["row"]])[nothing.columns]
        for policy, rows in subject.by_policy(pairs)
        for finding in find(rows, policy)
        if len(finding)
    ]
    every = pd.concat(found or [nothing]).sort_values("p_value", kind="stable")
    return pairs.join(every[~every.index.duplicated()])


def spared(groups: Integers, p_values: Floats, innocent: Mask) -> dict[str, Integers | Floats]:
    """Return the groups and p-values of cells of which some are not held with their group.

    What is spared has no p-value and another group. Of a group that is tested some cell must stay:
    a test that is no longer counted makes all the others look better than they are.

    Args:
        groups: Code of the group of each cell.
        p_values: That of its group.
        innocent: Which cells are spared.
    """
    return {
        "group": np.where(innocent, groups + groups.max(initial=-1) + 1, groups),
        "p_value": np.where(innocent, np.nan, p_values),
    }
