"""Content says what is new, not dates; what is still written waits; what counts is told."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.client import (
    Absent,
    Credentials,
    Extract,
    FetchContext,
    Fetched,
    FetchedPart,
    Unchanged,
)
from sources.errors import FetchFailed
from sources.protocols.depots import arrivals
from sources.protocols.depots.client import DepotClient
from sources.protocols.depots.guards import MOST_BYTES
from sources.protocols.depots.inbox import COMPANION
from sources.registry import source
from sources.wire.http import PortalSession

PCRH = source("dreets_pcrh_2024")
CSV, XLSX, ODS = (f"dreets_pcrh_2024.{ending}" for ending in ("csv", "xlsx", "ods"))
YEAR = 365 * 86_400
NOW = 1_700_000_000

Fetch = Callable[..., Fetched | Unchanged | Absent]


@pytest.fixture
def context(tmp_path: Path) -> FetchContext:
    for name in ("inbox", "scratch"):
        (tmp_path / name).mkdir()
    inbox, scratch = tmp_path / "inbox", tmp_path / "scratch"
    return FetchContext(PortalSession({}), "52", Credentials(), inbox, scratch, last=None)


@pytest.fixture
def fetch(context: FetchContext) -> Fetch:
    def run(*received: Extract) -> Fetched | Unchanged | Absent:
        last = received[-1] if received else None
        return DepotClient().fetch(PCRH, replace(context, last=last, received=received))

    return run


def drop(context: FetchContext, name: str, content: bytes, age: int = 0) -> None:
    path = context.inbox / name
    path.write_bytes(content)
    os.utime(path, (NOW - age, NOW - age))


def received(content: bytes, **announced: object) -> Extract:
    return Extract(hashlib.sha256(content).hexdigest(), (), len(content), announced)


def test_a_correction_with_an_older_date_counts(context: FetchContext, fetch: Fetch) -> None:
    drop(context, CSV, b"accepted")
    drop(context, XLSX, b"corrected", age=YEAR)
    taken = fetch(received(b"accepted"))
    assert isinstance(taken, Fetched)
    assert taken.url == f"inbox/{XLSX}"
    (notice,) = taken.notices
    assert f"« {XLSX} » compte, parce que son contenu n'avait jamais été reçu" in notice
    assert f"« {CSV} » a déjà été reçu" in notice


def test_the_last_received_stays_whatever_is_touched(context: FetchContext, fetch: Fetch) -> None:
    drop(context, CSV, b"first")
    drop(context, XLSX, b"refused", age=YEAR)
    taken = fetch(received(b"first"), received(b"refused"))
    assert isinstance(taken, Fetched)
    assert taken.url == f"inbox/{XLSX}"
    assert "c'est le dernier qui a été reçu" in taken.notices[0]


def test_of_two_new_files_the_newest_counts_and_the_other_is_not_new_tomorrow(
    context: FetchContext, fetch: Fetch
) -> None:
    drop(context, CSV, b"one", age=10)
    drop(context, ODS, b"two")
    taken = fetch()
    assert isinstance(taken, Fetched)
    assert taken.url == f"inbox/{ODS}"
    assert "sa date est la plus récente" in taken.notices[0]
    again = fetch(received(b"two", **taken.announced))
    assert isinstance(again, Fetched)
    assert (again.url, again.announced) == (taken.url, taken.announced)
    (context.inbox / ODS).unlink()
    alone = fetch(received(b"two", **taken.announced))
    assert isinstance(alone, Fetched)
    assert alone.url == f"inbox/{CSV}"


def test_a_file_taken_back_leaves_the_former_one(context: FetchContext, fetch: Fetch) -> None:
    drop(context, CSV, b"first")
    taken = fetch(received(b"first"), received(b"second"))
    assert isinstance(taken, Fetched)
    assert (taken.url, taken.notices) == (f"inbox/{CSV}", ())


def test_a_word_with_semicolons_hides_no_workbook(context: FetchContext, fetch: Fetch) -> None:
    drop(context, XLSX, b"workbook", age=YEAR)
    drop(context, "dreets_pcrh_2024.txt", b"Bonjour ; voici les chiffres ; merci.")
    taken = fetch()
    assert isinstance(taken, Fetched)
    assert taken.url == f"inbox/{XLSX}"
    assert "c'est le tableau et non une note ; « dreets_pcrh_2024.txt »" in taken.notices[0]


def test_a_file_that_cannot_be_taken_is_told_beside_the_one_that_counts(
    context: FetchContext, fetch: Fetch
) -> None:
    drop(context, XLSX, bytes(MOST_BYTES + 1))
    drop(context, CSV, b"good")
    taken = fetch()
    assert isinstance(taken, Fetched)
    assert taken.url == f"inbox/{CSV}"
    assert taken.notices == (f"Le fichier déposé « {XLSX} » dépasse 20 Mo.",)


def test_a_companion_hides_nothing(context: FetchContext, fetch: Fetch) -> None:
    drop(context, XLSX, b"workbook", age=YEAR)
    drop(context, "dreets_pcrh_2024.pdf", b"%PDF")
    taken = fetch()
    assert isinstance(taken, Fetched)
    assert taken.url == f"inbox/{XLSX}"


@pytest.mark.parametrize("name", ["dreets_pcrh_2024.txt", "dreets_pcrh_2024"])
def test_a_note_hides_nothing_and_an_export_as_text_is_a_deposit(
    name: str, context: FetchContext, fetch: Fetch
) -> None:
    drop(context, XLSX, b"workbook", age=YEAR)
    drop(context, name, "Bonjour, voici le dépôt, corrigé.\n".encode())
    taken = fetch(received(b"workbook"))
    assert isinstance(taken, Fetched)
    assert taken.url == f"inbox/{XLSX}"
    assert taken.notices == (f"« {name} » : {COMPANION}",)
    drop(context, name, "Année\tThème\n2024\ttous\n".encode("utf-16"))
    exported = fetch(received(b"workbook"))
    assert isinstance(exported, Fetched)
    assert exported.url == f"inbox/{name}"


@pytest.mark.parametrize("lock", [f".~lock.{XLSX}#", f"~${XLSX}"])
def test_a_file_that_is_open_waits_until_its_lock_is_stale(
    lock: str, context: FetchContext, fetch: Fetch
) -> None:
    drop(context, XLSX, b"workbook")
    (context.inbox / lock).touch()
    waiting = fetch()
    assert isinstance(waiting, Absent)
    assert f"« {XLSX} » est vide, ouvert ou encore écrit" in waiting.message
    held = fetch(received(b"before"))
    assert isinstance(held, Unchanged)
    assert f"« {XLSX} »" in held.notices[0]
    os.utime(context.inbox / lock, (NOW, NOW))
    assert isinstance(fetch(), Fetched)


def test_an_empty_file_waits(context: FetchContext, fetch: Fetch) -> None:
    drop(context, XLSX, b"")
    drop(context, CSV, b"whole")
    taken = fetch()
    assert isinstance(taken, Fetched)
    assert taken.url == f"inbox/{CSV}"
    assert f"« {XLSX} » est vide" in taken.notices[0]


def test_a_file_that_grows_while_it_is_read_waits(
    context: FetchContext, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(context, XLSX, b"begun")
    copied = arrivals._part

    def growing(*arguments: object) -> object:
        part = copied(*arguments)  # type: ignore[arg-type]
        with (context.inbox / XLSX).open("ab") as file:
            file.write(b" and more")
        return part

    monkeypatch.setattr(arrivals, "_part", growing)
    assert isinstance(fetch(), Absent)
    monkeypatch.undo()
    assert isinstance(fetch(), Fetched)


def test_a_new_file_counts_beside_one_that_cannot_be_taken(
    context: FetchContext, fetch: Fetch
) -> None:
    with (context.inbox / ODS).open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    drop(context, CSV, b"new")
    assert isinstance(fetch(), Fetched)
    with pytest.raises(FetchFailed, match="dépasse 20 Mo"):
        fetch(received(b"new"))


def test_the_same_content_under_two_names_is_told(context: FetchContext, fetch: Fetch) -> None:
    drop(context, CSV, b"same")
    drop(context, ODS, b"same", age=10)
    taken = fetch()
    assert isinstance(taken, Fetched)
    assert "a le même contenu" in taken.notices[0]
    assert "beside" not in taken.announced


Steps = st.lists(
    st.tuples(
        st.sampled_from([CSV, XLSX, ODS]), st.none() | st.sampled_from("abcd"), st.integers(0, 3)
    ),
    max_size=12,
)


@given(Steps)
def test_night_after_night_what_is_new_counts_and_nothing_flips(
    steps: list[tuple[str, str | None, int]],
) -> None:
    inbox: dict[str, arrivals.Arrival] = {}
    history: list[Extract] = []
    seen: set[str] = set()

    def night() -> arrivals.Chosen | None:
        chosen = arrivals.choose(list(inbox.values()), history)
        seen.update(file.content for file in inbox.values())
        if chosen is not None:
            beside = {arrivals.BESIDE: list(chosen.beside)} if chosen.beside else {}
            content = chosen.counts.content
            # The record of an extract that is refused stays that of its first night.
            former = [extract for extract in history if extract.extract_id == content]
            history[:] = [extract for extract in history if extract.extract_id != content]
            history.append(former[0] if former else Extract(content, (), 1, beside))
        return chosen

    for name, content, written_at in steps:
        inbox.pop(name, None)
        if content is not None:
            part = FetchedPart(name, Path(name), content, 1)
            inbox[name] = arrivals.Arrival(part, written_at)
        fresh = {file.content for file in inbox.values()} - seen
        chosen, again = night(), night()
        if chosen is None:
            assert not inbox
            continue
        assert again is not None
        assert (again.counts, again.is_new) == (chosen.counts, False)
        if len(fresh) == 1:
            assert chosen.counts.content in fresh
