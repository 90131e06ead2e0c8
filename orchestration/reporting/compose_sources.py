"""From the outcomes of sources, and what the rules say of their extracts, to the report's lines.

Here: naming how each source did, and what of the inbox was not read, and why. Not here: what lies
in the inbox (``station.inbox_strays``), indicators and findings (``compose_report``), layout.
"""

from expectations.french import PARIS, typeset
from expectations.verdicts.table import Outcome, Severity
from orchestration.reporting.reported_sources import RemarkLine, SourceLine
from orchestration.settings.folders import Folders
from orchestration.station.extract_verdicts import read_verdicts_on_extract
from orchestration.station.inbox_strays import read_strays
from sources.archive import Archive
from sources.registry import Source, in_order, sources


def source_lines(folders: Folders) -> tuple[SourceLine, ...]:
    """Return every source that was ever collected, in the order of the registry."""
    archive = Archive(folders.home)
    collected = archive.latest_outcomes()
    return tuple(
        source_line(source, archive, _remark_lines(folders, source))
        for source in in_order(collected)
    )


def source_line(source: Source, archive: Archive, remarks: tuple[RemarkLine, ...]) -> SourceLine:
    """Return a source that was collected, and how its latest collection went."""
    outcomes = archive.outcomes(source.id)
    last = outcomes[-1]
    good = [past.started_at for past in outcomes if past.is_good]
    since = [past.started_at for past in outcomes if past.extract_id == last.extract_in_use]
    return SourceLine(
        source_id=source.id,
        label=source.label,
        producer=source.producer.name,
        licence=source.producer.licence,
        status=last.status.value,
        message=last.message or "",
        extract_id=last.extract_in_use,
        obtained_at=last.started_at.astimezone(PARIS),
        in_use_since=since[0].astimezone(PARIS) if since and last.extract_in_use else None,
        confirmed_at=good[-1].astimezone(PARIS) if good else None,
        remarks=remarks,
        changes=last.changes,
        repairs=last.repairs,
    )


def _remark_lines(folders: Folders, source: Source) -> tuple[RemarkLine, ...]:
    """Return what the rules have to say of the extract in use of a source, gravest first."""
    order = list(Severity)
    failing = [
        verdict
        for verdict in read_verdicts_on_extract(folders, source.id)
        if verdict.outcome is Outcome.FAIL
    ]
    return tuple(
        RemarkLine(
            verdict.severity,
            verdict.name,
            verdict.message,
            verdict.question,
            source.producer.contact,
        )
        for verdict in sorted(failing, key=lambda verdict: order.index(verdict.severity))
    )


def inbox_lines(folders: Folders) -> tuple[str, ...]:
    """Return a French sentence for each file of the inbox that no source uses."""
    latest = Archive(folders.home).latest_outcomes()
    beside = (
        f"{source.label} : {notice}"
        for source_id, source in sources().items()
        if source_id in latest
        for notice in latest[source_id].notices
    )
    return tuple(map(typeset, (*beside, *read_strays(folders).sentences)))
