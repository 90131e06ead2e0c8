"""What ``vigie findings`` prints: a table whose texts are folded, read column by column.

Here: putting the folded lines of a cell together. Not here: running the command.
"""

import re
from collections.abc import Iterator

from tests.readers.discrepancies import Discrepancy, Place, of_sentence
from tests.readers.outlets import finding_scope
from tests.readers.station_truth import StationTruth

PLACE = Place("console", "vigie findings")


def of_findings_console(printed: str, truth: StationTruth) -> Iterator[Discrepancy]:
    """Read the titles that the console lists, each under its finding.

    Args:
        printed: What the command printed.
        truth: What is so in the station that it speaks of.
    """
    for reference, _, _, title, *_ in read_table(printed, "Constat"):
        if reference not in truth.findings:
            yield PLACE.found(title, reference, "le rapport en vigueur n'a pas ce constat")
            continue
        yield from of_sentence(PLACE, title, finding_scope(truth.findings[reference], truth), truth)


def read_table(printed: str, first: str) -> Iterator[list[str]]:
    """Yield the rows of the table whose first column has a title: folded lines belong together."""
    lines = printed.splitlines()
    heads = [rank for rank, line in enumerate(lines) if line.split()[:1] == [first]]
    if not heads:
        return
    head = lines[heads[0]]
    starts = [match.start() for match in re.finditer(r"(?<=\s{2})\S|^\S", head)]
    row: list[str] = []
    for line in lines[heads[0] + 2 :]:
        if not line.strip():
            break
        ends = [*starts[1:], len(line)]
        cells = [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
        if cells[0]:
            if row:
                yield row
            row = cells
        else:
            row = [f"{told} {more}".strip() for told, more in zip(row, cells, strict=True)]
    if row:
        yield row
