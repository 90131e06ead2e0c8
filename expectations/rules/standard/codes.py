"""COV and COC: is each code in its list, and do the codes of a cell go together?

Here: the lists, which are the seeds of the dbt project; a suite may ask for a shorter one, or for
fewer combinations, for an indicator. An empty code is no code. Not here: whether it may be empty
(``coherence``).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations import french
from expectations.cells import seeds
from expectations.cells.cell_index import Integers
from expectations.cells.statuses import STATUSES
from expectations.rules.evidence_values import text_or_none
from expectations.rules.statements import EntryJudgement
from expectations.subject.subject import Subject
from expectations.suites.fiches.controls import COLUMNS, CodesAmong, Combinations
from expectations.verdicts.table import Judgement, Mask, Outcome, Row, choose

AREA_TYPE = "area_type"
LISTS: Mapping[str, tuple[str, frozenset[str]]] = {
    "ref_area": ("le type de territoire", seeds.codes("area_types", "area_type")),
    "breakdown": ("la ventilation", seeds.codes("breakdowns", "breakdown")),
    "category": ("la catégorie", seeds.codes("categories", "category")),
    "unit_measure": ("l'unité", seeds.codes("units", "unit_measure")),
    "obs_status": ("le statut", frozenset(STATUSES)),
    "conf_status": ("la confidentialité", seeds.codes("conf_statuses", "conf_status")),
    "collection": ("le mode de collecte", seeds.codes("collections", "collection")),
}
CATEGORIES = seeds.codes("categories", "category")
PAIRS = seeds.categories_of_breakdowns()


def codes_are_valid(subject: Subject) -> Judgement:
    """Return COV: every code of a cell is in its list."""
    cells = subject.observations
    faulty = np.zeros(len(cells), dtype=bool)
    for column, (_, codes) in LISTS.items():
        faulty |= ~_codes_in(cells, column, codes)
    cells = cells.assign(
        value_after=subject.finite_values,
        outcome=choose([(faulty, Outcome.FAIL)], Outcome.PASS, len(cells)),
    )
    return Judgement(
        "COV",
        cells,
        subject.severities("COV", cells),
        lambda row: french.typeset(" ".join(_unknown(row)) or "Chaque code est dans sa liste."),
        lambda row: {name: text_or_none(row[name]) for name in LISTS if name != "ref_area"},
    )


def codes_go_together(subject: Subject) -> Judgement:
    """Return COC: a category is one of its breakdown.

    A category that is in no breakdown at all is a code that is not valid, which COV says.
    """
    cells = subject.observations
    together = _pairs_hold(
        cells,
        lambda breakdown, category: (breakdown, category) in PAIRS or category not in CATEGORIES,
    )
    cells = cells.assign(
        value_after=subject.finite_values,
        outcome=choose([(~together, Outcome.FAIL)], Outcome.PASS, len(cells)),
    )
    return Judgement("COC", cells, subject.severities("COC", cells), _pair_sentence, _pair_evidence)


def codes_among(subject: Subject, control: CodesAmong, rows: Integers) -> EntryJudgement:
    """Return whether a code of each of some cells is one of those that a suite lists."""
    codes = _texts(subject, control.column, rows)
    among = np.isin(codes, control.accepted)
    listed = french.listing(control.accepted)
    return EntryJudgement(
        choose([(among, Outcome.PASS)], Outcome.FAIL, len(rows)),
        choose([(among, Outcome.PASS)], None, len(rows)),
        lambda at: f"Constaté : « {codes[at]} » ; admis : {listed}.",
        lambda at: {control.column: codes[at], "admis": list(control.accepted)},
    )


def codes_combined(subject: Subject, control: Combinations, rows: Integers) -> EntryJudgement:
    """Return whether two codes of each of some cells are a pair that a suite lists."""
    first, second = (_texts(subject, column, rows) for column in control.columns)
    accepted = {f"{left}\n{right}" for left, right in control.accepted}
    together = pd.Series(first).str.cat(pd.Series(second), sep="\n").isin(accepted).to_numpy()
    listed = french.listing(f"{left} avec {right}" for left, right in control.accepted)
    return EntryJudgement(
        choose([(together, Outcome.PASS)], Outcome.FAIL, len(rows)),
        choose([(together, Outcome.PASS)], None, len(rows)),
        lambda at: f"Constaté : « {first[at]} » avec « {second[at]} » ; admis : {listed}.",
        lambda at: {control.columns[0]: first[at], control.columns[1]: second[at]},
    )


def _codes_in(cells: pd.DataFrame, column: str, codes: frozenset[str]) -> Mask:
    """Tell which cells have a code of a list, or none; each code is looked at once."""
    coded = cells[column].cat
    accepted = [_code(column, text) in codes for text in coded.categories]
    return np.array([*accepted, True], dtype=bool)[coded.codes]


def _pairs_hold(cells: pd.DataFrame, holds: Callable[[str, str], bool]) -> Mask:
    """Tell which cells have a breakdown and a category that hold; each pair is looked at once."""
    breakdowns, categories = cells["breakdown"].cat, cells["category"].cat
    width = max(1, len(categories.categories))
    numbers = breakdowns.codes.to_numpy().astype(np.int64) * width + categories.codes.to_numpy()
    seen, place = np.unique(numbers, return_inverse=True)
    kept = [
        holds(breakdowns.categories[number // width], categories.categories[number % width])
        for number in seen
    ]
    return np.array(kept, dtype=bool)[place]


def _code(column: str, text: str) -> str:
    return text.partition("-")[0] if column == "ref_area" else text


def _texts(subject: Subject, column: str, rows: Integers) -> NDArray[np.object_]:
    """Return the codes of a column, as a suite names it, for some cells."""
    name = COLUMNS[column]
    cells = subject.observations["ref_area" if name == AREA_TYPE else name].take(rows)
    texts = cells.astype("str").fillna("")
    codes: NDArray[np.object_] = (
        texts.str.partition("-")[0] if name == AREA_TYPE else texts
    ).to_numpy(dtype=object)
    return codes


def _unknown(row: Row) -> Iterator[str]:
    for column, (name, codes) in LISTS.items():
        code = text_or_none(row[column])
        if code is not None and _code(column, code) not in codes:
            yield f"Code inconnu : {name} « {_code(column, code)} »."


def _pair_sentence(row: Row) -> str:
    if row["outcome"] == Outcome.PASS:
        return "La catégorie est une de celles de sa ventilation."
    return french.typeset(
        f"La catégorie « {row['category']} » n'est pas une de celles de la ventilation "
        f"« {row['breakdown']} »."
    )


def _pair_evidence(row: Row) -> dict[str, Any]:
    return {"breakdown": row["breakdown"], "category": row["category"]}
