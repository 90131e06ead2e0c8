"""What a cell can be: the codes of ``obs_status``, as the seed ``obs_statuses`` declares them.

Here: the statuses, and the codes that the rest of Vigie names. Not here: which status a cell gets
(the dbt models).
"""

from dataclasses import dataclass

from expectations.cells.seeds import rows


@dataclass(frozen=True)
class Status:
    """A status.

    Attributes:
        code: Its code, that of SDMX when SDMX has one.
        label: What is written in the place of the value.
        meaning: What it means, in a French sentence.
        is_missing: Whether a cell that has it has no value.
    """

    code: str
    label: str
    meaning: str
    is_missing: bool


STATUSES = {
    row["obs_status"]: Status(
        code=row["obs_status"],
        label=row["label"],
        meaning=row["meaning"],
        is_missing=row["is_missing"] == "true",
    )
    for row in rows("obs_statuses")
}
MISSING = {code: status.label for code, status in STATUSES.items() if status.is_missing}
NORMAL = "A"
ABSENT = "L"
BREAK = "B"
EMPTY = "O"
CANNOT_EXIST = "M"
NOT_YET = "Y"
SUPPRESSED = "Q"
UNEXPLAINED = (ABSENT, EMPTY, NOT_YET)
"""Of a value that was there before: nobody has said that it is masked, or cannot exist."""
