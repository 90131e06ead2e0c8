"""What a station writes, one operation at a time, on a small station made in milliseconds.

Here: the station, and each operation as the product runs it, which may be run again. Not here: what
happens to them (``traced``), what must hold afterwards (``station_pictures``).
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path
from typing import Final

from expectations.decisions.decision import Choice
from orchestration.alarms.heartbeat import leave_heartbeat
from orchestration.backups.packing import back_up
from orchestration.backups.unpacking import HomeTakenError, restore
from orchestration.reporting.narrowed_night import mails_of
from orchestration.reporting.report import make_current, write_report
from orchestration.reporting.report_pdf import REPORT_PDF
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.settings.smtp import SmtpSettings
from orchestration.station.environment import create_folders
from orchestration.station.job_names import NIGHTLY
from orchestration.station.locks import alone, show_alive
from orchestration.station.mail_progress import read_progress
from orchestration.station.mail_readers import MailContent, MailReader
from orchestration.station.outbox import Outbox
from orchestration.station.publishing import publish
from orchestration.station.register import Register
from orchestration.station.release import NAME
from orchestration.station.releases_in_force import current_release
from orchestration.station.retention import forget_files
from orchestration.station.vintages_copy import bring_vintages_back, keep_vintages
from orchestration.station.warehouse import opened, refuse_when_held
from sources.archive import Archive
from sources.collect import Credentials, collect_all
from sources.registry import source
from sources.replay.deposits import FOLDER
from sources.storage.aside import point_aside, write_folder_aside
from sources.wire.http import PortalSession
from tests.unit.expectations.decisions.deciding import decided, found, observed
from tests.unit.orchestration.reporting.nights import quiet_night

DEPOSIT: Final = "cariforef_indicateurs"
FIRST, LAST = "20241121T010000000000Z", "20241122T010000000000Z"
NOW: Final = datetime(2026, 11, 29, 1, tzinfo=UTC)
LONG_AGO: Final = datetime(2025, 1, 1, tzinfo=UTC).timestamp()
ROWS: Final = observed({"DEP-0": 606, "DEP-1": 4}).assign(publication="published")
READERS: Final = ("gestion@cariforef.example", "direction@cariforef.example")
FOLLOWERS: Final = (
    MailReader(READERS[0], frozenset({MailContent.REPORT})),
    MailReader(READERS[1], frozenset({MailContent.REPORT}), ("1.*",)),
)
ARCHIVE: Final = "backup.tar"
RESTORED: Final = "restored"
SMALL_NIGHT: Final = "a small night"
Act = Callable[[Path], None]


@dataclass(frozen=True)
class Subject:
    """One operation.

    Attributes:
        name: What it is called in the table.
        act: The operation, given a home; run again, it ends what was cut short.
        prepare: What the small station lacks for it.
    """

    name: str
    act: Act
    prepare: Act = Path.exists


def make_station(home: Path) -> None:
    """Make a station with something of every kind: an extract, a decision, releases, mails."""
    folders = Folders(home)
    create_folders(folders)
    shutil.copy(FOLDER / f"{DEPOSIT}.csv", folders.inbox)
    collect_deposit(home)
    sign("DEP-0", home)
    for name, previous in ((FIRST, None), (LAST, FIRST)):
        publish(folders.releases, name, ROWS, _manifest(previous) | _remembered(home))
        (folders.reports / name).mkdir()
        for page in ("findings.json", "index.html"):
            (folders.reports / name / page).write_text("[]", "utf-8")
        point_aside(folders.reports / "current", name)
    for name in ("a", "b"):
        Outbox(folders.outbox).put(message(name))
    with opened(folders.warehouse, read_only=False) as connection:
        connection.execute("create schema snapshots")
        connection.execute("create table snapshots.observation_vintages as select 1 as v")
    keep_vintages(folders)
    leave_heartbeat(Settings(home=home), NOW - timedelta(days=1))


def _remembered(home: Path) -> dict[str, object]:
    """Return what a release remembers of the register."""
    register = Register(home)
    known = [
        {"decision_id": each.decision_id, "finding_id": each.finding_id}
        for each in register.decisions()
    ]
    return {"decisions": known, "last_decision": register.last_id()}


def collect_deposit(home: Path) -> None:
    """Collect a deposit: fetched, kept, judged, recorded, landed."""
    collect_all(
        [source(DEPOSIT)],
        archive=Archive(home),
        session=PortalSession(),
        region="52",
        credentials=Credentials(),
        accept=lambda _source, _table: (),
    )


def correct_deposit(home: Path) -> None:
    """Drop another deposit."""
    place = home / "inbox" / f"{DEPOSIT}.csv"
    place.write_text(place.read_text("utf-8").replace(";1361;", ";1360;"), "utf-8")


def sign(area: str, home: Path) -> None:
    """Sign a decision."""
    tonight = observed({area: 4}, {area: 43})
    finding = found(area, rank=int(area[-1]))
    subject = decided(finding, Choice.BREAK, tonight).subject
    Register(home).add(subject, Choice.BREAK, "Claire Le Goff", "Recueil devenu national")


def message(name: str) -> EmailMessage:
    """Return a mail for two readers."""
    made = EmailMessage(policy=SMTP)
    made["From"] = "vigie@cariforef.example"
    made["To"] = ", ".join(READERS)
    made["Subject"] = "Vigie : un indicateur retenu"
    made["Message-ID"] = f"<{name}@cariforef.example>"
    made.set_content("Bonsoir.")
    return made


def _manifest(previous: str | None) -> dict[str, object]:
    return {"previous": previous, "extracts": {}, "findings": [], "decisions": [], "held": []}


def publish_tonight(home: Path) -> None:
    """Publish, as a night does: under the name of the moment, unless it is in force already."""
    releases = Folders(home).releases
    create_folders(Folders(home))
    last = current_release(releases)
    if last and last.manifest.get("fingerprint") == "tonight":
        return
    former = last.release_id if last else None
    manifest = _manifest(former) | _remembered(home) | {"fingerprint": "tonight"}
    publish(releases, datetime.now(UTC).strftime(NAME), ROWS, manifest)


def write_report_and_mail(home: Path) -> None:
    """Write the report of the release in force, and its mail, in the order of a night."""
    folders = Folders(home)
    night = replace(quiet_night(), release_id=LAST)
    page = write_report(folders.reports, night)
    for mail in mails_of(night, "vigie@localhost", FOLLOWERS, page.with_name(REPORT_PDF)):
        Outbox(folders.outbox).put(mail)
    make_current(page)


def send(port: int, home: Path) -> None:
    """Send what waits to a server of the loopback."""
    smtp = SmtpSettings(host="127.0.0.1", port=port, security="none")
    records = [read_progress(path) for path in (home / "outbox").glob("[!.]*.json")]
    tried = max((each.tried_at for each in records if each.tried_at), default=NOW)
    # Days after the try before: what is run again is due.
    Outbox(home / "outbox").send_pending(smtp, at=tried + timedelta(days=2))


def age_station(home: Path) -> None:
    """Make of a station one where much is to be forgotten: an old mail, an old release."""
    folders = Folders(home)
    publish(folders.releases, "20241123T010000000000Z", ROWS, _manifest(LAST))
    publish(folders.releases, "20241124T010000000000Z", ROWS, _manifest("20241123T010000000000Z"))
    for old in (folders.outbox / "sent" / "old.eml", folders.dagster / "storage" / "run" / "out"):
        old.parent.mkdir(parents=True, exist_ok=True)
        old.write_text("x", "utf-8")
    for old in (folders.outbox / "sent" / "old.eml", folders.dagster / "storage" / "run"):
        os.utime(old, (LONG_AGO, LONG_AGO))
    (folders.dagster / "nightly.log").write_bytes(b"x" * ((1 << 20) + 1))


def back_station_up(home: Path) -> None:
    """Back a station up, beside it."""
    back_up(Folders(home), home / ARCHIVE, NOW)


def restore_station(home: Path) -> None:
    """Make a station of the backup; one that is whole already is left alone."""
    new = Folders(home / RESTORED)
    try:
        restore(home / ARCHIVE, new, waiting=print)
    except HomeTakenError:
        if not (new.home / "releases" / "current").exists():
            raise


def build_warehouse(home: Path) -> None:
    """Replace a table of the warehouse, in one transaction as dbt does."""
    with opened(home / "warehouse.duckdb", read_only=False) as connection:
        connection.begin()
        connection.execute("create or replace table rows as select range as n from range(100000)")
        connection.commit()


def give_vintages_back(home: Path) -> None:
    """Give a warehouse the vintages that it lacks, in the order of a build."""
    folders = Folders(home)
    refuse_when_held(folders.warehouse)
    bring_vintages_back(folders)


def lose_warehouse(home: Path) -> None:
    """Keep the vintages, and lose what they were in."""
    folders = Folders(home)
    keep_vintages(folders)
    folders.warehouse.unlink()


def begin_run(home: Path) -> None:
    """Begin a run alone on the station, and end it."""
    folders = Folders(home)
    show_alive(folders, "0123abcd")
    with alone(folders, NIGHTLY, "0123abcd", waiting=print):
        pass


def small_night(port: int, home: Path) -> None:
    """Do all that a night writes, in its order, but for what dbt and Dagster do."""
    folders = Folders(home)
    create_folders(folders)
    begin_run(home)
    collect_deposit(home)
    sign("DEP-1", home)
    give_vintages_back(home)
    build_warehouse(home)
    keep_vintages(folders)
    publish_tonight(home)
    current_observations(home)
    write_report_and_mail(home)
    send(port, home)
    _forget(home)
    _good_night(home)


def current_observations(home: Path) -> None:
    """Read what is in force, and what it replaced, as the next night and the pages do."""
    release = current_release(home / "releases")
    while release:
        release.observations()
        release = release.previous


def open_station(home: Path) -> None:
    """Leave a station as a former version did: open to all, its releases recorded nowhere."""
    for path in (home, *home.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    (home / "releases" / "in_force.json").unlink()
    (home / "dagster" / "dagster.yaml").unlink()


def subjects(mail_port: int) -> tuple[Subject, ...]:
    """Return every operation; mails go to a server of the loopback."""
    return (
        Subject("collect a deposit", collect_deposit, correct_deposit),
        Subject("sign a decision", partial(sign, "DEP-1")),
        Subject("publish a release", publish_tonight),
        Subject("write a report and its mail", write_report_and_mail),
        Subject("send the mails", partial(send, mail_port)),
        Subject("leave the sign of a good night", _good_night),
        Subject("forget what is old", _forget, age_station),
        Subject("copy the vintages", lambda home: keep_vintages(Folders(home))),
        Subject("give the vintages back", give_vintages_back, lose_warehouse),
        Subject("build a table of the warehouse", build_warehouse),
        Subject("write the pages of the suites", _write_pages, _write_pages),
        Subject("back up", back_station_up),
        Subject("restore", restore_station, back_station_up),
        Subject("begin a run", begin_run),
        Subject(
            "open a station of a former version",
            lambda home: create_folders(Folders(home)),
            open_station,
        ),
    )


def _good_night(home: Path) -> None:
    leave_heartbeat(Settings(home=home), NOW)


def _forget(home: Path) -> None:
    forget_files(Settings(home=home), NOW)


def _write_pages(home: Path) -> None:
    write_folder_aside(home / "quality" / "data_docs" / "0123", {"index.html": "a", "b.html": "b"})
