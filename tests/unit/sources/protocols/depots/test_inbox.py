"""Every file of the inbox is read, or told with the name it seems to mean."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.protocols.depots import inbox as inboxes
from sources.protocols.depots.inbox import MOST_TOLD, deposits_named, strays
from sources.registry import sources

DEPOSITS = sorted(
    known.contract.dataset
    for known in sources().values()
    if known.contract.protocol in {"depot", "france_travail_series"}
)
PCRH = "dreets_pcrh_2024"


def sentence_on(folder: Path, name: str) -> str:
    (folder / name).write_bytes(b"x")
    (only,) = strays(folder, DEPOSITS).files
    return str(only)


@pytest.mark.parametrize(
    "name",
    [
        "dreets_pcrh_2024 (1).xlsx",
        "DREETS-PCRH-2024 (1).xlsx",
        "Dreets_Pcrh_2024.xlsx",
        "dreets-pcrh-2024.xlsx",
        "dreets pcrh 2024.xlsx",
        "dreets_pcrh_2024_v2.xlsx",
        "dreets_pcrh_2024_corrigé.xlsx",
        "Copie de dreets_pcrh_2024.xlsx",
        "drééts_pcrh_2024.xlsx",
        "dreets_pcrh_2024\u200b.xlsx",
        "dreets_pchr_2024.xlsx",
        "2025-01-12 DREETS PCRH 2024.xlsx",
        "PCRH 2024 (DREETS).xlsx",
        "dreets_pcrh_2024.xlsx ",
    ],
)
def test_a_name_that_is_nearly_a_deposit_is_proposed(name: str, tmp_path: Path) -> None:
    said = sentence_on(tmp_path, name)
    assert "il semble vouloir dire « dreets_pcrh_2024.xlsx » : le renommer ainsi" in said
    assert deposits_named(tmp_path, PCRH) == []
    (tmp_path / f"{PCRH}.xlsx").touch()
    (again,) = strays(tmp_path, DEPOSITS).files
    assert again.reason.endswith("qui est déjà là : s'il vaut mieux, le mettre à sa place.")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (f"{PCRH}.pdf", "ce n'est pas un tableau que Vigie lit : s'il accompagne le dépôt"),
        (f"{PCRH}.zip", "s'il porte les chiffres, les déposer en .xlsx"),
        (f"{PCRH} (1).pdf", "mais ce n'est pas un tableau"),
        (f"{PCRH}.csv ", "« dreets_pcrh_2024.csv[U+0020] »"),
        ("Indicateurs Région.xlsx", "« region_indicateurs.xlsx »"),
        ("dreets_pcrh_2023_2024.xlsx", "« dreets_pcrh_2023.xlsx » ou « dreets_pcrh_2024.xlsx »"),
        ("photo.png", "ne correspond à aucune source"),
        ("budget.xlsx", "ne correspond à aucune source"),
        ("dreets_pcrh_2025.xlsx", "« dreets_pcrh.xlsx »"),
        ("dreets_prch_2022.xlsx", "« dreets_pcrh_2023.xlsx » ou « dreets_pcrh_2024.xlsx »"),
        (f".~lock.{PCRH}.xlsx#", "verrou d'un tableur"),
        (f"~${PCRH}.xlsx", "verrou d'un tableur"),
        (f"{PCRH}.xlsx.part", "en cours"),
        ("Non confirmé 12.crdownload", "en cours"),
        (f".{PCRH}.xlsx.Xa81", "fichier caché"),
        ("Thumbs.db", "fichier du système"),
        (f"._{PCRH}.xlsx", "fichier du système"),
        (f"{PCRH}\u202exslx.exe", "[U+202E]"),
        ("saut\nde ligne.xlsx", "[U+000A]"),
    ],
)
def test_what_is_no_deposit_is_told(name: str, said: str, tmp_path: Path) -> None:
    assert said in sentence_on(tmp_path, name)


def test_a_longer_name_is_not_mistaken_for_a_shorter_one(tmp_path: Path) -> None:
    assert "« cariforef_bilan_2023_2024_texte.csv »" in sentence_on(
        tmp_path, "Cariforef_bilan_2023_2024_texte.csv"
    )


def test_links_folders_and_what_is_no_file_are_told(tmp_path: Path) -> None:
    (tmp_path / f"{PCRH}.xlsx").mkdir()
    (tmp_path / f"{PCRH}.csv").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / f"{PCRH}.ods")
    found = {stray.name: stray for stray in strays(tmp_path, DEPOSITS).files}
    assert "dossier" in found[f"{PCRH}.xlsx"].reason
    assert "lien" in found[f"{PCRH}.csv"].reason
    assert "fichier ordinaire" in found[f"{PCRH}.ods"].reason
    assert {stray.likely for stray in found.values()} == {(PCRH,)}
    assert deposits_named(tmp_path, PCRH) == []


def test_deposits_are_not_told_whatever_the_case_of_their_ending(tmp_path: Path) -> None:
    for name in (f"{PCRH}.XLSX", f"{PCRH}.csv", "region_indicateurs.ods", PCRH):
        (tmp_path / name).write_bytes(b"x")
    assert strays(tmp_path, DEPOSITS).files == ()
    assert len(deposits_named(tmp_path, PCRH)) == 3


def test_thousands_of_files_are_counted_and_the_tables_come_first(tmp_path: Path) -> None:
    for rank in range(MOST_TOLD + 50):
        (tmp_path / f"a{rank:04}.jpg").touch()
    (tmp_path / "zz_dreets_pcrh_2024.xlsx").touch()
    found = strays(tmp_path, DEPOSITS)
    assert found.files[0].likely == (PCRH,)
    assert (len(found.files), found.untold) == (MOST_TOLD, 51)
    assert found.sentences[-1].startswith("Et 51 autre(s)")


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"dreets_\xff.xlsx")).touch()
    (only,) = strays(tmp_path, DEPOSITS).files
    assert str(only).encode()
    assert "[U+DCFF]" in only.name


def test_an_inbox_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert strays(tmp_path / "rien", DEPOSITS).files == ()


@given(st.text(min_size=1, max_size=200))
def test_any_name_is_told_in_one_short_line(name: str) -> None:
    keys = {dataset: inboxes._letters(dataset) for dataset in DEPOSITS}
    said = str(inboxes._stray(inboxes._Entry(name, ""), keys, Path("/nowhere")))
    assert said.isprintable()
    assert len(said) < 1500
    assert said.encode()
