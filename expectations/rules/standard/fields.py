"""FDT and FDL: is a number of the type that is declared, with the decimals agreed?

Here: what counts things is a whole number; how many decimals a rate has is agreed with its
producer: a suite says it, nothing is assumed. Not here: the fields of a file
(``extracts.contract_rules``).
"""

from typing import Any

import numpy as np

from expectations import french
from expectations.cells.cell_index import Integers
from expectations.rules.statements import EntryJudgement
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import Decimals
from expectations.verdicts.proofs import QUESTION
from expectations.verdicts.table import Judgement, Outcome, Reason, Row, choose, judged

SLACK = 1e-6
"""Values have six decimals; beyond, what is left is how a machine writes them."""


def counts_are_whole(subject: Subject) -> Judgement:
    """Return FDT for every cell that counts things; an empty one cannot be evaluated."""
    observations = subject.observations
    is_count = subject.of_category(
        observations, lambda item, category: item.kind_of(category) == "count"
    ).astype(bool)
    rows = np.flatnonzero(is_count)
    cells = observations.take(rows)
    values = cells["obs_value"].to_numpy()
    empty = np.isnan(values)
    with np.errstate(invalid="ignore"):
        whole = np.abs(values - np.rint(values)) <= SLACK
    cells = cells.assign(
        value_after=subject.finite_values[rows],
        outcome=judged(whole, empty),
        reason=choose([(empty, Reason.NO_VALUE)], None, len(rows)),
    )
    return Judgement("FDT", cells, subject.severities("FDT", cells), _sentence, _evidence)


def decimals_are_few(subject: Subject, control: Decimals, rows: Integers) -> EntryJudgement:
    """Return whether each of some cells has so many decimals at most."""
    values = subject.observations["obs_value"].to_numpy()[rows]
    empty = np.isnan(values)
    rounded = np.round(values, control.at_most)
    with np.errstate(invalid="ignore"):
        few = np.abs(values - rounded) <= SLACK

    def tell(at: int) -> str:
        if empty[at]:
            return "Valeur absente."
        return f"Constaté : {french.number(values[at], 6)} ; décimales admises : {control.at_most}."

    return EntryJudgement(
        judged(few, empty),
        choose([(empty, Reason.NO_VALUE)], None, len(rows)),
        tell,
        lambda _: {"decimales": control.at_most},
    )


def _evidence(row: Row) -> dict[str, Any]:
    if row["outcome"] != Outcome.FAIL:
        return {}
    return {"unit_measure": row["unit_measure"], QUESTION: IS_IT_A_NUMBER_OF_THINGS}


def _sentence(row: Row) -> str:
    value = row["obs_value"]
    if np.isnan(value):
        return "Valeur absente."
    if row["outcome"] == Outcome.PASS:
        return "Le nombre est entier."
    shown = french.number(value, 6) if np.isfinite(value) else "un nombre infini"
    return french.typeset(f"La valeur est {shown}, alors qu'un nombre de choses est entier.")


IS_IT_A_NUMBER_OF_THINGS = (
    "Ce nombre est-il une moyenne, une part ou une estimation, ou son unité a-t-elle changé ?"
)
