"""A night as told to who follows some fiches only, and who is told what.

Here: what of a night concerns some fiches, and the mails that follow. Not here: composing a mail
(``mail``), who asked for what (``station.mail_readers``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from orchestration.reporting.mail import build_mail
from orchestration.reporting.reported_findings import FindingLine
from orchestration.reporting.reported_night import ReportedNight
from orchestration.station.mail_readers import MailContent, MailReader, addresses_of


def mails_of(
    night: ReportedNight, sender: str, readers: Sequence[MailReader], pdf: Path
) -> Iterator[EmailMessage]:
    """Yield the mails of a night: one for all who follow the same fiches, none that says nothing.

    Args:
        night: The night, whole.
        sender: One address.
        readers: Who asked for what.
        pdf: Where the report is as a PDF, if it was made: it tells all fiches.

    Raises:
        ValueError: An address is not one.
    """
    following: dict[tuple[str, ...], list[MailReader]] = {}
    for reader in readers:
        if MailContent.REPORT in reader.receives:
            following.setdefault(reader.fiches, []).append(reader)
    for group in following.values():
        own = narrowed(night, group[0])
        mailed = [reader for reader in group if reader.is_told_of_quiet or not own.is_quiet]
        if mailed and own.indicators:
            yield build_mail(own, sender, addresses_of(mailed), None if own.fiches else pdf)


def narrowed(night: ReportedNight, reader: MailReader) -> ReportedNight:
    """Return what of a night concerns the fiches of a reader; all of it when he follows them all.

    Sources are those of the producers of these fiches.
    """
    indicators = tuple(line for line in night.indicators if reader.follows(line.fiche))
    if len(indicators) == len(night.indicators):
        return night
    names = {line.indicator for line in indicators}
    producers = {line.producer.casefold() for line in indicators}
    findings = tuple(each for each in night.findings if each.indicator in names)
    kept, telling = {finding.finding_id for finding in findings}, _telling(findings)
    return replace(
        night,
        fiches=tuple(sorted({line.fiche for line in indicators})),
        indicators=indicators,
        findings=tuple(
            replace(
                finding,
                same_cause=tuple(kin for kin in finding.same_cause if kin.finding_id in kept),
            )
            for finding in findings
        ),
        sources=tuple(each for each in night.sources if each.producer.casefold() in producers),
        decided=replace(
            night.decided,
            lines=tuple(line for line in night.decided.lines if line.indicator in names),
        ),
        forgotten=tuple(telling[each].finding_id for each in night.forgotten if each in telling),
        awaited=tuple(
            replace(answer, finding_id=own.finding_id, indicator=own.indicator, title=own.title)
            for answer in night.awaited
            if (own := telling.get(answer.finding_id))
        ),
    )


def _telling(findings: Sequence[FindingLine]) -> Mapping[str, FindingLine]:
    """Return the finding that tells each of a cause, those of other fiches too.

    What is said of a cause names its first finding, which may be of a fiche that is not followed.
    """
    others = {kin.finding_id: each for each in reversed(findings) for kin in each.same_cause}
    return others | {each.finding_id: each for each in findings}
