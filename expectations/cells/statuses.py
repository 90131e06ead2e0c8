"""What a cell can be: the codes of ``obs_status``, as the seed ``obs_statuses`` declares them.

The seed is their one home; dbt tests observations against it, the rest of Vigie reads it here.
Which status a cell gets is the business of the dbt models.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

SEED = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "obs_statuses.csv"


@dataclass(frozen=True)
class Status:
    """A status.

    Attributes:
        code: Its code, that of SDMX when SDMX has one.
        label: What is written in the place of the value.
        meaning: What it means, in a French sentence.
        is_missing: Whether a cell that has it has no value.
        is_sdmx: Whether SDMX has it in its code list.
    """

    code: str
    label: str
    meaning: str
    is_missing: bool
    is_sdmx: bool


def _read() -> dict[str, Status]:
    with SEED.open(encoding="utf-8", newline="") as file:
        return {
            row["obs_status"]: Status(
                code=row["obs_status"],
                label=row["label"],
                meaning=row["meaning"],
                is_missing=row["is_missing"] == "true",
                is_sdmx=row["is_sdmx"] == "true",
            )
            for row in csv.DictReader(file)
        }


STATUSES = _read()
MISSING = {code: status.label for code, status in STATUSES.items() if status.is_missing}
ABSENT = "L"
BREAK = "B"
EMPTY = "O"
CANNOT_EXIST = "M"
NOT_YET = "Y"
UNEXPLAINED = (ABSENT, EMPTY, NOT_YET)
"""Of a value that was there before: nobody has said that it is masked, or cannot exist."""
