"""One night, as the report tells it: the only input of the page, of the plots and of the mail.

Here: frozen dataclasses and what can be counted on them. Not here: its findings
(``reported_findings``), its sources (``reported_sources``), reading the warehouse or the register
(``compose_report``), French wording (``vocabulary``, ``summary``), drawing, sending.

Texts may come from producers and are hostile until a template has escaped them. Values are floats
in the unit of their indicator (a rate of 26,89 % is 26.89); a value that is not there is None, with
the SDMX ``OBS_STATUS`` that says why, and never NaN.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from expectations import french
from orchestration.reporting.addresses import card_address
from orchestration.reporting.awaited import AwaitedAnswer
from orchestration.reporting.compose_printed import PrintedReportLines
from orchestration.reporting.decided import NOTHING_DECIDED, DecisionLines
from orchestration.reporting.reported_findings import FindingLine, refuse_nan
from orchestration.reporting.reported_sources import TROUBLES, SourceLine
from orchestration.station.first_told import NOTHING_TOLD, FirstTold

ReportedState = Literal["new", "changed", "unchanged", "held", "empty"]
Occasion = Literal["nuit", "dépôt", "décision", "publication"]


MOST_FICHES_NAMED = 6


@dataclass(frozen=True)
class FigureLine:
    """A figure at the head of an indicator, and the one before it.

    Attributes:
        label: French name of its category; empty for the total.
        value: The last value **published**, be a newer one held; None when there is none.
        period: Period of that value.
        previous_value: Value of the period before.
        previous_period: That period.
        status: Status of the last period published, empty when none was.
        is_break: The value was accepted as a break: it does not compare with the one before.
        is_held: Some value of its category is held.
    """

    label: str
    value: float | None
    period: str | None
    previous_value: float | None = None
    previous_period: str | None = None
    status: str = ""
    is_break: bool = False
    is_held: bool = False

    def __post_init__(self) -> None:
        refuse_nan(f"figure {self.label!r}", self.value, self.previous_value)


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator in tonight's release.

    Attributes:
        indicator: Indicator id.
        label: French label.
        fiche: Fiche of the strategy, `1.A`.
        producer: Who supplies it.
        state: What tonight made of it; `held` as soon as one of its cells is held.
        n_published: Number of its cells that the release publishes.
        n_held: Number of its cells that are held.
        unit: Unit code or French word.
        figures: What to show of it: its total, or its categories when it has none.
        n_excluded: Number of its cells that a decision keeps out.
        late: The periods that are due and have not come.
        n_passed: Number of checks of its cells that passed.
        n_failed: Number of those that failed.
        n_not_evaluated: Number of those that had nothing to look at: neither passed nor failed.
        explanation: Address of what its values are made of, from that of the report.
    """

    indicator: str
    label: str
    fiche: str
    producer: str
    state: ReportedState
    n_published: int
    n_held: int
    unit: str
    figures: tuple[FigureLine, ...]
    n_excluded: int = 0
    late: tuple[str, ...] = ()
    n_passed: int = 0
    n_failed: int = 0
    n_not_evaluated: int = 0
    explanation: str = ""

    @property
    def has_previous(self) -> bool:
        """Whether any of its figures has one before it."""
        return any(figure.previous_value is not None for figure in self.figures)

    @property
    def is_partly_held(self) -> bool:
        """Whether some of its cells are held while others go out."""
        return self.state == "held" and self.n_published > 0


@dataclass(frozen=True)
class ReportedNight:
    """One night: the release it made, what was held, how the sources did.

    Attributes:
        at: When the night ran (aware).
        region: French name of the region.
        release_id: The release made tonight.
        previous_release_id: The release it replaces, None for the first.
        indicators: Every indicator.
        findings: Every finding of the night.
        sources: Every source.
        release_location: Where the release is (folder or address), as text.
        page_location: Where the page of this report is (folder or address), as text.
        printed: What does not hold together in the printed report; None when there is none.
        documentation: Where the page of the tables is, from that of this report; None when nobody
            has made it yet.
        controls: French sentence: how many controls were made, could not be, were forgotten.
        data_docs: Where the pages of Great Expectations are, from that of this report; empty when
            there are none.
        decided: What stewards decided.
        inbox: What lay in the inbox and is not used, in French, one sentence each.
        desk: Address of the desk, where each finding has a card; empty when none was given.
        forgotten: The findings that tell the causes of which nothing is decided, and that have been
            nobody's for too long.
        forgotten_days: For how many days at least.
        first_told: Since when reports have told what this one tells.
        awaited: The answers that producers owe, those that have been expected the longest first.
        put_off: Until which day a doubt was put off, by the finding that tells it.
        fiches: The fiches that alone are told; empty when all are.
        occasion: What made the release: a night, or what came between two.
    """

    at: datetime
    region: str
    release_id: str
    previous_release_id: str | None
    indicators: tuple[IndicatorLine, ...]
    findings: tuple[FindingLine, ...]
    sources: tuple[SourceLine, ...]
    release_location: str
    page_location: str
    printed: PrintedReportLines | None = None
    documentation: str | None = None
    controls: str = ""
    data_docs: str = ""
    decided: DecisionLines = NOTHING_DECIDED
    inbox: tuple[str, ...] = ()
    desk: str = ""
    forgotten: tuple[str, ...] = ()
    forgotten_days: int = 0
    first_told: FirstTold = NOTHING_TOLD
    awaited: tuple[AwaitedAnswer, ...] = ()
    put_off: Mapping[str, date] = field(default_factory=dict)
    fiches: tuple[str, ...] = ()
    occasion: Occasion = "nuit"

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            msg = (
                f"night {self.at.isoformat()}: the moment has no time zone; give an aware datetime"
            )
            raise ValueError(msg)

    @property
    def fiches_in_words(self) -> str:
        """The fiches that alone are told: « fiches 1.A, 2.B »; empty when all are."""
        if not self.fiches:
            return ""
        named = french.listing(self.fiches, MOST_FICHES_NAMED)
        return f"{'fiche' if len(self.fiches) == 1 else 'fiches'} {named}"

    @property
    def licences(self) -> str:
        """The licences of the sources, quoted: what a partner sends need not be open data."""
        return " ; ".join(map(french.quoted, dict.fromkeys(line.licence for line in self.sources)))

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is held, new, changed or to know, nor any decision taken or lapsed."""
        decided = (self.decided.recalled, self.decided.new)
        return not any((self.to_handle, self.held, self.fresh, self.news, *decided))

    @property
    def overdue(self) -> tuple[AwaitedAnswer, ...]:
        """The answers of producers whose day has passed."""
        return tuple(answer for answer in self.awaited if answer.days_overdue)

    @property
    def held(self) -> tuple[IndicatorLine, ...]:
        """Indicators with at least one cell held."""
        return tuple(line for line in self.indicators if line.state == "held")

    @property
    def kept(self) -> tuple[IndicatorLine, ...]:
        """Those of them that decisions alone keep held: nobody is to explain or correct them."""
        by_decision = {
            name: all(each.decision and each.decision.awaits_nothing for each in findings)
            for name in {line.indicator for line in self.held}
            if (findings := [each for each in self.to_handle if each.indicator == name])
        }
        return tuple(line for line in self.held if by_decision.get(line.indicator))

    @property
    def published(self) -> tuple[IndicatorLine, ...]:
        """Indicators published whole."""
        return tuple(line for line in self.indicators if line.state not in ("held", "empty"))

    @property
    def empty(self) -> tuple[IndicatorLine, ...]:
        """Indicators that give no figure: none ever came, or all are kept out."""
        return tuple(line for line in self.indicators if line.state == "empty")

    @property
    def fresh(self) -> tuple[IndicatorLine, ...]:
        """Published indicators that are new or changed."""
        return tuple(line for line in self.indicators if line.state in ("new", "changed"))

    @property
    def unchanged(self) -> tuple[IndicatorLine, ...]:
        """Published indicators that did not move."""
        return tuple(line for line in self.indicators if line.state == "unchanged")

    @property
    def sources_in_trouble(self) -> tuple[SourceLine, ...]:
        """Sources refused tonight, then those that failed, then those that gave nothing."""
        troubled = (source for source in self.sources if source.is_in_trouble)
        return tuple(sorted(troubled, key=lambda source: TROUBLES.index(source.status)))

    @property
    def sources_changed(self) -> tuple[SourceLine, ...]:
        """Sources whose extract of tonight differs from the one before by more than figures."""
        return tuple(source for source in self.sources if source.changes)

    @property
    def sources_repaired(self) -> tuple[SourceLine, ...]:
        """Sources whose archive was damaged, and is whole again since tonight."""
        return tuple(source for source in self.sources if source.repairs)

    @property
    def to_handle(self) -> tuple[FindingLine, ...]:
        """Findings that hold something: those without a decision first, then the gravest."""
        held = [finding for finding in self.findings if finding.is_held]
        return tuple(
            sorted(
                held,
                key=lambda finding: (finding.decision is not None, finding.severity != "Error"),
            )
        )

    @property
    def moved(self) -> tuple[FindingLine, ...]:
        """Those of them that no report has told yet as they are."""
        return tuple(finding for finding in self.to_handle if not finding.has_not_moved)

    @property
    def unmoved(self) -> tuple[FindingLine, ...]:
        """Those of them that the report before told already."""
        return tuple(finding for finding in self.to_handle if finding.has_not_moved)

    @property
    def settled(self) -> tuple[FindingLine, ...]:
        """Findings whose cells go out explained, or are kept out."""
        return tuple(
            finding
            for finding in self.findings
            if finding.decision is not None and not finding.is_held
        )

    @property
    def to_know(self) -> tuple[FindingLine, ...]:
        """Findings published and only listed."""
        return tuple(
            finding for finding in self.findings if finding.decision is None and not finding.is_held
        )

    @property
    def news(self) -> tuple[FindingLine, ...]:
        """What is published and to know, that no report has told yet; not what is late."""
        return tuple(
            finding
            for finding in self.to_know
            if not (finding.has_not_moved or finding.is_only_late)
        )

    def card(self, finding: FindingLine) -> str:
        """Return the address of the card of a finding, where there is a desk to reach."""
        return card_address(self.desk, finding.finding_id)

    def finding_of(self, indicator: str) -> FindingLine | None:
        """The first finding that holds something of this indicator, if any."""
        return next((f for f in self.to_handle if f.indicator == indicator), None)
