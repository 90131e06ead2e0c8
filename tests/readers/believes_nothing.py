"""What does not hold in what a station tells: one call after a night.

Here: ``discrepancies`` of numbers, ``faults_of_language`` of words, ``contradictions`` of the
release with itself. Not here: how each outlet is read.
"""

from collections.abc import Iterator
from pathlib import Path

from orchestration.settings.settings import Settings
from tests.readers import (
    dagster_descriptions,
    deposit_receipts,
    explained_cells,
    outlets,
    release_tables,
    told_words,
)
from tests.readers.discrepancies import Discrepancy
from tests.readers.station_truth import StationTruth, read_truth

READERS = {
    "report": outlets.of_report,
    "printed report": outlets.of_printed_page,
    "mail": outlets.of_mail,
    "findings": outlets.of_findings_file,
    "decisions": outlets.of_decisions,
    "receipts": deposit_receipts.of_receipts,
    "explanations": explained_cells.of_explanations,
    "dagster": dagster_descriptions.of_dagster,
}


def discrepancies(settings: Settings | Path, only: tuple[str, ...] = ()) -> list[Discrepancy]:
    """Return every number that a station tells and that is not found, or not so.

    Args:
        settings: The station's settings, or its home.
        only: Names of the outlets to read, among ``READERS``; all of them unless given.
    """
    truth = read_truth(_home(settings))
    return list(_read(truth, only or tuple(READERS)))


def faults_of_language(settings: Settings | Path) -> list[Discrepancy]:
    """Return what is told twice, in raw codes, in English or in the wrong number."""
    return list(told_words.of_station(read_truth(_home(settings))))


def contradictions(settings: Settings | Path) -> list[Discrepancy]:
    """Return where the release contradicts itself: totals, and tables of several deposits."""
    return list(release_tables.of_release(read_truth(_home(settings))))


def _read(truth: StationTruth, names: tuple[str, ...]) -> Iterator[Discrepancy]:
    for name in names:
        yield from READERS[name](truth)


def _home(settings: Settings | Path) -> Path:
    return settings if isinstance(settings, Path) else settings.home
