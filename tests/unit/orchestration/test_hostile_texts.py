"""What a producer may write, walked through every outlet: it says only what it says.

What each outlet does besides is tested beside it: pages, mails, receipts, templates, Markdown.
"""

import csv
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.printed.comparisons import PrintedComparison, Statement
from expectations.rules.silence import RuleCoverage, RuleState
from expectations.untrusted import LONGEST_CELL, as_csv, cleaned
from expectations.verdicts.table import Outcome
from orchestration.assets import decisions, extracts
from orchestration.checks import printed
from orchestration.checks.indicators import completeness_result
from orchestration.checks.record_rules import records_results
from orchestration.commands.night import NightResult
from orchestration.commands.sources import outcome_table
from orchestration.dbt.metadata import last_values_table
from orchestration.reporting.mail import build_mail
from orchestration.reporting.report import render_page
from orchestration.settings.folders import Folders
from orchestration.station.publishing import publish
from sources.archive import FetchOutcome, FetchStatus
from tests.unit.orchestration.checks.test_extract_checks import verdict
from tests.unit.orchestration.reporting.nights import hostile_night

EVIL = (
    '=HYPERLINK("http://ailleurs.example";"x")\u202e 34 \x1b[31m\r\n\r\nPUBLIÉ'
    "<img src=x onerror=alert(1)> ![i](http://ailleurs.example/i.png) | [l](javascript:x) `c`"
)
AT = datetime(2026, 11, 26, 2, 30, tzinfo=UTC)
OUTCOME = FetchOutcome(
    source_id="dreets_pcrh_2024",
    status=FetchStatus.REFUSED,
    started_at=AT,
    seconds=1.0,
    bytes=10,
    extract_id=None,
    extract_in_use=None,
    error_class="permanent",
    message=EVIL,
    url=EVIL,
    changes=(EVIL,),
    vintage=EVIL,
    repairs=(EVIL,),
)


def of_csv(folder: Path) -> Iterator[str]:
    rows = pd.DataFrame({"comment": [EVIL], "obs_value": [-3.0], "category": [EVIL]})
    release = publish(folder, "a", rows, {})
    with (release.folder / "observations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["comment"].startswith("'=HYPERLINK")
            assert row["obs_value"] == "-3.0"
            yield from row.values()
    assert release.observations()["comment"].tolist() == [EVIL], "the table keeps what was written"


def of_console(folder: Path) -> Iterator[str]:
    night = NightResult(
        success=True,
        release=None,
        is_new=False,
        outcomes=(OUTCOME,),
        log=folder / "nightly.log",
        folders=Folders(folder),
    )
    told = StringIO()
    console = Console(file=told, width=10_000, markup=False, soft_wrap=True)
    night.print(console)
    console.print(outcome_table({"dreets_pcrh_2024": OUTCOME}))
    yield from told.getvalue().splitlines()


def of_dagster(_: Path) -> Iterator[dg.MetadataValue | str]:
    statement = Statement(EVIL, 3.0, (EVIL,))
    found = PrintedComparison("VMP", "", EVIL, EVIL, statement, statement, holds=False)
    yield printed.contradictions([replace(found, explanation=EVIL)])
    failing = replace(verdict("nom_du_departement", Outcome.FAIL), explanation=EVIL)
    results = [
        *records_results(
            extracts.extract_key("dreets_pcrh_2024"), [replace(failing, question=EVIL)]
        ),
        extracts.contract_result("dreets_pcrh_2024", {"dreets_pcrh_2024": OUTCOME}),
        completeness_result([RuleCoverage("a", "BRK", RuleState.NOT_EVALUATED, 0, {EVIL: 1})]),
    ]
    for result in results:
        yield from result.metadata.values()
        yield dg.MetadataValue.md(str(result.description))
    yield from extracts.outcome_metadata(OUTCOME).values()
    subject = DecidedFigures("abcdefabcdef", "a", "2024", None, EVIL, ())
    decision = Decision(1, subject, Choice.BREAK, EVIL, EVIL, AT)
    yield from decisions.decision_metadata(decision).values()
    yield from decisions.of_cause([decision]).values()
    rows = pd.DataFrame(
        {"ref_area": [EVIL], "time_period": [EVIL], "breakdown": ["_T"], "obs_value": [1.0]}
    )
    yield dg.MetadataValue.md(last_values_table(rows, {}))


def texts(shown: dg.MetadataValue | str) -> Iterator[str]:
    """Yield what a page of Dagster's shows, rendered as it renders it."""
    match shown:
        case dg.MarkdownMetadataValue():
            html = MarkdownIt("gfm-like", {"linkify": False}).render(shown.md_str or "")
            assert not any(mark in html for mark in ("<img", "<a ", "<code", "<script"))
            yield from html.splitlines()
        case dg.TableMetadataValue():
            for record in shown.records:
                yield from map(str, record.data.values())
        case dg.TextMetadataValue():
            yield shown.text or ""


def of_dagster_texts(folder: Path) -> Iterator[str]:
    for shown in of_dagster(folder):
        yield from texts(shown)


def of_page(_: Path) -> Iterator[str]:
    page = render_page(hostile_night())
    assert "<script>alert" not in page
    yield from page.splitlines()


def of_mail(_: Path) -> Iterator[str]:
    mail = build_mail(hostile_night(), "vigie@exemple.fr", "cariforef@exemple.fr")
    assert mail.keys().count("Bcc") == 0
    yield from (str(value) for value in mail.values())
    plain = mail.get_body(("plain",))
    assert plain is not None
    yield from plain.get_content().splitlines()


OUTLETS: dict[str, Callable[[Path], Iterator[str]]] = {
    "release": of_csv,
    "console": of_console,
    "Dagster": of_dagster_texts,
    "report": of_page,
    "mail": of_mail,
}


@pytest.mark.parametrize("outlet", OUTLETS)
def test_a_hostile_text_says_only_what_it_says(outlet: str, tmp_path: Path) -> None:
    lines = list(OUTLETS[outlet](tmp_path))
    unseen = [line for line in lines if any(unicodedata.category(c) in {"Cc", "Cf"} for c in line)]
    assert unseen == []
    assert [line for line in lines if line.startswith("PUBLIÉ")] == [], "a forged line"
    assert any("alert(1)" in line for line in lines), "it was planted, and is told"


HONEST = ("hors OPCO AKTO, « Santé »", "dont 3 % d'apprentis", "-", "-3", "+20,5", "DEP-44", "")


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_text_is_published_as_it_is(text: str) -> None:
    assert as_csv(text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1"]
)
def test_what_a_spreadsheet_would_compute_is_a_text(text: str) -> None:
    assert as_csv(text).startswith("'")


@given(st.text(max_size=60))
def test_one_apostrophe_taken_away_gives_the_text_again(text: str) -> None:
    assert as_csv(text).removeprefix("'") == cleaned(text, LONGEST_CELL)
