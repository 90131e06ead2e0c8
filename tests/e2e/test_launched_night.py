"""A station as Dagster launches its runs: its schedule, its sensors, its pages; queue and launcher.

Here: in the environment of who installs the wheel with ``requirements/run.lock``, in a folder that
is no clone, one station that is told from its first night on. Not here: what a night finds
(``test_demo``), Great Expectations where PySpark is (``test_beside_pyspark``), which hours are due
(``test_schedules``).
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
)
from packaging.requirements import Requirement

from orchestration.schedules import every_night
from sources.archive import Archive, FetchStatus
from tests.conftest import PROJECT
from tests.dagster_pages import Run, ask, ended, launch, runs, until
from tests.serving import MOST_PAUSES, PAUSE, free_port, serving

pytestmark = pytest.mark.slow


AGAIN = """
mutation ($again: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $again) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }
"""
BACKFILL = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status } } }
"""
MADE = """
query ($run: ID!) { runOrError(runId: $run) { ... on Run { assetMaterializations {
  assetKey { path } } } } }
"""
SCHEDULES = """
{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name }
  schedules { name scheduleState { status } } sensors { name sensorState { status } } } } } }
"""
UNDER_WAY = {"REQUESTED", "COMPLETING"}
BY_SCHEDULE = [{"key": "dagster/schedule_name", "value": "every_night"}]
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")
BUSY = 75
BEGIN_AGAIN = "Recommencez quand elle sera finie"
RIGHT, WRONG = "dreets_pcrh_2024.csv", "dreets_indicateurs.csv"
MOTIVE = "Le recueil est devenu national : une mission ne nomme plus qu'un thème"
SIGNED = ("--decision", "rupture", "--auteur", "Claire Le Goff", "--motif", MOTIVE)


@pytest.fixture(scope="module")
def vigie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a wheel, installed with the locked dependencies and nothing of the clone."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    leave_out = shutil.ignore_patterns(
        ".venv", ".git", "var", "target", "logs", "__pycache__", "build"
    )
    shutil.copytree(PROJECT, source, ignore=leave_out, symlinks=True)
    wheels = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, *PIP, *wheels, str(source)], check=True)
    bare = ["venv", "--without-pip", str(folder / "venv")]
    subprocess.run([sys.executable, "-m", *bare], check=True)
    link_locked(source / "requirements" / "run.lock", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    (wheel,) = folder.glob("vigie-*.whl")
    into = [*PIP, "--python", str(python), "install", "--no-deps", str(wheel)]
    subprocess.run([sys.executable, *into], check=True)
    shutil.rmtree(source)
    return python.with_name("vigie")


def link_locked(lock: Path, environment: Path) -> None:
    """Give an environment what a lock names, of its versions, and nothing else.

    It is linked from this one, which ``make`` installed from that lock by its hashes.
    """
    lines = lock.read_text("utf-8").replace("\\\n", "").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            locked = Requirement(line.partition("--hash")[0])
            if locked.marker is None or locked.marker.evaluate():
                found = metadata.distribution(locked.name)
                assert found.version in locked.specifier
                for file in found.files or ():
                    link(Path(os.path.normpath(str(found.locate_file(file)))), environment)


def link(file: Path, environment: Path) -> None:
    """Link a file of this environment into another, whose Python its commands are to start."""
    place = environment / file.relative_to(sys.prefix)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.parent.name == "bin":
        shutil.copy2(file, place)
        place.write_bytes(file.read_bytes().replace(sys.prefix.encode(), bytes(environment)))
        return
    place.unlink(missing_ok=True)
    try:
        place.hardlink_to(file)
    except OSError:  # on another disk
        shutil.copy2(file, place)


def environment() -> dict[str, str]:
    """Return the environment of a user who has set nothing."""
    ours = ("VIGIE_", "DAGSTER_", "DBT_", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def fetch_again(address: str, session: str) -> str:
    """Launch one partition of the sessions of Parcoursup, and return how it ended."""
    asked = {"assetSelection": [{"path": ["extract", "parcoursup"]}], "partitionNames": [session]}
    backfill = ask(address, AGAIN, again=asked)["launchPartitionBackfill"]["backfillId"]
    for _ in range(MOST_PAUSES):
        status = str(ask(address, BACKFILL, id=backfill)["partitionBackfillOrError"]["status"])
        if status not in UNDER_WAY:
            return status
        time.sleep(PAUSE)
    raise AssertionError("the session was not fetched")


def left_behind(folder: Path) -> list[bytes]:
    """Return the commands of the processes that work in a folder."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder in (process / "cwd").readlink().parents or (process / "cwd").samefile(folder):
                left.append((process / "cmdline").read_bytes())
    return left


@dataclass
class Station:
    """A station that is launched: where it is, how its command is typed, what its pages answered.

    Attributes:
        vigie: The command.
        folder: Where the user stands.
        address: That of the pages.
        seen: What was seen while it went on, each by its name.
    """

    vigie: Path
    folder: Path
    address: str = ""
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """Its state."""
        return self.folder / "var" / "demo"

    @property
    def manifest(self) -> Mapping[str, Any]:
        """That of the release in force."""
        content = (self.home / "releases" / "current" / "manifest.json").read_text("utf-8")
        manifest: Mapping[str, Any] = json.loads(content)
        return manifest

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Type a command."""
        return subprocess.run(
            [str(self.vigie), *arguments],
            cwd=self.folder,
            env={**environment(), "COLUMNS": "160"},
            capture_output=True,
            text=True,
            check=False,
        )

    def drop(self, name: str, before: str, after: str) -> Path:
        """Copy a deposit into the inbox with another text, under a name that nobody reads yet."""
        path = self.home / "inbox" / name
        text = path.read_text("utf-8")
        assert before in text
        copy = path.with_name(f"{name}.part")
        copy.write_text(text.replace(before, after), "utf-8")
        return copy


def last_looked_at(home: Path, moment: datetime) -> None:
    """Leave what a daemon leaves that looked at the schedule, and then was down."""
    (home / "dagster").mkdir(parents=True)
    code = GrpcServerCodeLocationOrigin("localhost", socket="", location_name="vigie")
    repository = RemoteRepositoryOrigin(code, "__repository__")
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        instance.add_instigator_state(
            InstigatorState(
                RemoteInstigatorOrigin(repository, every_night.name),
                InstigatorType.SCHEDULE,
                InstigatorStatus.DECLARED_IN_CODE,
                ScheduleInstigatorData("0 2 * * *", moment.timestamp()),
            )
        )


def is_held(home: Path, job: str) -> bool:
    """Tell whether a run of a job works on a station."""
    lock = home / ".night.lock"
    return lock.exists() and f'"job": "{job}"' in lock.read_text("utf-8")


def of_job(station: Station, job: str, **more: Any) -> list[Run]:  # noqa: ANN401 as GraphQL
    return runs(station.address, pipelineName=job, **more)


def at_work(station: Station, job: str) -> Run:
    """Wait until a run of a job works on the station."""
    return until(lambda: of_job(station, job) if is_held(station.home, job) else [])


def made_by(station: Station, run_id: str) -> set[str]:
    """Return the assets that a run made."""
    made = ask(station.address, MADE, run=run_id)["runOrError"]["assetMaterializations"]
    return {"/".join(each["assetKey"]["path"]) for each in made}


def first_night(station: Station) -> None:
    """After a week without a daemon, its schedule launches one night; another is asked for."""
    night = at_work(station, "nightly")
    station.seen["two at once"] = station.run("demo")
    station.seen["first night"] = ended(station.address, night["runId"])["status"]
    station.seen["session"] = fetch_again(station.address, "2018")
    station.seen["by schedule"] = of_job(station, "nightly", tags=BY_SCHEDULE)
    station.seen["first release"] = station.manifest


def deposits_and_a_decision(station: Station) -> None:
    """Two deposits arrive, one of which cannot be read; meanwhile somebody decides."""
    listed = station.run("findings").stdout.splitlines()
    finding = next(line.split()[0] for line in listed if "1A4_pcrh_te" in line)
    right = station.drop(RIGHT, ";264;", ";265;")
    wrong = station.drop(WRONG, "Valeur", "Montant")
    for copy in (right, wrong):
        copy.rename(copy.with_suffix(""))
    run = at_work(station, "deposit")
    decision = station.run("decide", finding[:6], *SIGNED)
    station.seen["deposit"] = ended(station.address, run["runId"])["status"]
    if BEGIN_AGAIN in decision.stderr:
        # The run was further than the one that decides was fast: he does what he is told.
        decision = station.run("decide", finding[:6], *SIGNED)
    station.seen["decision"] = decision
    station.seen["made"] = made_by(station, run["runId"])
    station.seen["second release"] = station.manifest


def night_with_nothing_new(station: Station) -> None:
    """The pages launch a night, which finds all made already."""
    night = launch(station.address, "nightly")
    station.seen["quiet night"] = ended(station.address, night)["status"]
    station.seen["made again"] = made_by(station, night)
    station.seen["third release"] = station.manifest
    station.seen["runs of deposits"] = of_job(station, "deposit")


@pytest.fixture(scope="module")
def station(vigie: Path, tmp_path_factory: pytest.TempPathFactory) -> Station:
    """A station whose services were started, told all this, and ended."""
    station = Station(vigie, tmp_path_factory.mktemp("launched"))
    last_looked_at(station.home, datetime.now(UTC) - timedelta(days=8))
    station.address = f"http://127.0.0.1:{(port := free_port())}"
    with serving(
        [str(vigie), "ui", "--port", str(port), "--bureau", str(free_port())],
        f"{station.address}/server_info",
        cwd=station.folder,
        environment=environment(),
        log=station.folder / "ui.log",
    ):
        (repository,) = ask(station.address, SCHEDULES)["repositoriesOrError"]["nodes"]
        station.seen["repository"] = repository
        first_night(station)
        deposits_and_a_decision(station)
        night_with_nothing_new(station)
    station.seen["left behind"] = left_behind(station.folder)
    return station


def test_a_week_down_is_caught_up_by_one_night_that_the_schedule_launches(
    station: Station,
) -> None:
    (schedule,) = station.seen["repository"]["schedules"]
    assert schedule == {"name": "every_night", "scheduleState": {"status": "RUNNING"}}
    assert [run["status"] for run in station.seen["by schedule"]] == ["SUCCESS"]
    assert station.seen["first night"] == "SUCCESS"
    assert station.seen["first release"]["previous"] is None


def test_every_sensor_runs_without_being_asked_to(station: Station) -> None:
    states = {
        sensor["name"]: sensor["sensorState"]["status"]
        for sensor in station.seen["repository"]["sensors"]
    }
    assert "arrived_deposit" in states
    assert set(states.values()) == {"RUNNING"}


def test_a_second_night_is_refused_while_one_goes_on(station: Station) -> None:
    refused = station.seen["two at once"]
    assert refused.returncode == BUSY, refused.stdout + refused.stderr
    assert "une nuit (exécution" in refused.stderr


def test_a_session_is_fetched_again_from_the_pages(station: Station) -> None:
    assert station.seen["session"] == "COMPLETED_SUCCESS"
    first, second, *_ = Archive(station.home).outcomes("parcoursup_2018")
    assert (second.status, second.bytes) == (FetchStatus.UNCHANGED, first.bytes)


def test_deposits_that_arrive_are_read_once_and_only_what_depends_on_them_is_made_again(
    station: Station,
) -> None:
    assert station.seen["deposit"] == "SUCCESS"
    assert len(station.seen["runs of deposits"]) == 1
    made = station.seen["made"]
    assert {name for name in made if name.startswith("extract/")} == {
        "extract/dreets_pcrh_2024",
        "extract/dreets_indicateurs",
    }
    assert {"indicators/1A4_pcrh_te", "publication/release", "publication/quality_mail"} <= made
    assert not made & {"indicators/2A3_part_filles_voeux", "marts/dim_area"}
    first, second = station.seen["first release"], station.seen["second release"]
    changed = {
        name for name, extract in second["extracts"].items() if extract != first["extracts"][name]
    }
    assert changed == {"dreets_pcrh_2024"}


def test_a_deposit_that_cannot_be_read_has_its_receipt_as_a_night_gives_it(
    station: Station,
) -> None:
    last = Archive(station.home).latest_outcomes()["dreets_indicateurs"]
    assert last.status is FetchStatus.REFUSED
    receipts = sorted((station.home / "accuses" / "dreets_indicateurs").glob("*.txt"))
    assert "Montant" in receipts[-1].read_text("utf-8")
    assert len(receipts) == 2


def test_a_decision_waits_for_what_goes_on_and_goes_out(station: Station) -> None:
    told = station.seen["decision"]
    assert told.returncode == 0, told.stdout + told.stderr
    (signed,) = station.seen["second release"]["decisions"]
    assert (signed["decision"], signed["standing"]) == ("rupture", "en vigueur")


def test_the_next_night_finds_all_made_already(station: Station) -> None:
    assert station.seen["quiet night"] == "SUCCESS"
    assert {name.partition("/")[0] for name in station.seen["made again"]} == {"extract"}
    assert station.seen["third release"] == station.seen["second release"]


def test_nothing_is_left_of_the_services_and_the_command_line_goes_on(station: Station) -> None:
    assert station.seen["left behind"] == []
    assert station.run("--version").stdout.startswith("vigie 0.")
    assert "Maine-et-Loire" in station.run("explain", "1A4_pcrh_te", "2024", "DEP-49").stdout
    assert {path.name for path in station.folder.iterdir()} == {"ui.log", "var"}
