"""The vocabulary of verdicts, and the one way to make a table of them.

Here: what one rule says of one cell, and the table of all that rules say. Not here: the types of
rules (``verdicts.rules``), what they compute (``rules``), what follows from verdicts (``findings``,
``decisions.gate``).
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expectations.cells.observations import KEY, REGION
from expectations.verdicts.proofs import HEADLINE, QUESTION, as_evidence, evidence_of
from expectations.verdicts.rules import RULES


class Severity(StrEnum):
    """How serious a failure is, in the words of the European Statistical System."""

    ERROR = "Error"
    WARNING = "Warning"
    INFORMATION = "Information"

    @property
    def holds(self) -> bool:
        """Whether a cell that fails with this severity is kept from publication."""
        return self is not Severity.INFORMATION

    @classmethod
    def highest(cls, severities: Sequence[str]) -> "Severity":
        """Return the most serious of several severities."""
        return min((cls(severity) for severity in severities), key=list(cls).index)


class Outcome(StrEnum):
    """What a rule says of a cell."""

    PASS = "pass"  # noqa: S105 the word of the vocabulary, not a password
    FAIL = "fail"
    NOT_EVALUATED = "not_evaluated"


class Reason(StrEnum):
    """Why a rule could not judge a cell; the values are French, for readers."""

    FIRST = "première période connue"
    NO_VALUE = "valeur absente"
    NO_VALUE_BEFORE = "pas de valeur à la période précédente"
    NOT_DUE = "période pas encore due"
    LATE = "période en retard"
    NO_WHOLE = "ensemble inconnu ou nul"
    NO_DETAILS = "détails inconnus"
    MISSING_DETAILS = "détails incomplets"
    COMPUTED = "taux qui porte ses effectifs"
    NOT_COMPARABLE = "nombres qui ne se comparent pas"
    TOO_SHORT = "série trop courte"
    TOO_SMALL = "nombres trop petits"
    NOT_TOLD = "le producteur ne le dit pas"
    NEVER_PUBLISHED = "jamais publié"
    OUT_OF_CONDITION = "hors de la condition de la règle"
    NOT_COMPARED = "l'une des valeurs comparées est absente"
    VANISHED = "disparue, ce que dit une autre règle"


Mask = NDArray[np.bool_]


def choose(
    cases: Sequence[tuple["Mask | pd.Series[bool]", StrEnum]],
    otherwise: StrEnum | None,
    length: int,
) -> "pd.Categorical[str]":
    """Return a word a cell: that of the first case it is in.

    Args:
        cases: Which cells are in a case, and its word.
        otherwise: The word of the others; None for none.
        length: Number of cells.
    """
    words = list(type(cases[0][1]))
    codes = np.full(length, -1 if otherwise is None else words.index(otherwise), dtype=np.int8)
    for mask, word in reversed(cases):
        codes[np.asarray(mask, dtype=bool)] = words.index(word)
    return pd.Categorical.from_codes(codes, categories=pd.Index([str(word) for word in words]))


def regraded(
    severities: "pd.Categorical[str]", which: "Mask | pd.Series[bool]", severity: Severity
) -> "pd.Categorical[str]":
    """Return severities, some of them replaced; as codes, for a million words take 60 MB."""
    rank = severities.categories.tolist().index(str(severity))
    codes = np.where(which, rank, severities.codes).astype(np.int8)
    return pd.Categorical.from_codes(codes, categories=severities.categories)


def judged(
    holds: "Mask | pd.Series[bool]", unknown: "Mask | pd.Series[bool]"
) -> "pd.Categorical[str]":
    """Return outcomes, of what holds and of what could not be compared."""
    return choose(
        [(unknown, Outcome.NOT_EVALUATED), (holds, Outcome.PASS)], Outcome.FAIL, len(holds)
    )


@dataclass(frozen=True, order=True)
class Cell:
    """One cell: indicator × area × period × breakdown × category."""

    indicator: str
    ref_area: str
    time_period: str
    breakdown: str
    category: str

    @classmethod
    def of(cls, row: "Row | Mapping[str, Any]") -> Self:
        """Return the cell that a row is about, a verdict or whatever has the columns of the key."""
        return cls(*(str(row[name]) for name in KEY))

    @property
    def key(self) -> tuple[str, ...]:
        """Its five codes, in the order of the columns."""
        return (self.indicator, self.ref_area, self.time_period, self.breakdown, self.category)

    @property
    def area_type(self) -> str:
        """The code of the type of its area."""
        return self.ref_area.partition("-")[0]

    @property
    def is_of_region(self) -> bool:
        """Whether its area is the region."""
        return self.ref_area.startswith(REGION)

    def to_dict(self) -> dict[str, str]:
        """Return the cell as JSON holds it."""
        return asdict(self)


COLUMNS = [
    "rule",
    *KEY,
    "outcome",
    "severity",
    "period_before",
    "value_before",
    "value_after",
    "p_value",
    "reason",
    "explanation",
    "evidence",
]
NUMBERS = ["value_before", "value_after", "p_value"]
Row = Mapping[Hashable, Any]
Tell = Callable[[Row], str]
Prove = Callable[[Row], Mapping[str, Any]]


@dataclass(frozen=True)
class Judgement:
    """What one rule says of the cells it looked at, before it is put into words.

    Words cost a hundred times what numbers do: they are made for the rows that are kept.

    Attributes:
        rule: Code of the rule.
        cells: One row a cell: the key, ``outcome``, ``reason`` when it could not be judged,
            whichever of ``period_before``, ``value_before``, ``value_after`` and ``p_value`` the
            rule knows, and what its words need.
        severity: Severity of its failures, one for all or one a cell.
        tell: The French sentence about a cell, which it does not name again.
        prove: The numbers behind the verdict on a cell.
        group: Column of the cells that are judged together, by one p-value; None when each has its
            own.
        is_supplement: Whether another judgement of the same rule tells what passes; this one then
            adds failures only.
        is_common: Whether a failure speaks of all the series of a table at once.
    """

    rule: str
    cells: pd.DataFrame
    severity: "Severity | NDArray[np.str_] | pd.Categorical[str]"
    tell: Tell
    prove: Prove
    group: str | None = None
    is_supplement: bool = False
    is_common: bool = False

    def rows(self, kept: NDArray[np.bool_]) -> pd.DataFrame:
        """Return the verdicts on some of its cells, in words."""
        places = np.flatnonzero(kept)
        cells = self.cells.take(places)
        severity = self.severity if isinstance(self.severity, Severity) else self.severity[places]
        records = cells.to_dict("records")
        return cells.reindex(columns=COLUMNS).assign(
            rule=self.rule,
            severity=severity,
            explanation=[self.tell(row) for row in records],
            evidence=[as_evidence(self.prove(row)) for row in records],
        )


def worst_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per rule and cell: the gravest, with what the others of its outcome say.

    Args:
        rows: Verdicts of several judgements, in the columns of a verdict.
    """
    key = ["rule", *KEY]
    severities = {str(word): rank for rank, word in enumerate(Severity)}
    outcome = rows["outcome"].map(_GRAVITY).astype("int64")
    gravity = outcome * len(Severity) + rows["severity"].map(severities).astype("int64")
    ranked = rows.take(np.argsort(gravity, kind="stable"))
    twice = ranked.duplicated(key, keep=False)
    of_cells: dict[tuple[str, ...], list[Row]] = {}
    for row in ranked[twice].to_dict("records"):
        of_cells.setdefault(tuple(row[name] for name in key), []).append(row)
    merged = pd.DataFrame([_merged(same) for same in of_cells.values()], columns=rows.columns)
    return pd.concat([ranked[~twice], merged]) if len(merged) else ranked


_GRAVITY = {
    str(word): rank for rank, word in enumerate((Outcome.FAIL, Outcome.PASS, Outcome.NOT_EVALUATED))
}


def _merged(same: Sequence[Row]) -> dict[Hashable, Any]:
    """Return the first of some verdicts on one cell, with all that those of its outcome tell.

    Two that are headed by the same words tell one fact, which the gravest tells.
    """
    worst = same[0]
    alike = [row for row in same if row["outcome"] == worst["outcome"]]
    proofs: dict[str, Any] = {}
    evidences = [evidence_of(row) for row in alike]
    for evidence in reversed(evidences):
        proofs.update(evidence)
    texts: dict[str, str] = {}
    for evidence, row in zip(evidences, alike, strict=True):
        texts.setdefault(str(evidence.get(HEADLINE, row["explanation"])), row["explanation"])
    questions = [evidence[QUESTION] for evidence in evidences if QUESTION in evidence]
    if questions:
        proofs[QUESTION] = " ".join(dict.fromkeys(questions))
    return {
        **worst,
        "explanation": " ".join(texts.values()),
        "evidence": as_evidence(proofs),
        "p_value": min(
            (row["p_value"] for row in alike if not np.isnan(row["p_value"])), default=np.nan
        ),
    }


def verdict_table(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return verdicts as the table that is stored: typed, checked, in the order of the cells.

    Raises:
        ValueError: A word is outside the vocabulary, or a rule speaks twice of one cell.
    """
    texts = [column for column in COLUMNS if column not in NUMBERS]
    table = verdicts[COLUMNS].astype(dict.fromkeys(texts, "str"))
    table = table.astype(dict.fromkeys(NUMBERS, "float64"))
    _refuse_unknown_words(table)
    return table.sort_values([*KEY, "rule"], ignore_index=True)


def _refuse_unknown_words(table: pd.DataFrame) -> None:
    vocabularies = {
        "rule": set(RULES),
        "outcome": {str(word) for word in Outcome},
        "severity": {str(word) for word in Severity},
    }
    for column, words in vocabularies.items():
        unknown = sorted(set(table[column]) - words)
        if unknown:
            message = f"Verdicts : {column} inconnu(e) : {unknown} ; attendu : {sorted(words)}"
            raise ValueError(message)
    twice = table.duplicated([*KEY, "rule"], keep=False)
    if twice.any():
        first = table.loc[twice, [*KEY, "rule"]].head(3).to_numpy().tolist()
        message = f"Une règle s'est prononcée deux fois sur une cellule : {first}"
        raise ValueError(message)
