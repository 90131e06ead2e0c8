"""What the sensor on deposits looks into: still files, once; and what it finds to be news."""

import os
from pathlib import Path

import pytest

from orchestration.deposits.unread import InboxLook, unread
from orchestration.settings.settings import Settings
from sources.archive import Archive, FetchStatus
from sources.client import Credentials
from sources.collect import collect
from sources.protocols.depots import arrivals
from sources.registry import source
from sources.replay.deposits import FOLDER
from sources.wire.http import PortalSession

SOURCE = source("dreets_pcrh_2024")
NAME = f"{SOURCE.id}.csv"
RECORDED = (FOLDER / NAME).read_bytes()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A station without a night, whose inbox is empty."""
    settings = Settings(home=tmp_path)
    settings.folders.inbox.mkdir()
    return settings


def again(settings: Settings, before: InboxLook) -> InboxLook:
    return before.again(settings.folders.inbox, [SOURCE])


def drop(settings: Settings, content: bytes = RECORDED) -> Path:
    path = settings.folders.inbox / NAME
    path.write_bytes(content)
    return path


def night(settings: Settings) -> FetchStatus:
    """Read the inbox as a night does."""
    return collect(
        SOURCE,
        archive=Archive(settings.home),
        session=PortalSession(),
        region=settings.region,
        credentials=Credentials(),
        accept=lambda _source, _table: (),
    ).status


def test_a_file_is_looked_into_once_two_looks_have_seen_the_same(settings: Settings) -> None:
    nothing = again(settings, InboxLook())
    assert nothing.still_since(nothing) == {SOURCE.id}, "what never was looked into is, once"
    before = nothing.having_examined({SOURCE.id})
    drop(settings, RECORDED[:100])
    begun = again(settings, before)
    assert begun.still_since(before) == set()
    drop(settings)
    grown = again(settings, begun)
    assert grown.still_since(begun) == set(), "it is still written"
    still = again(settings, grown)
    assert still.still_since(grown) == {SOURCE.id}
    seen = InboxLook.read(still.having_examined({SOURCE.id}).model_dump_json())
    assert again(settings, seen).still_since(seen) == set()


def test_what_is_copied_over_with_the_same_name_size_and_date_is_seen(settings: Settings) -> None:
    path = drop(settings)
    before = again(settings, InboxLook())
    date = path.stat()
    path.write_bytes(RECORDED.replace(b";264;", b";265;"))
    os.utime(path, ns=(date.st_atime_ns, date.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (date.st_size, date.st_mtime_ns)
    assert again(settings, before).seen != before.seen


@pytest.mark.parametrize("cursor", [None, "", "not a look", '{"seen": 3}'])
def test_a_cursor_that_is_none_begins_again(cursor: str | None) -> None:
    assert InboxLook.read(cursor) == InboxLook()


def test_a_deposit_is_news_until_it_is_read_and_each_time_it_is_another(
    settings: Settings,
) -> None:
    assert unread(settings, [SOURCE]) == ([], []), "for what never came there is the night"
    drop(settings)
    assert unread(settings, [SOURCE]) == ([SOURCE], [])
    assert night(settings) is FetchStatus.NEW
    assert unread(settings, [SOURCE]) == ([], [])
    corrected = drop(settings, RECORDED.replace(b";264;", b";265;"))
    assert unread(settings, [SOURCE]) == ([SOURCE], [])
    assert night(settings) is FetchStatus.NEW
    corrected.rename(corrected.with_suffix(".txt"))
    assert unread(settings, [SOURCE]) == ([], []), "the same content is nothing new"
    drop(settings)
    corrected.with_suffix(".txt").unlink()
    assert unread(settings, [SOURCE]) == ([SOURCE], []), "the former one is dropped again"


def test_a_deposit_that_is_refused_is_news_once_and_so_is_its_taking_away(
    settings: Settings,
) -> None:
    drop(settings)
    night(settings)
    wrong = drop(settings, b"Titre;Autre\n1;2\n")
    assert unread(settings, [SOURCE]) == ([SOURCE], [])
    assert night(settings) is FetchStatus.REFUSED
    assert unread(settings, [SOURCE]) == ([], [])
    wrong.unlink()
    assert unread(settings, [SOURCE]) == ([SOURCE], [])
    assert night(settings) is FetchStatus.UNCHANGED
    assert unread(settings, [SOURCE]) == ([], [])


def test_a_deposit_that_is_too_big_is_news_once(settings: Settings) -> None:
    drop(settings)
    night(settings)
    with drop(settings).open("ab") as deposit:
        deposit.truncate(arrivals.MOST_BYTES + 1)
    assert unread(settings, [SOURCE]) == ([SOURCE], [])
    assert night(settings) is FetchStatus.FAILED
    assert unread(settings, [SOURCE]) == ([], [])


def test_an_open_file_is_looked_into_again(settings: Settings) -> None:
    """Its lock goes without a trace on the file itself."""
    lock = drop(settings).with_name(f".~lock.{NAME}#")
    lock.touch()
    assert unread(settings, [SOURCE]) == ([], [SOURCE])
    lock.unlink()
    assert unread(settings, [SOURCE]) == ([SOURCE], [])


def test_looking_leaves_nothing_behind(settings: Settings) -> None:
    drop(settings)
    night(settings)
    before = sorted(settings.home.rglob("*"))
    unread(settings, [SOURCE])
    assert sorted(settings.home.rglob("*")) == before
