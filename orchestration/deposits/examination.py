"""From an archived deposit to its receipt: read again, judged, compared with the last one.

Here: putting these together. Not here: when (``delivery``), nor the words.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import pyarrow as pa

from expectations.extracts.rule_verdict import RuleVerdict
from orchestration.deposits import reasons
from orchestration.deposits.differences import Difference, differences
from orchestration.deposits.reasons import RefusalReason
from orchestration.deposits.receipt import Receipt, shown_rows, shown_titles
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.client import Extract
from sources.errors import ExtractRefused, SourceError
from sources.landing import landed_table
from sources.protocols.depots.confined import read_confined
from sources.protocols.depots.reading import Deposit, read_deposit
from sources.registry import Source

Judge = Callable[[Source, pa.Table], Sequence[RuleVerdict]]
"""Says what the rules of a source find in a table of it."""


def examine(archive: Archive, source: Source, outcome: FetchOutcome, judge: Judge) -> Receipt:
    """Return the receipt of the deposit that an outcome is about.

    Args:
        archive: Where the deposit and the former ones are kept.
        source: The deposit's source.
        outcome: What came of it: accepted, refused, or not even taken.
        judge: The rules; they are asked of a refused deposit too, so that all is told at once.
    """
    refused = _refusal(outcome)
    if outcome.extract_id is None:
        return _receipt(source, outcome, None, reasons=(refused,))
    extract = archive.checked(outcome.extract_id)
    in_use = _in_use(archive, source, outcome)
    try:
        deposit = read_confined(read_deposit, source.contract, extract.paths[0])
    except ExtractRefused as error:
        wrong = RefusalReason("", error.message, error.rule)
        return _receipt(source, outcome, extract, reasons=(wrong,), in_use=in_use)
    verdicts = judge(source, deposit.table(source.contract))
    found = [
        *reasons.of_flaws(deposit.flaws),
        *reasons.of_verdicts(source.contract, deposit, verdicts),
    ]
    is_refused = outcome.status is FetchStatus.REFUSED
    return _receipt(
        source,
        outcome,
        extract,
        reasons=tuple(found or [refused]) if is_refused else (),
        questions=tuple(reasons.to_ask(source.contract, deposit, verdicts)),
        deposit=deposit,
        differences=None if is_refused else _differences(archive, source, outcome, deposit),
        in_use=in_use,
    )


def _receipt(  # noqa: PLR0913 what a receipt says, given by name
    source: Source,
    outcome: FetchOutcome,
    extract: Extract | None,
    *,
    reasons: tuple[RefusalReason, ...],
    questions: tuple[RefusalReason, ...] = (),
    deposit: Deposit | None = None,
    differences: tuple[Difference, ...] | None = None,
    in_use: datetime | None = None,
) -> Receipt:
    dataset = source.contract.dataset
    return Receipt(
        source=source,
        file=str(extract.announced.get("file", dataset)) if extract else dataset,
        received_at=outcome.started_at,
        extract_id=extract.extract_id if extract else "",
        reasons=reasons,
        questions=questions,
        remarks=(*(deposit.grid.remarks if deposit else ()), *outcome.notices),
        titles=shown_titles(source.contract) if deposit else (),
        rows=shown_rows(source.contract, deposit) if deposit else (),
        differences=differences,
        in_use=in_use,
    )


def _refusal(outcome: FetchOutcome) -> RefusalReason:
    return RefusalReason("", outcome.message or "Le dépôt n'a pas pu être lu.", "")


def _in_use(archive: Archive, source: Source, outcome: FetchOutcome) -> datetime | None:
    """Return when the deposit in use was first accepted, if there is one."""
    for former in reversed(archive.outcomes(source.id)):
        if former.status is FetchStatus.NEW and former.extract_id == outcome.extract_in_use:
            return former.started_at
    return None


def _differences(
    archive: Archive, source: Source, outcome: FetchOutcome, deposit: Deposit
) -> tuple[Difference, ...] | None:
    """Return what differs from what was in use before; None without it, or unreadable now."""
    others = [
        extract
        for extract in archive.accepted(source.id)
        if extract.extract_id != outcome.extract_id
    ]
    if not others:
        return None
    in_use = others if source.contract.reading else others[:1]
    try:
        tables = [(archive.read(source, extract), extract.extract_id) for extract in in_use]
    except SourceError:
        return None
    before = landed_table(source, tables).to_pylist()
    return tuple(differences(source.contract, before, deposit.rows))
