"""How a decision is written on the cells that go out: status, explanation, who vouched, and when.

Here: the columns of decisions, and the sentence that is published with a value. Not here: which
cells go out (``gate``), whether a decision stands (``standings``).
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from expectations import french
from expectations.cells.observations import KEY, NUMBERS
from expectations.cells.statuses import BREAK, NORMAL, SUPPRESSED
from expectations.decisions.decision import Choice, Decision
from expectations.decisions.declared_breaks import DeclaredBreak
from expectations.verdicts.table import Cell

DECISION_TEXTS = [
    "decision",
    "decided_by",
    "decided_at",
    "motive",
    "decision_ids",
    "pre_break_period",
]
DECIDED = [*DECISION_TEXTS, "pre_break_value"]
"""What a release says of the decision behind a cell, beside the columns of an observation."""
SPOKEN = [Choice.EXCLUSION, Choice.BREAK, Choice.VALUE]
"""The decisions that are published with a cell; of several on one cell, the first is told."""

CONFIRMED, ABSENCE_CONFIRMED = "Valeur confirmée", "Absence de valeur confirmée"


def keyed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their cell as index as well; its levels have no name, columns have it."""
    cells = rows[KEY].astype("str")
    return rows.set_index(pd.MultiIndex.from_frame(cells, names=[None] * len(KEY)))


def with_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the columns of decisions, empty where they say nothing."""
    empty = pd.Series(index=rows.index, dtype="str")
    texts = {name: rows.get(name, empty).astype("str") for name in DECISION_TEXTS}
    value = rows.get("pre_break_value", empty).astype("float64")
    return rows.assign(**texts, pre_break_value=value)


def annotate(
    rows: pd.DataFrame,
    readable: "pd.Series[float]",
    ruled: Mapping[str, Decision],
    breaks: Mapping[Cell, DeclaredBreak],
) -> pd.DataFrame:
    """Return the cells that go out tonight, with the decision that speaks of each.

    A value accepted as a break gets the status ``B``, and the value that its reader knows of the
    period before; so does one after a break that its definition declares, unless a decision that
    compares periods speaks of it. A cell that has no value keeps the status that says why.

    Args:
        rows: The cells that go out or are kept out, in the columns of an observation, by cell.
        readable: Values of the whole release, by cell. Those before the breaks are taken there: a
            held value must not come out by this door.
        ruled: The decisions in force, by finding.
        breaks: The breaks that definitions declare, by cell.
    """
    marked = with_columns(rows)
    spoken = [decision for decision in ruled.values() if decision.choice in SPOKEN]
    if not spoken and not breaks:
        return marked
    published = _by_cell(spoken, breaks).reindex(marked.index)
    marked[DECISION_TEXTS] = published[DECISION_TEXTS]
    is_break = published["pre_break_period"].notna() & marked["obs_value"].notna()
    marked["obs_status"] = marked["obs_status"].mask(is_break, BREAK)
    sentences = _of_absences(published["sentence"], marked["obs_value"].isna())
    marked["comment"] = _comments(marked["comment"], sentences)
    return with_values_before(marked, readable)


def with_values_before(rows: pd.DataFrame, readable: "pd.Series[float]") -> pd.DataFrame:
    """Return rows with the value that the release itself gives of the period before their break.

    A row that stays as it was published does too: what it said of that period may have been
    revised since, or taken out by a decision.

    Args:
        rows: Rows by cell, with the columns of decisions.
        readable: Values of the whole release, by cell.
    """
    before = rows[KEY].assign(time_period=rows["pre_break_period"])
    values = readable.reindex(pd.MultiIndex.from_frame(before)).to_numpy()
    periods = rows["pre_break_period"].where(~pd.isna(values))
    return rows.assign(pre_break_value=values, pre_break_period=periods)


def suppress(rows: pd.DataFrame) -> pd.DataFrame:
    """Return cells without their value nor the producer's note on it, as suppressed."""
    hidden = rows.assign(obs_status=SUPPRESSED)
    hidden[NUMBERS], hidden["comment"] = float("nan"), None
    return hidden.astype({"comment": "str", "obs_status": "str"})


def as_received(release: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a release with the status they had before they were marked as breaks."""
    is_break = release["obs_status"] == BREAK
    return release.assign(obs_status=release["obs_status"].mask(is_break, NORMAL))


def _by_cell(spoken: Sequence[Decision], breaks: Mapping[Cell, DeclaredBreak]) -> pd.DataFrame:
    """Return what is published of decisions and breaks, by cell; the first of several on one."""
    ordered = sorted(
        spoken, key=lambda decision: (SPOKEN.index(decision.choice), -decision.decision_id)
    )
    rows = [
        {**cell.to_dict(), **_columns_of(decision), **_still_a_break(decision, breaks.get(cell))}
        for decision in ordered
        for cell in decision.subject.cells
    ]
    rows += [
        {
            **cell.to_dict(),
            "pre_break_period": declared.period_before,
            "sentence": declared.sentence,
        }
        for cell, declared in breaks.items()
    ]
    table = pd.DataFrame(rows, dtype="str").reindex(columns=[*KEY, *DECISION_TEXTS, "sentence"])
    ids = table.dropna(subset="decision_ids").groupby(KEY)["decision_ids"].agg(_together)
    first = keyed(table.drop_duplicates(KEY))
    return first.assign(decision_ids=ids.reindex(first.index))


def _columns_of(decision: Decision) -> dict[str, str | None]:
    is_break = decision.choice is Choice.BREAK
    return {
        "decision": str(decision.choice),
        "decided_by": decision.author,
        "decided_at": decision.decided_at.isoformat(timespec="seconds"),
        "motive": decision.motive,
        "decision_ids": str(decision.decision_id),
        "pre_break_period": decision.subject.period_before if is_break else None,
        "sentence": sentence(decision),
    }


def _still_a_break(decision: Decision, declared: DeclaredBreak | None) -> dict[str, str]:
    """Return what a declared break adds to a decision that does not say that periods compare."""
    says_nothing = decision.choice is Choice.VALUE and decision.subject.period_before is None
    if declared is None or not says_nothing:
        return {}
    return {
        "pre_break_period": declared.period_before,
        "sentence": f"{sentence(decision)}. {declared.sentence}",
    }


def sentence(decision: Decision) -> str:
    """Say a decision as it is published with the value."""
    subject = decision.subject
    kind = {
        Choice.BREAK: f"Rupture de série entre {french.period(subject.period_before or '')} et "
        f"{french.period(subject.time_period)}",
        Choice.VALUE: CONFIRMED,
        Choice.EXCLUSION: "Valeur exclue de la publication",
    }[decision.choice]
    return french.typeset(f"{kind} : {decision.motive.rstrip(' .')} ({decision.author})")


def _of_absences(sentences: "pd.Series[str]", is_absent: "pd.Series[bool]") -> "pd.Series[str]":
    """Return what is said of decisions, of cells that have no value as of such."""
    absent = sentences.str.replace(CONFIRMED, ABSENCE_CONFIRMED, n=1, regex=False)
    return sentences.mask(is_absent, absent)


def _together(ids: Iterable[str]) -> str:
    return " ".join(sorted(set(ids), key=int))


def _comments(notes: "pd.Series[str]", sentences: "pd.Series[str]") -> "pd.Series[str]":
    joined = notes.str.rstrip(" .") + ". " + sentences
    return joined.fillna(sentences).fillna(notes)
