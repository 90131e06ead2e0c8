"""From a file in the inbox to the receipt of its partner, night after night."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook, load_workbook

from orchestration.checks.extracts import Bench
from orchestration.deposits.choices import choices_of, reporters_of, words_of
from orchestration.deposits.delivery import acknowledge
from orchestration.deposits.file_lines import with_file_lines
from orchestration.deposits.prefilled import TemplateRequest, prefilled_rows
from orchestration.deposits.template import Template, template_workbook
from orchestration.settings.settings import Settings
from orchestration.station.environment import create_folders
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.client import Credentials
from sources.collect import collect
from sources.contract import MASKED
from sources.landing import landed_path
from sources.protocols.depots import confined
from sources.registry import source
from sources.replay.deposits import FOLDER, deposit_recordings
from sources.wire.http import PortalSession
from tests.conftest import PROJECT
from tests.unit.orchestration.deposits.test_templates import TODAY, TRAINING
from tests.unit.sources.protocols.depots.test_confined import MANY_STYLES, TABLE, workbook

PCRH = "dreets_pcrh_2024"
YEARS = "dreets_pcrh"
DASHBOARD = "france_travail_tableau_de_bord"
READERS = str(PROJECT / "deploy" / "destinataires.example.csv")
Night = Callable[[str], tuple[FetchOutcome, Path | None]]


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    partners, readers = {"dreets": "pole@exemple.fr"}, getattr(request, "param", "a@exemple.fr")
    known = Settings(home=tmp_path / "home", region="52", partners=partners, mail_to=readers)
    create_folders(known.folders)
    return known


@pytest.fixture
def night(settings: Settings) -> Night:
    """Collect one source, and write its receipt, as the night does."""

    def run(source_id: str) -> tuple[FetchOutcome, Path | None]:
        bench, known = Bench(settings.folders, "52"), source(source_id)
        outcome = collect(
            known,
            archive=Archive(settings.folders.home),
            session=PortalSession({}),
            region="52",
            credentials=Credentials(),
            accept=bench.accept,
        )
        return outcome, acknowledge(settings, known, outcome, bench.verdicts_tonight)

    return run


def drop(settings: Settings, content: bytes, name: str = f"{PCRH}.csv") -> None:
    (settings.folders.inbox / name).write_bytes(content)


def recorded() -> bytes:
    return (FOLDER / f"{PCRH}.csv").read_bytes()


def told(page: Path | None) -> str:
    """The plain text of a receipt, on one line."""
    assert page is not None
    return re.sub(r"\s+", " ", page.with_suffix(".txt").read_text("utf-8"))


def receipts(settings: Settings) -> list[Path]:
    return sorted(settings.folders.receipts.rglob("*.html"))


def test_an_accepted_deposit_is_told_cell_by_cell_once(settings: Settings, night: Night) -> None:
    drop(settings, recorded())
    outcome, page = night(PCRH)
    assert outcome.status is FetchStatus.NEW
    assert "9 lignes lues. Ce dépôt est en service." in told(page)
    assert "ligne 2, colonne « Nombre de PCRH » : 2024 · 44 · tous · 264" in told(page)
    assert "DÉPÔT PRÉCÉDENT" not in told(page)
    assert night(PCRH)[1] == page
    assert receipts(settings) == [page]
    (mail,) = settings.folders.outbox.glob("*.eml")
    assert "pole@exemple.fr" in mail.read_text()


def test_a_corrected_deposit_says_what_differs(settings: Settings, night: Night) -> None:
    drop(settings, recorded())
    night(PCRH)
    drop(settings, recorded().replace(b"tous;264", b"tous;1 264"))
    _, page = night(PCRH)
    assert "- 2024, 44, tous : Nombre de PCRH, 264 devient 1264" in told(page)
    drop(settings, recorded())
    _, back = night(PCRH)
    assert "1264 devient 264" in told(back)
    assert len(receipts(settings)) == 3


def test_years_come_in_a_file_each_under_one_name(settings: Settings, night: Night) -> None:
    """A new year needs no contract of its own; those of before stay as they were deposited."""

    def landed() -> dict[str, set[str]]:
        rows = pq.read_table(landed_path(settings.folders.home, YEARS)).to_pylist()
        found: dict[str, set[str]] = {}
        for row in rows:
            if (row["code_departement"], row["theme"]) == ("44", "tous"):
                found.setdefault(row["annee"], set()).add(row["nombre"])
        return found

    def deposit(year: bytes, number: bytes) -> tuple[FetchOutcome, Path | None]:
        content = recorded().replace(b"2024;", year + b";").replace(b"tous;264", b"tous;" + number)
        drop(settings, content, f"{YEARS}.csv")
        return night(YEARS)

    deposit(b"2025", b"270")
    _, second = deposit(b"2026", b"280")
    assert landed() == {"2025": {"270"}, "2026": {"280"}}
    assert "- 2026, 44, tous : ligne nouvelle, 280" in told(second)
    _, corrected = deposit(b"2025", b"271")
    assert landed() == {"2025": {"271"}, "2026": {"280"}}
    assert "- 2025, 44, tous : Nombre de PCRH, 270 devient 271" in told(corrected)
    refused, why = deposit(b"2024", b"264")
    assert refused.status is FetchStatus.REFUSED
    assert "Les années d'avant 2025 ont chacune un dépôt à leur nom" in told(why)
    assert landed() == {"2025": {"271"}, "2026": {"280"}}


def test_two_years_in_one_file_are_refused(settings: Settings, night: Night) -> None:
    lines = recorded().replace(b"2024;", b"2025;").splitlines()
    drop(settings, b"\n".join([*lines, *(line.replace(b"2025;", b"2026;") for line in lines[1:])]))
    (settings.folders.inbox / f"{PCRH}.csv").rename(settings.folders.inbox / f"{YEARS}.csv")
    outcome, _ = night(YEARS)
    assert outcome.status is FetchStatus.REFUSED
    assert "2025" in str(outcome.message)
    assert "2026" in str(outcome.message)


@contextmanager
def without_a_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the process that reads deposits not start."""
    with monkeypatch.context() as broken:
        broken.setattr(confined, "_PROCESS", confined.ReaderProcess())
        broken.setattr(sys, "executable", "/bin/false")
        yield


def test_a_reader_that_does_not_start_blames_no_partner_and_loses_no_deposit(
    settings: Settings, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(settings, recorded())
    with without_a_reader(monkeypatch):
        outcome, page = night(PCRH)
    assert (outcome.status, outcome.error_class) == (FetchStatus.FAILED, "retryable")
    assert "Les fichiers n'y sont pour rien" in str(outcome.message)
    assert page is None
    outcome, page = night(PCRH)
    assert outcome.status is FetchStatus.NEW
    assert "9 lignes lues" in told(page)


def test_without_a_reader_what_is_in_use_is_still_judged_and_told(
    settings: Settings, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(settings, recorded())
    outcome, _ = night(PCRH)
    row = {"source_id": PCRH, "extract_id": outcome.extract_id, "line": 1}
    with without_a_reader(monkeypatch):
        assert Bench(settings.folders, "52").verdicts_in_use(source(PCRH), outcome)
        assert with_file_lines(settings.folders.home, [row], "ligne") == [row]
        landed_path(settings.folders.home, PCRH).unlink()
        again, _ = night(PCRH)
    assert (again.status, again.error_class) == (FetchStatus.FAILED, "retryable")
    assert again.extract_in_use == outcome.extract_id
    assert night(PCRH)[0].status is FetchStatus.UNCHANGED
    assert landed_path(settings.folders.home, PCRH).exists()


def test_a_correction_with_an_older_date_has_its_receipt(settings: Settings, night: Night) -> None:
    """Copies and archives keep the date at which a file was written, before the former one."""
    drop(settings, recorded())
    night(PCRH)
    corrected = (PROJECT / "tests/data/reports/09-correction-with-older-mtime.xlsx").read_bytes()
    drop(settings, corrected, f"{PCRH}.xlsx")
    os.utime(settings.folders.inbox / f"{PCRH}.xlsx", (1_600_000_000, 1_600_000_000))
    outcome, page = night(PCRH)
    assert outcome.status is FetchStatus.NEW
    assert "264 devient 270" in told(page)
    assert "parce que son contenu n'avait jamais été reçu" in told(page)
    again, same = night(PCRH)
    assert (again.status, same) == (FetchStatus.UNCHANGED, page)
    assert again.notices == Archive(settings.folders.home).outcomes(PCRH)[-1].notices
    assert "c'est le dernier qui a été reçu" in again.notices[0]


def test_a_deposit_that_takes_too_much_is_refused_and_the_others_are_read(
    settings: Settings, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(settings, workbook(TABLE, MANY_STYLES), f"{PCRH}.xlsx")
    drop(settings, (FOLDER / "dreets_indicateurs.csv").read_bytes(), "dreets_indicateurs.csv")
    with monkeypatch.context() as little:
        limits = confined.LIMITS.model_copy(update={"memory": 64 << 20})
        little.setattr(confined, "LIMITS", limits)
        outcome, page = night(PCRH)
    assert (outcome.status, outcome.error_class) == (FetchStatus.REFUSED, "permanent")
    assert "Sa lecture dépasse 64 Mo de mémoire : n'y laisser que le tableau" in told(page)
    assert night("dreets_indicateurs")[0].status is FetchStatus.NEW


def test_a_file_cut_while_it_was_copied_is_told_then_read_when_it_is_whole(
    settings: Settings, night: Night
) -> None:
    cut = (PROJECT / "tests/data/reports/55-upload-in-progress.csv").read_bytes()
    for part in (cut, recorded().partition(b"Sarthe")[0]):
        drop(settings, part)
        outcome, page = night(PCRH)
        assert outcome.status is FetchStatus.REFUSED
        assert "À CORRIGER" in told(page)
    drop(settings, recorded())
    assert night(PCRH)[0].status is FetchStatus.NEW


def test_two_new_files_have_one_receipt_night_after_night(settings: Settings, night: Night) -> None:
    drop(settings, recorded())
    drop(settings, recorded().replace(b"tous;264", b"tous;265"), f"{PCRH}.txt")
    pages = {night(PCRH)[1] for _ in range(3)}
    assert len(pages) == len(receipts(settings)) == 1
    nights = Archive(settings.folders.home).outcomes(PCRH)
    assert [len(outcome.notices) for outcome in nights] == [1, 1, 1]


def spoiled() -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "X"
    sheet.append(
        ["Année", "Code département", "Thème", "Nombre total de PCRH", "Mode de collecte", "Autre"]
    )
    sheet.append([2024, "44", "tous", "abc", "nationale"])
    sheet.append([2024, None, "tous", "#REF!", "nationale"])
    sheet["D3"].data_type = "e"
    sheet.append([2024, "85", "tous", 1, "nationale"])
    sheet.append([2024, "85", "tous", 2, "nationale"])
    sheet.append([2024, "35", "inconnu", 2, "nationale"])
    return book


def test_a_refused_deposit_gives_every_reason_once_and_changes_nothing(
    settings: Settings, night: Night
) -> None:
    drop(settings, recorded())
    night(PCRH)
    landed = pq.read_table(landed_path(settings.folders.home, PCRH))
    spoiled().save(settings.folders.inbox / f"{PCRH}.xlsx")
    outcome, page = night(PCRH)
    assert outcome.status is FetchStatus.REFUSED
    for reason in (
        "La colonne attendue « Département » est absente.",
        "feuille « X », cellule D1 : La colonne attendue « Nombre de PCRH » est absente ; "
        "elle semble remplacée par « Nombre total de PCRH ».",
        "feuille « X », cellule D2 : « abc » n'est pas un nombre entier.",
        "feuille « X », cellule B3 : la cellule est vide",
        "feuille « X », cellule D3 : la cellule contient l'erreur #REF!",
        "feuille « X », ligne 4 : une autre ligne porte aussi « 2024 », « 85 », « tous » : n'en "
        "garder qu'une.",
        "feuille « X », ligne 5 : une autre ligne porte aussi",
        "feuille « X », cellule B6 : Code département « 35 ».",
        "feuille « X », cellule C6 : Thème « inconnu ».",
        "reste en service",
    ):
        assert reason in told(page).replace("\N{NO-BREAK SPACE}", " ")
    assert night(PCRH)[1] == page
    assert len(receipts(settings)) == 2
    assert pq.read_table(landed_path(settings.folders.home, PCRH)) == landed
    archive = Archive(settings.folders.home)
    kept = archive.paths(str(outcome.extract_id))[0].read_bytes()
    assert kept == (settings.folders.inbox / f"{PCRH}.xlsx").read_bytes()


def test_a_masked_value_is_told_and_is_no_zero(settings: Settings, night: Night) -> None:
    deposit_recordings(settings.folders.inbox, {PCRH: "valeur_masquee"})
    outcome, page = night(PCRH)
    assert outcome.status is FetchStatus.NEW
    assert "2024 · 49 · tous · masquée (secret statistique)" in told(page)
    landed = pq.read_table(landed_path(settings.folders.home, PCRH)).to_pylist()
    assert landed[1]["nombre"] == MASKED


def test_the_faults_of_the_demo_are_all_told(settings: Settings, night: Night) -> None:
    deposit_recordings(settings.folders.inbox, {PCRH: "depot_fautif"})
    _, page = night(PCRH)
    text = told(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "La colonne attendue « Thème » est absente" in text
    assert "ligne 2, colonne « Nombre de PCRH » : « deux cents » n'est pas un nombre entier" in text
    assert "ligne 3, colonne « Année » : « 2023 »" in text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7", "ni un classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sans mot de passe"),
        (b"\x00" * (21 << 20), "dépasse 20 Mo"),
    ],
)
def test_a_file_that_cannot_be_opened_has_its_receipt(
    content: bytes, reason: str, settings: Settings, night: Night
) -> None:
    drop(settings, content)
    _, page = night(PCRH)
    assert reason in told(page)
    assert "Aucun dépôt n'est encore en service." in told(page)
    assert night(PCRH)[1] == page
    assert len(receipts(settings)) == 1


def test_nothing_received_is_no_receipt(settings: Settings, night: Night) -> None:
    assert night(PCRH)[1] is None
    assert night("dgcl_epci")[1] is None
    assert receipts(settings) == []


@pytest.mark.parametrize("settings", [READERS], indirect=True)
def test_who_asks_for_receipts_has_a_copy_of_its_own_once(settings: Settings, night: Night) -> None:
    drop(settings, recorded())
    for _ in range(2):
        _, page = night(PCRH)
        assert page is not None
        page.unlink()
    texts = [path.read_text("utf-8") for path in settings.folders.outbox.glob("*.eml")]
    readers = sorted(re.findall(r"^To: (.+)$", "\n".join(texts), re.MULTILINE))
    assert readers == ["cariforef@exemple.fr", "pole@exemple.fr"]


def test_a_receipt_that_a_kill_prevented_is_made_the_next_night(
    settings: Settings, night: Night
) -> None:
    drop(settings, recorded())
    _, page = night(PCRH)
    assert page is not None
    page.unlink()
    outcome, again = night(PCRH)
    assert outcome.status is FetchStatus.UNCHANGED
    assert again == page
    assert page.exists()
    assert len(list(settings.folders.outbox.glob("*.eml"))) == 1


def reading(settings: Settings, day: str, value: object) -> None:
    """Fill the template of a reading, and deposit it."""
    known = source(DASHBOARD)
    choices = choices_of(known, [TRAINING], "52")
    asked = TemplateRequest(TRAINING, "52", TODAY)
    rows = prefilled_rows(known.contract, asked, choices, words_of(known, "52"), [])
    path = settings.folders.inbox / f"{DASHBOARD}.xlsx"
    path.write_bytes(
        template_workbook(Template(known, TRAINING, choices, reporters_of(known), rows[:1]))
    )
    book = load_workbook(path)
    book["Dépôt"]["A2"], book["Dépôt"]["E2"] = day, value
    for row in book["Collecte"].iter_rows(min_row=2):
        row[2].value = {"Mode de collecte": "tableau_de_bord", "Répondant": "x"}.get(row[0].value)
    book.save(path)


def test_readings_accumulate_night_after_night(settings: Settings, night: Night) -> None:
    for day, value in (("2025-04-15", 5.6), ("2025-05-15", "5,2 %"), ("2025-06-15", "nd")):
        reading(settings, day, value)
        outcome, page = night(DASHBOARD)
        assert outcome.status is FetchStatus.NEW, outcome.message
        assert "Ce dépôt est en service" in told(page)
    rows = pq.read_table(landed_path(settings.folders.home, DASHBOARD)).to_pylist()
    assert {(row["date_lecture"], row["valeur"], row["repondants"]) for row in rows} == {
        ("2025-04-15", "5.6", "France Travail"),
        ("2025-05-15", "5,2", "France Travail"),
        ("2025-06-15", None, "France Travail"),
    }
    assert len({row["_extract_id"] for row in rows}) == 3
    assert {row["mode_collecte"] for row in rows} == {"tableau_de_bord"}


def test_a_reading_without_a_day_is_refused(settings: Settings, night: Night) -> None:
    reading(settings, "15/04/2025", 5.6)
    outcome, page = night(DASHBOARD)
    assert outcome.status is FetchStatus.REFUSED
    assert "cellule A2 : Date de lecture « 15/04/2025 »" in told(page).replace("\xa0", " ")
