"""What came of each indicator in the release in force, as an observation of its asset.

Here: the numbers that Dagster draws from night to night, and which findings hold what. Not here:
what is held (``publication.gatekeeping``), what is shown of a table (``dbt.metadata``): a table is
made before anybody judges it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import dagster as dg

from expectations import french
from expectations.cells.observations import KEY
from expectations.decisions.follow_up import doubt
from expectations.findings.roll_up import Finding
from expectations.untrusted import cleaned
from expectations.verdicts.table import Outcome
from orchestration.keys import indicator_key
from orchestration.publication.docket import Docket
from orchestration.publication.former_nights import former_nights, held_since
from orchestration.publication.states import IndicatorState
from orchestration.reporting.addresses import card_address
from orchestration.reporting.markdown import escaped
from orchestration.settings.settings import Settings
from orchestration.station.environment import desk_address
from orchestration.station.release import made_at
from orchestration.station.verdicts import last_verdicts


def publication_states(
    settings: Settings, docket: Docket, now: datetime
) -> Iterator[dg.AssetObservation]:
    """Yield what came of each indicator.

    Args:
        settings: The station's.
        docket: What waits for a decision, by the release in force.
        now: The moment that ages are told of (aware).
    """
    failing, ages = _failing_cells(settings), _ages(settings, docket, now)
    holding: dict[str, list[Finding]] = defaultdict(list)
    for finding in docket.open:
        holding[finding.indicator].append(finding)
    for indicator, content in docket.release.manifest["indicators"].items():
        state = IndicatorState.model_validate(content)
        yield dg.AssetObservation(
            indicator_key(indicator),
            description=said_of(state),
            metadata={
                "publication": _told(desk_address(settings), state, holding[indicator]),
                "cellules publiées": state.published,
                "cellules retenues": state.held,
                "cellules exclues": state.excluded,
                "cellules en échec": failing[indicator],
                "plus vieux doute (jours)": ages.get(indicator, 0),
            },
        )


def said_of(state: IndicatorState) -> str:
    """Say in French how many of its cells go out, and how many are held."""
    excluded = f", {french.count(state.excluded, 'exclue', 'exclues')}" * bool(state.excluded)
    held = french.count(state.held, "retenue", "retenues") if state.held else "aucune retenue"
    published = french.count(state.published, "cellule publiée", "cellules publiées")
    return f"{published}, {held}{excluded}."


def _told(desk: str, state: IndicatorState, holding: Sequence[Finding]) -> dg.MarkdownMetadataValue:
    lines = [said_of(state), *(f"- Retenu par {_named(desk, finding)}" for finding in holding)]
    return dg.MetadataValue.md("\n".join([lines[0], "", *lines[1:]]))


def _named(desk: str, finding: Finding) -> str:
    """Return a finding by its title, which leads to its card where there is a desk."""
    title = escaped(cleaned(finding.title))
    name = f"[{finding.finding_id}]({card_address(desk, finding.finding_id)})"
    return f"{name if desk else finding.finding_id} : {title}"


def _failing_cells(settings: Settings) -> Counter[str]:
    """Return how many cells of each indicator fail under some rule, be they explained or not."""
    verdicts = last_verdicts(settings.folders)
    if verdicts is None:
        return Counter()
    cells = verdicts.loc[verdicts["outcome"] == Outcome.FAIL, KEY].drop_duplicates()
    return Counter(map(str, cells["indicator"]))


def _ages(settings: Settings, docket: Docket, now: datetime) -> Mapping[str, Any]:
    """Return for how many days the oldest doubt of each indicator has held something."""
    sought = {doubt(finding): finding.indicator for finding in docket.open}
    former = list(former_nights(settings.folders, docket.release, set(sought)))
    ages: dict[str, int] = {}
    for each, indicator in sought.items():
        since = held_since(each, former) or made_at(docket.release.release_id)
        ages[indicator] = max(ages.get(indicator, 0), (now - since).days)
    return ages
