"""A source that drips delays nobody (that it is given up in the end is one of the faults)."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sources.archive import Archive
from sources.replay import opendatasoft
from tests.integration.sources.conftest import recorded_sources

CollectNight = Callable[..., Any]

SLOW = "parcoursup_2019"
DRIP = {SLOW: "goutte_a_goutte"}
AT_MOST_SECONDS = 300.0
"""After which the test fails; nothing waits for so long when it passes."""


def test_a_source_that_drips_until_the_others_are_done_keeps_none_of_them(
    home: Path, collect_night: CollectNight, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drip ends with the other outcomes: were they waiting for it, it would never end."""
    others, before = len(recorded_sources()) - 1, len(Archive(home).outcomes())
    began, done, seen_done = threading.Event(), threading.Event(), []

    def drip(content: bytes) -> Iterator[bytes]:
        began.set()
        yield content[:1]
        seen_done.append(done.wait(AT_MOST_SECONDS))
        yield content[1:]

    def watch() -> None:
        while not (began.is_set() and len(Archive(home).outcomes()) == before + others):
            if done.wait(0.01):
                return
        done.set()

    monkeypatch.setattr(opendatasoft, "_drip", drip)
    watcher = threading.Thread(target=watch)
    watcher.start()
    night = collect_night(home, DRIP)
    given_up = not done.is_set()
    done.set()
    watcher.join()

    assert not given_up
    assert seen_done == [True]
    assert all(outcome.is_good for outcome in night.outcomes.values())
    assert Archive(home).outcomes()[-1].source_id == SLOW
