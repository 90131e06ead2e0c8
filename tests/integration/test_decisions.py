"""A decision signed from the Launchpad: recorded, published at once, refused when it must be."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pytest
import yaml
from dagster._core.snap.snap_to_yaml import default_values_yaml_from_type_snap

from expectations.cells.indicator_definition import IndicatorDefinition, load_definitions
from expectations.decisions.decision import Choice
from orchestration.assets import publication
from orchestration.assets.decisions import BLANK, run_config
from orchestration.assets.publication import newly_decided
from orchestration.checks.indicators import checks_again
from orchestration.commands.stations import DEMO_AS_OF
from orchestration.dbt.fingerprint import is_quiet
from orchestration.dbt.project import read_manifest
from orchestration.definitions import build_definitions
from orchestration.keys import DECISIONS_KEY, RELEASE_KEY, REPORT_KEY, SIGNING_STEP, indicator_key
from orchestration.publication.deciding import draft_decision, record
from orchestration.publication.docket import UndecidableError, read_docket
from orchestration.publication.gatekeeping import make_release
from orchestration.reporting.report import make_current
from orchestration.resources import build_resources
from orchestration.sensors import unpublished_decision
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.build import BUILD
from orchestration.station.job_names import DECISION, REPUBLICATION
from orchestration.station.register import Register
from orchestration.station.release import Release
from orchestration.station.releases_in_force import current_release

ENVIRONMENT = (
    "VIGIE_HOME",
    "VIGIE_REGION",
    "VIGIE_AS_OF",
    "DAGSTER_HOME",
    "DBT_PROFILES_DIR",
    "DBT_TARGET_PATH",
)
AUTHOR, MOTIVE = "Claire Le Goff", "Le recueil est devenu national en 2024"


@pytest.fixture
def settings(station: Path) -> Iterator[Settings]:
    """The settings of a station; what they write to the environment is undone afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ENVIRONMENT:
            patch.setenv(name, "")
        patch.setenv("VIGIE_AS_OF", DEMO_AS_OF)
        yield Settings(home=station, region="52", replay="")


@pytest.fixture
def steps_of_the_report(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the report does of these two, in order."""
    done: list[str] = []

    def given(
        folders: Folders, definitions: Mapping[str, IndicatorDefinition], decided: Collection[str]
    ) -> Iterator[dg.AssetCheckEvaluation]:
        done.append("checks")
        return checks_again(folders, definitions, decided)

    def pointed_at(page: Path) -> None:
        done.append("current")
        make_current(page)

    monkeypatch.setattr(publication, "checks_again", given)
    monkeypatch.setattr(publication, "make_current", pointed_at)
    return done


def founding_finding(folders: Folders) -> str:
    (found,) = [it for it in read_docket(folders).open if it.indicator == "1A4_pcrh_te"]
    return found.finding_id


def launch(settings: Settings, job: str, config: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 Dagster's
    resolved = build_definitions(settings).resolve_job_def(job)
    with dg.DagsterInstance.get() as instance:
        return resolved.execute_in_process(
            run_config=config, instance=instance, raise_on_error=False
        )


def in_force(settings: Settings) -> Release:
    release = current_release(settings.folders.releases)
    assert release is not None
    return release


def total_of_2024(release: Release) -> "pd.Series[Any]":
    rows = release.observations()
    chosen = (rows["indicator"] == "1A4_pcrh_te") & (rows["ref_area"] == "REG-52")
    return rows[chosen & (rows["time_period"] == "2024")].iloc[0]


def test_a_decision_signed_in_the_launchpad_is_published_at_once(settings: Settings) -> None:
    folders = settings.folders
    typed = {
        "constat": founding_finding(folders)[:6],
        "decision": Choice.BREAK.value,
        "auteur": f" {AUTHOR}\u202e\n",
        "motif": f"{MOTIVE}\x1b[31m",
    }
    result = launch(settings, DECISION, run_config(typed))
    assert result.success
    told = total_of_2024(in_force(settings))
    assert (told["obs_value"], told["obs_status"]) == (4, "B")
    assert (told["pre_break_value"], told["decided_by"]) == (43, AUTHOR)
    assert told["motive"] == f"{MOTIVE}[31m"
    (signed,) = result.asset_materializations_for_node(SIGNING_STEP)
    assert signed.asset_key == DECISIONS_KEY
    assert signed.metadata["numéro"].value == 1
    assert "rupture" in str(signed.metadata["décision"].value)
    (named,) = in_force(settings).manifest["decisions"]
    assert (named["decided_by"], named["standing"]) == (AUTHOR, "en vigueur")


def test_the_default_configuration_signs_nothing_and_names_the_open_findings(
    settings: Settings,
) -> None:
    before = in_force(settings)
    result = launch(settings, DECISION, run_config(BLANK))
    assert not result.success
    assert founding_finding(settings.folders) in str(result.all_events)
    assert Register(settings.folders.home).decisions() == []
    assert in_force(settings) == before


def test_what_the_launchpad_holds_is_refused_where_it_was_not_filled_in(settings: Settings) -> None:
    finding = founding_finding(settings.folders)
    result = launch(settings, DECISION, run_config({**BLANK, "constat": finding, "motif": MOTIVE}))
    assert "Le champ « auteur » n'a pas été rempli" in str(result.all_events)
    assert Register(settings.folders.home).decisions() == []


def test_the_launchpad_has_a_line_a_field_and_a_colon_is_one(settings: Settings) -> None:
    job = build_definitions(settings).resolve_job_def(DECISION).get_job_snapshot()
    schema = job.config_schema_snapshot
    root = schema.get_config_snap(str(job.mode_def_snaps[0].root_config_key))
    held = default_values_yaml_from_type_snap(schema, root)
    fields = [line.strip().partition(":")[0] for line in held.splitlines()][3:8]
    assert fields == sorted(BLANK)
    motive = str(BLANK["motif"]).strip()
    filled = held.replace(motive, "L'enquête de 2024 : une mission").replace("''", "'0123'")
    typed = yaml.safe_load(filled)["ops"][SIGNING_STEP]["config"]
    assert typed["motif"].strip() == "L'enquête de 2024 : une mission"
    assert typed["constat"] == "0123"


def test_a_decision_that_nothing_published_makes_a_night_and_the_sensor_publishes_it(
    settings: Settings, steps_of_the_report: list[str]
) -> None:
    folders = settings.folders
    assert is_quiet(settings)
    docket, finding = read_docket(folders), founding_finding(folders)
    other = next(each for each in docket.open if each.indicator != "1A4_pcrh_te")
    record(folders, [draft_decision(docket, other.finding_id, Choice.HOLD, AUTHOR, MOTIVE)])
    # Whose run died once the release was out.
    make_release(settings, load_definitions(read_manifest(folders)), datetime.now(UTC))
    record(folders, [draft_decision(docket, finding, Choice.HOLD, AUTHOR, MOTIVE)])
    assert not is_quiet(settings)
    before = in_force(settings)
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, resources=build_resources(settings)) as context,
    ):
        asked = unpublished_decision(context)
        assert isinstance(asked, dg.RunRequest)
        republished = launch(settings, REPUBLICATION)
        assert republished.success
        assert isinstance(unpublished_decision(context), dg.SkipReason)
    assert in_force(settings).manifest["last_decision"] == 2
    assert in_force(settings) != before
    assert is_quiet(settings)
    checked = {each.asset_key for each in republished.get_asset_check_evaluations()}
    decided = {indicator_key("1A4_pcrh_te"), indicator_key(other.indicator)}
    again = {*decided, RELEASE_KEY, REPORT_KEY}
    assert checked == again, "what is said of it is of before otherwise"
    assert steps_of_the_report == ["checks", "current"], "a kill in between would lose them"
    assert newly_decided(folders) == set()
    held = in_force(settings).manifest["held"]
    assert finding in {cell["finding_id"] for cell in held}
    for named in in_force(settings).manifest["decisions"]:
        assert "motive" not in named, "nothing of a held value goes out, not even why"


def test_the_release_says_in_dagster_what_waits_for_a_decision(demo_home: Path) -> None:
    folders = Folders(demo_home)
    with dg.DagsterInstance.from_config(str(folders.dagster)) as instance:
        made = instance.get_latest_materialization_event(RELEASE_KEY)
    assert made is not None
    assert made.asset_materialization is not None
    waiting = made.asset_materialization.metadata["constats à traiter"]
    assert isinstance(waiting, dg.TableMetadataValue)
    assert founding_finding(folders) in {row.data["constat"] for row in waiting.records}


def test_what_keeps_from_deciding_is_an_upgrade_or_a_night_that_was_cut_short(
    station: Path,
) -> None:
    folders = Folders(station)
    record = folders.quality / BUILD
    built = json.loads(record.read_bytes())
    unreadable = {**built, "failed": [{"name": "of a former version"}]}
    of_another = {**built, "code_version": "another"}
    record.write_text(json.dumps(of_another), "utf-8")
    assert read_docket(folders).findings, "the tables are those of the release"
    with duckdb.connect(str(folders.warehouse)) as warehouse:
        warehouse.execute("delete from marts.fct_observation where time_period = '2024'")
    upgraded, cut_short = "Une autre version", "se déroule, ou a été"
    for said, content in ((upgraded, of_another), (upgraded, unreadable), (cut_short, built)):
        record.write_text(json.dumps(content), "utf-8")
        with pytest.raises(UndecidableError, match=said):
            read_docket(folders)
    record.unlink()
    with pytest.raises(UndecidableError, match=cut_short):
        read_docket(folders)
