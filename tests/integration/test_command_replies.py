"""What commands reply on a station where a night has run: one document, tables that fit."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from expectations.decisions.decision import Choice
from orchestration.commands.cli import app
from orchestration.commands.night import NightResult
from orchestration.commands.replies import console, print_json
from orchestration.publication.deciding import draft_decision, record
from orchestration.publication.docket import read_docket
from orchestration.settings.folders import Folders
from orchestration.station.releases_in_force import current_release
from sources.archive import Archive
from tests.json_shapes import document_of, documented

Night = tuple[Path, subprocess.CompletedProcess[str]]
READ = ("findings", "decisions", "sources", "depots liste", "users list", "watch")
SILENT = {"docs", "ui", "pages", "users add", "users remove", "users password", "completion"}
"""What reports nothing that a machine would read."""


@pytest.fixture
def decided(station: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A station on which something was decided, for commands to read."""
    docket = read_docket(Folders(station))
    words = (docket.open[0].finding_id, Choice.HOLD, "Anne Lebrun", "En attente du producteur")
    record(Folders(station), [draft_decision(docket, *words)])
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(station))
    return station


def last_night(home: Path) -> NightResult:
    """What came of the night of a station, as its command tells it."""
    folders = Folders(home)
    return NightResult(
        success=True,
        release=current_release(folders.releases),
        is_new=True,
        outcomes=tuple(Archive(home).latest_outcomes().values()),
        log=folders.dagster / "nightly.log",
        folders=folders,
        docket=read_docket(folders),
        is_live=False,
    )


def reporting(command: object, *path: str) -> Iterator[tuple[str, bool]]:
    """Each command, and whether it has ``--json``."""
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            yield from reporting(below, *path, name)
    elif isinstance(command, TyperCommand):
        yield " ".join(path), any("--json" in each.opts for each in command.params)


def test_every_command_that_reports_replies_in_json_and_its_shape_is_documented() -> None:
    found = dict(reporting(typer.main.get_command(app)))
    assert {name for name, has_json in found.items() if not has_json} == SILENT
    assert {*found} - SILENT == {*documented()} - {"rebuild --verify"}


@pytest.mark.usefixtures("decided")
def test_each_document_has_the_shape_that_is_documented() -> None:
    words = ["explain", "1A4_pcrh_te", "2024", "DEP-44", "--json"]
    with console.capture() as printed:
        for command in READ:
            ended = CliRunner().invoke(app, [*command.split(), "--json"])
            assert ended.stderr == ""
            document_of(command, ended.stdout)
        told = document_of("explain", CliRunner().invoke(app, words).stdout)
    assert printed.get() == "", "the console is bound to the output of this process"
    assert told["received"]["value"] == 2
    assert [row["line"] for table in told["tables"] for row in table["rows"]]


def test_a_refusal_leaves_the_output_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_DEMO_HOME", str(tmp_path))
    for command in ("findings", "decisions", "sources", "backup x.tar", "rebuild"):
        ended = CliRunner().invoke(app, [*command.split(), "--json"])
        assert (ended.exit_code, ended.stdout) == (1, ""), command
        assert "Aucune nuit ne s'est déroulée" in ended.stderr


def test_tables_fit_80_columns_and_what_names_their_lines_is_whole(
    decided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "_width", 80)
    with console.capture() as printed:
        for command in READ:
            CliRunner().invoke(app, command.split())
        last_night(decided).print(console)
    lines = printed.get().splitlines()
    # A sentence begins at the margin, and is folded by the terminal; a path must be copied whole.
    assert [line for line in lines if line.startswith(" ") and len(line) > 80] == []
    words = {word for line in lines for word in line.split()}
    assert {"cariforef_bilan_2023_2024_texte", "cariforef_bilan_2023_2024_texte.xlsx"} <= words
    assert {"1B2_etablissements_maitre_apprentissage", "43", "retenu"} <= words


def test_what_somebody_decided_is_not_said_to_be_nobody_s(decided: Path) -> None:
    docket = read_docket(Folders(decided))
    with console.capture() as printed:
        CliRunner().invoke(app, ["findings"])
    assert "en vigueur : maintien" in printed.get().replace("\xa0", " ")
    assert printed.get().count("(à personne") == len(docket.open) - 1


def test_the_night_ends_with_why_values_are_held_and_what_to_type_next(demo_home: Path) -> None:
    night = last_night(demo_home)
    with console.capture() as printed:
        night.print(console)
    said = " ".join(printed.get().split())
    assert "Retenu, attend une décision :" in said
    assert "43 en 2023, 4 en 2024" in said
    assert f"vigie decide {read_docket(night.folders).open[0].finding_id} --decision" in said
    assert "--live" not in said
    assert "Décidé" not in said


def test_the_night_tells_what_a_decision_holds_from_what_waits_for_one(decided: Path) -> None:
    night, docket = last_night(decided), read_docket(Folders(decided))
    (taken,) = docket.in_force
    with console.capture() as printed:
        night.print(console)
    waits, _, holds = " ".join(printed.get().split()).partition("Décidé, encore retenu :")
    assert taken in holds
    assert taken not in waits
    assert "vigie decide" in waits
    held = [each for cause in night.record["held"] for each in cause]
    assert {each["finding"]: each["decision"] for each in held if each["decision"]} == {
        taken: Choice.HOLD
    }


def test_what_to_type_next_is_about_the_station_that_was_asked_for(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(demo_home))
    with console.capture() as printed:
        CliRunner().invoke(app, ["findings", "--live"])
    assert "vigie decide CONSTAT --live --decision" in printed.get()


def test_a_night_that_brings_nothing_says_so(demo_home: Path) -> None:
    with console.capture() as printed:
        replace(last_night(demo_home), is_new=False).print(console)
    assert "Rien n'a changé dans les sources" in printed.get()
    assert "nouveau" not in printed.get()


def test_a_night_is_told_to_a_machine(demo_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_json(last_night(demo_home).record)
    told = document_of("demo", capsys.readouterr().out)
    assert (told["success"], told["new"], told["troubled"]) == (True, True, [])
    assert told["indicators"]["1A4_pcrh_te"]["held"] == 6
    titles = [finding["title"] for cause in told["held"] for finding in cause]
    assert any("43 en 2023, 4 en 2024" in title for title in titles)


def test_a_night_shows_its_stages_a_line_each_where_there_is_no_terminal(demo_night: Night) -> None:
    lines = demo_night[1].stderr.splitlines()
    assert [line for line in lines if line.endswith("…")] == [
        "Collecte des sources…",
        "Construction des tables…",
        "Relecture du bilan imprimé…",
        "Contrôles…",
        "Pages des contrôles…",
        "Publication…",
        "Rapport…",
        "Courriel…",
    ]
    assert "…\n" not in demo_night[1].stdout
