"""A test that adds failures to a rule, of which another judgement says what passes.

Here: how such a judgement is put together. Not here: what is tested (each rule), which p-values are
failures (``verdicts.alarms``).
"""

import pandas as pd

from expectations.subject.subject import Subject
from expectations.verdicts.table import Judgement, Outcome, Prove, Tell, choose


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
