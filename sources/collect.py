"""The order in which a source is collected: fetch, archive, read, accept, record, land.

Here: that order, and the promise that a source that breaks stops nothing: what it can do wrong
becomes an outcome, and its last good extract stays in use. Not here: any protocol, any judgement on
values (``accept`` is given by the caller).
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.client import Absent, Credentials, Extract, FetchContext, Fetched, Source, Unchanged
from sources.errors import ExtractRefused, FetchFailed, SourceError
from sources.landing import is_landed, is_of, land, land_nothing, landed_path, sweep
from sources.registry import families, member
from sources.tables.extract_changes import drifts
from sources.wire.http import PortalSession

__all__ = ["Accept", "Credentials", "collect", "collect_all", "ensure_landed", "members"]

INBOX = "inbox"
SIDE_BY_SIDE = 8

Answer = Fetched | Unchanged | Absent
Accept = Callable[[Source, pa.Table], Sequence[str]]
"""Gives the reasons, in French, to refuse an extract that was read; none when it is sound."""
Reading = Callable[[], FetchOutcome]
"""What is done of a source while its table is in memory: once its portal has answered."""


@dataclass(frozen=True)
class _Result:
    """What a collection came to, before it is dated."""

    status: FetchStatus
    bytes: int = 0
    extract_id: str | None = None
    error_class: str | None = None
    message: str | None = None
    url: str | None = None
    table: pa.Table | None = None
    changes: tuple[str, ...] = ()
    vintage: str | None = None
    notices: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()

    @property
    def just_read(self) -> dict[str, pa.Table]:
        """The table that was read, by its extract; empty when none was."""
        if not self.extract_id or self.table is None:
            return {}
        return {self.extract_id: self.table}


def collect(  # noqa: PLR0913 all that a collection needs, given by name
    source: Source,
    *,
    archive: Archive,
    session: PortalSession,
    region: str,
    credentials: Credentials,
    accept: Accept,
    again: bool = False,
    read: Callable[[Reading], FetchOutcome] = lambda reading: reading(),
) -> FetchOutcome:
    """Collect one source, and record what came of it.

    Args:
        source: The source.
        archive: Where raw extracts and outcomes are kept.
        session: The one HTTP session.
        region: INSEE code of the region that is followed.
        credentials: Secrets of the environment.
        accept: Judge of the values.
        again: Whether it must be received again, though the portal announces nothing new.
        read: Has its table read, judged and landed, once it was received.

    Returns:
        The outcome, already recorded. Nothing that a source does wrong is raised.
    """
    started_at, clock = datetime.now(UTC), time.monotonic()
    last = archive.last_accepted(source.id)
    damage = _damage(archive, archive.in_use(source))
    with archive.scratch() as scratch:
        context = FetchContext(
            session.for_one_source(),
            region,
            credentials,
            archive.home / INBOX,
            scratch,
            last,
            # What is damaged must come again, though the portal announces nothing new.
            again=again or bool(damage),
            received=tuple(archive.received(source.id)),
        )
        answer = _fetched(source, context)

        def reading() -> FetchOutcome:
            result = _result(source, archive, context, answer, accept)
            if damage:
                in_use = _in_use_after(archive, source, result)
                result = _with_damage(result, _damage(archive, in_use))
            seconds = round(time.monotonic() - clock, 3)
            outcome = _outcome(source, result, last, started_at, seconds)
            archive.add_outcome(outcome)
            return _landed(source, archive, outcome, result)

        return read(reading)


def _landed(
    source: Source, archive: Archive, outcome: FetchOutcome, result: _Result
) -> FetchOutcome:
    """Land what is in use of a source, and return its outcome, which a new contract may change."""
    try:
        ensure_landed(archive.home, [source], result.just_read)
    except ExtractRefused as error:
        # The contract was tightened since: what was landed under the former one stays in use.
        message = f"Le contrat a changé et refuse l'extrait en service. {error.message_with_rule}"
        outcome = replace(
            outcome, status=FetchStatus.REFUSED, error_class="permanent", message=message
        )
    except FetchFailed as error:
        # What reads deposits does not start: what was landed stays in use.
        outcome = replace(
            outcome, status=FetchStatus.FAILED, error_class="retryable", message=error.message
        )
    else:
        return outcome
    archive.add_outcome(outcome)
    return outcome


def collect_all(  # noqa: PLR0913 idem
    sources: Iterable[Source],
    *,
    archive: Archive,
    session: PortalSession,
    region: str,
    credentials: Credentials,
    accept: Accept,
    again: bool = False,
) -> list[FetchOutcome]:
    """Collect sources side by side; the outcomes are in the order of the sources.

    Portals are waited for together; what they send is read, judged and landed one at a time, in one
    thread, so that memory does not grow with how many they are: what a thread gives back, the next
    one cannot always take. ``accept`` is called from that thread.
    """

    def read(reading: Reading) -> FetchOutcome:
        return reader.submit(reading).result()

    def collect_one(source: Source) -> FetchOutcome:
        return collect(
            source,
            archive=archive,
            session=session,
            region=region,
            credentials=credentials,
            accept=accept,
            again=again,
            read=read,
        )

    archive.sweep()
    sweep(archive.home)
    with (
        ThreadPoolExecutor(max_workers=1) as reader,
        ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as threads,
    ):
        return list(threads.map(collect_one, sources))


def members(home: Path, catalogue: str) -> list[Source]:
    """Return the sources that a catalogue lists or listed: one that is withdrawn stays in use."""
    path = landed_path(home, catalogue)
    listed = (
        pq.read_table(path, columns=["session", "dataset"]).to_pylist() if path.exists() else []
    )
    return [
        member(name, row["session"], row["dataset"])
        for name, family in families().items()
        if family.catalogue == catalogue
        for row in sorted(listed, key=itemgetter("session"))
    ]


def ensure_landed(
    home: Path, sources: Iterable[Source], just_read: Mapping[str, pa.Table] | None = None
) -> None:
    """Make every landed table that of the extract in use, without rows when there is none.

    An extract that is damaged is not read: the table that was made of it while it was whole stays,
    where its hash proves that it is that table; otherwise its rows are left out.

    Args:
        home: The station's home.
        sources: The sources to land.
        just_read: The tables of extracts that were read a moment ago, by extract.

    Raises:
        ExtractRefused: An extract accepted before is not what today's contract says: the contract
            was changed, and must still read what it accepted.
    """
    archive, tables = Archive(home), just_read or {}
    for source in sources:
        in_use = archive.in_use(source)
        if is_landed(home, source, in_use):
            continue
        whole = [extract for extract in in_use if not archive.damage(extract.extract_id)]
        if whole != in_use and is_of(home, source, in_use):
            continue
        if not whole:
            land_nothing(home, source)
            continue
        land(home, source, [_as_landed(archive, source, extract, tables) for extract in whole])


def _as_landed(
    archive: Archive, source: Source, extract: Extract, just_read: Mapping[str, pa.Table]
) -> tuple[pa.Table, str]:
    table = just_read.get(extract.extract_id) or archive.read(source, extract)
    return table, extract.extract_id


def _in_use_after(archive: Archive, source: Source, result: _Result) -> list[Extract]:
    """Return the extracts in use once what a collection came to is recorded, newest first."""
    in_use = archive.in_use(source)
    if result.status is not FetchStatus.NEW or not result.extract_id:
        return in_use
    new = archive.extract(result.extract_id)
    return [new, *in_use] if source.contract.reading else [new]


def _damage(archive: Archive, in_use: Sequence[Extract]) -> str:
    """Say in French what is damaged of some extracts; the empty text when nothing is."""
    damages = (archive.damage(extract.extract_id) for extract in in_use)
    return " ".join(filter(None, damages))


def _with_damage(result: _Result, damage: str) -> _Result:
    """Return what a collection came to with what it did not mend of the archive."""
    if not damage:
        return result
    if result.status is FetchStatus.NEW:
        return replace(result, changes=(*result.changes, damage))
    if result.status is FetchStatus.UNCHANGED:
        # The producer may well confirm it: what is kept here is not what it confirms.
        return replace(result, status=FetchStatus.FAILED, error_class="retryable", message=damage)
    return replace(result, message=f"{result.message or ''} {damage}".strip())


def _outcome(
    source: Source, result: _Result, last: Extract | None, started_at: datetime, seconds: float
) -> FetchOutcome:
    in_use = last.extract_id if last else None
    return FetchOutcome(
        source_id=source.id,
        status=result.status,
        started_at=started_at,
        seconds=seconds,
        bytes=result.bytes,
        extract_id=result.extract_id,
        extract_in_use=result.extract_id if result.status is FetchStatus.NEW else in_use,
        error_class=result.error_class,
        message=result.message,
        url=result.url,
        changes=result.changes,
        vintage=result.vintage,
        notices=result.notices,
        repairs=result.repairs,
    )


def _fetched(source: Source, context: FetchContext) -> Answer | SourceError:
    """Return what a source answers, or why it does not."""
    try:
        return source.client.fetch(source, context)
    except SourceError as error:
        return error


def _result(
    source: Source,
    archive: Archive,
    context: FetchContext,
    answer: Answer | SourceError,
    accept: Accept,
) -> _Result:
    try:
        if isinstance(answer, SourceError):
            raise answer
        return replace(_answered(source, archive, context, answer, accept), notices=answer.notices)
    except SourceError as error:
        permanence = "permanent" if error.permanent else "retryable"
        portal = source.contract.portal or None
        return _Result(
            FetchStatus.FAILED, error_class=permanence, message=error.message, url=portal
        )


def _answered(
    source: Source,
    archive: Archive,
    context: FetchContext,
    answer: Answer,
    accept: Accept,
) -> _Result:
    match answer:
        case Unchanged(url):
            return _unchanged(context.last, url)
        case Absent(message, url):
            return _Result(FetchStatus.MISSING, error_class="permanent", message=message, url=url)
        case Fetched() as fetched:
            return _receive(source, archive, context, fetched, accept)


def _unchanged(last: Extract | None, url: str) -> _Result:
    if last is None:
        return _Result(FetchStatus.UNCHANGED, url=url)
    return _Result(
        FetchStatus.UNCHANGED, extract_id=last.extract_id, url=url, vintage=_vintage(last)
    )


def _vintage(extract: Extract) -> str | None:
    return extract.announced.get("vintage") or None


def _receive(
    source: Source, archive: Archive, context: FetchContext, fetched: Fetched, accept: Accept
) -> _Result:
    """Archive what was fetched, whatever it is worth, then judge it."""
    extract = archive.store(source.id, fetched)
    result = _Result(
        FetchStatus.NEW,
        extract.bytes,
        extract.extract_id,
        url=fetched.url,
        vintage=_vintage(extract),
        repairs=extract.repairs,
    )
    is_same = context.last is not None and extract.extract_id == context.last.extract_id
    if is_same and context.still(fetched.announced):
        return replace(result, status=FetchStatus.UNCHANGED)
    try:
        # The same bytes are judged again when the portal announces something else of them.
        table = archive.read(source, extract)
        if reasons := accept(source, table):
            raise ExtractRefused(" ".join(reasons), rule="")
    except ExtractRefused as error:
        refused = replace(result, status=FetchStatus.REFUSED, error_class="permanent")
        return replace(refused, message=error.message_with_rule)
    archive.announce(extract)
    status = FetchStatus.UNCHANGED if is_same else FetchStatus.NEW
    return replace(
        result, status=status, table=table, changes=_changes(source, archive, context.last, table)
    )


def _changes(
    source: Source, archive: Archive, last: Extract | None, received: pa.Table
) -> tuple[str, ...]:
    """Say what changed since the extract in use, when it can still be read."""
    if last is None:
        return ()
    try:
        previous = archive.read(source, last)
    except SourceError:
        return ()
    return tuple(drift.marked_sentence for drift in drifts(source.contract, previous, received))
