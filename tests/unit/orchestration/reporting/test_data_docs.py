"""Where the pages of the suites are, and how long they are kept."""

import os
from pathlib import Path

import pandas as pd
import pytest

from expectations.validations.batch import validate
from expectations.validations.suite_result import SuiteResult, write_suite_result
from expectations.verdicts.table import COLUMNS
from orchestration.reporting import data_docs
from orchestration.reporting.data_docs import data_docs_link, write_data_docs
from orchestration.settings.folders import Folders
from orchestration.station.environment import create_folders
from orchestration.station.verdicts import write_verdicts


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    create_folders(folders)
    nothing = validate(pd.DataFrame({"a": [1]}), expectations=(), row_names=())
    result = SuiteResult("fiche_1a", "Fiche 1.A", "ab12", nothing)
    write_suite_result(folders.validations, result)
    return folders


def night(folders: Folders, digest: str) -> Path:
    write_verdicts(folders, pd.DataFrame(columns=COLUMNS).astype("str"), digest)
    return write_data_docs(folders, {})


def test_the_report_links_to_the_pages_of_its_verdicts(folders: Folders) -> None:
    index = night(folders, "0a" * 32)
    report = folders.reports / "20260101T010000Z" / "index.html"
    assert (report.parent / data_docs_link(folders)).resolve() == index
    assert (index.parent / "fiche_1a.html").exists()


def test_there_is_no_link_to_pages_that_could_not_be_made(folders: Folders) -> None:
    night(folders, "0a" * 32)
    write_verdicts(folders, pd.DataFrame(columns=COLUMNS).astype("str"), "0b" * 32)
    assert data_docs_link(folders) == ""


def test_a_page_that_is_not_made_again_goes(folders: Folders) -> None:
    index = night(folders, "0a" * 32)
    (index.parent / "source_gone.html").write_text("")
    night(folders, "0a" * 32)
    assert sorted(page.name for page in index.parent.iterdir()) == ["fiche_1a.html", "index.html"]


def test_old_pages_are_taken_away_and_their_link_still_opens(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_docs, "KEPT", 2)
    indexes = []
    for rank in range(4):
        indexes.append(night(folders, f"{rank}a" * 32))
        os.utime(indexes[-1], ns=(rank, rank))
    night(folders, "3a" * 32)
    pages = [sorted(page.name for page in index.parent.iterdir()) for index in indexes]
    assert pages[:2] == [["index.html"], ["index.html"]]
    assert pages[2:] == [["fiche_1a.html", "index.html"]] * 2
    assert "n'est plus gardé" in indexes[0].read_text("utf-8").replace("&#39;", "'")
