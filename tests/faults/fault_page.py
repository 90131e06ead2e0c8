"""The page of faults and what came of them, ``docs/faults.md``, and its lines on the console.

Here: writing down. Not here: what is written (``fault_table``, ``whole_nights``).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.conftest import PROJECT
from tests.faults.fault_table import Row
from tests.faults.subjects import SMALL_NIGHT
from tests.faults.whole_nights import KilledChain

TEMPLATE: Final = PROJECT / "tests" / "faults" / "faults_page.md"
PAGE: Final = PROJECT / "docs" / "faults.md"
START: Final = "<!-- nights: start -->\n"
END: Final = "\n<!-- nights: end -->"


def printed(row: Row) -> Row:
    """Print what came of a fault, and give it back."""
    harm = f", {len(row.harm)} DO NOT HOLD" if row.harm else ""
    again = f", {row.again} mails twice" if row.again else ""
    print(
        f"{row.subject} | {row.fault}: {row.points} points, {row.told} told{again}{harm}",
        flush=True,
    )
    for line in row.harm:
        print(f"    {line}", flush=True)
    return row


def page(rows: Sequence[Row], chains: Sequence[KilledChain], *, seed: int, most: int) -> str:
    """Return the page.

    Args:
        rows: What came of faults.
        chains: What came of whole nights.
        seed: What drew the points and the instants.
        most: How many points a row had at most; 0 for all.
    """
    met = [row for row in rows if row.subject == SMALL_NIGHT]
    points = [row for row in rows if row not in met]
    return TEMPLATE.read_text("utf-8").format(
        seed=seed,
        most=f"{most} points" if most else "all points",
        points="\n".join(_table(points)),
        total=sum(row.points for row in rows),
        twice=sum(row.again for row in rows),
        damaged="\n".join(_table(met)),
        nights=_nights(chains),
    )


def with_nights(written: str, chains: Sequence[KilledChain]) -> str:
    """Return a page whose faults are of a former run, with what came of whole nights in this one.

    Args:
        written: The page as it is.
        chains: What came of whole nights.
    """
    before, _, rest = written.partition(START)
    _, end, after = rest.partition(END)
    return f"{before}{START}{_nights(chains)}{end}{after}"


def _nights(chains: Sequence[KilledChain]) -> str:
    """Say what came of whole nights."""
    if not chains:
        return "None was killed in this run."
    kinds = ", ".join(sorted({chain.kind for chain in chains}))
    harm = sum(len(chain.harm) for chain in chains)
    return (
        f"Measured here: {sum(len(chain.kills) for chain in chains)} kills in {len(chains)} chains "
        f"({kinds}), after which {f'{harm} things did not hold' if harm else 'all held'}."
    )


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table: an operation a line, a fault a column."""
    faults = list(dict.fromkeys(row.fault for row in rows))
    cells = {(row.subject, row.fault): _cell(row) for row in rows}
    yield f"| operation | {' | '.join(faults)} |"
    yield f"|---|{'---|' * len(faults)}"
    for subject in dict.fromkeys(row.subject for row in rows):
        yield f"| {subject} | {' | '.join(cells.get((subject, fault), '') for fault in faults)} |"


def _cell(row: Row) -> str:
    told = f" ({row.told})" if row.told else ""
    harm = f" ✗ {len(row.harm)}" if row.harm else ""
    return f"{row.points}{told}{harm}"
