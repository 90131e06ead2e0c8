"""The history that the desk shows: what came of alarms, and what sources gave.

Here: putting it together for one page. Not here: counting (``track_record``), reading releases
(``past_doubts``), layout.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from expectations.cells.indicator_definition import IndicatorDefinition
from orchestration.desk.past_doubts import past_doubts
from orchestration.desk.track_record import TrackRecord, track_records
from orchestration.settings.folders import Folders
from orchestration.station.register import Register
from sources.archive import Archive
from sources.client import Source
from sources.registry import in_order


@dataclass(frozen=True)
class DeskHistory:
    """What the page of history tells.

    Attributes:
        n_doubts: How many doubts held something.
        since: When the first of them was held (aware); None when nothing ever was.
        by_rule: What came of them by rule, whose code is the name.
        by_producer: Likewise by producer.
        by_indicator: Likewise by indicator.
        fetches: What came of the fetches of each source, by status.
    """

    n_doubts: int
    since: datetime | None
    by_rule: tuple[TrackRecord, ...]
    by_producer: tuple[TrackRecord, ...]
    by_indicator: tuple[TrackRecord, ...]
    fetches: tuple[tuple[Source, Counter[str]], ...]


def compose_history(
    folders: Folders, definitions: Mapping[str, IndicatorDefinition]
) -> DeskHistory:
    """Return the history of a station.

    Args:
        folders: The station's.
        definitions: The indicators, by id; a doubt on one that is no more counts for its rules.
    """
    doubts = past_doubts(folders)
    decisions = [each for each in Register(folders.home).decisions() if not each.is_altered]
    producers = {name: (definition.producer,) for name, definition in definitions.items()}
    return DeskHistory(
        n_doubts=len(doubts),
        since=doubts[0].first_held if doubts else None,
        by_rule=track_records(
            past_doubts(folders, by_rule=True), decisions, lambda past: past.rules
        ),
        by_producer=track_records(
            doubts, decisions, lambda past: producers.get(past.indicator, ())
        ),
        by_indicator=track_records(doubts, decisions, lambda past: (past.indicator,)),
        fetches=_fetches(folders),
    )


def _fetches(folders: Folders) -> tuple[tuple[Source, Counter[str]], ...]:
    counts: dict[str, Counter[str]] = {}
    for outcome in Archive(folders.home).outcomes():
        counts.setdefault(outcome.source_id, Counter())[outcome.status.value] += 1
    return tuple((source, counts[source.id]) for source in in_order(counts))
