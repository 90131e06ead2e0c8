"""A source that breaks stops nothing: outcome, message, last good extract, and the others."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import SecretStr

from orchestration.extract_verdicts import Bench
from orchestration.settings import Folders
from sources.archive import Archive, Status
from sources.collect import Credentials
from sources.http import Limits
from sources.landing import landed_path
from sources.replay.app import create_app
from sources.replay.deposits import deposit_recordings
from sources.replay.faults import Fault

CollectNight = Callable[..., Any]

PARCOURSUP, INSEE = "parcoursup_2019", "insee_emploi_communes"
FRANCE_TRAVAIL, DREETS = "france_travail_acces_emploi", "dreets_pcrh_2024"

Case = tuple[str, str, Status, str, str]

CASES: list[Case] = [
    (PARCOURSUP, "tronque", Status.REFUSED, "permanent", "le portail en annonce 11577"),
    (PARCOURSUP, "interrompu", Status.REFUSED, "permanent", "interrompu son export"),
    (PARCOURSUP, "vide", Status.REFUSED, "permanent", "que sa ligne de titres"),
    (PARCOURSUP, "html", Status.REFUSED, "permanent", "page web"),
    (PARCOURSUP, "colonne_renommee", Status.REFUSED, "permanent", "par « acc_tot_filles »"),
    (PARCOURSUP, "panne", Status.FAILED, "retryable", "erreur 503"),
    (PARCOURSUP, "quota", Status.FAILED, "retryable", "10000 appels par jour est atteint"),
    (PARCOURSUP, "session_changee", Status.REFUSED, "permanent", "n'est pas l'extrait attendu"),
    (PARCOURSUP, "latin1", Status.REFUSED, "permanent", "pas du texte en UTF-8"),
    (PARCOURSUP, "ligne_trop_longue", Status.REFUSED, "permanent", "93 cellule(s) au lieu de 92"),
    (INSEE, "tronque", Status.REFUSED, "permanent", "L'INSEE annonce 14856 observations"),
    (INSEE, "html", Status.REFUSED, "permanent", "pas du JSON"),
    (INSEE, "colonne_renommee", Status.REFUSED, "permanent", "remplacée par « EMPSTA »"),
    (INSEE, "panne", Status.FAILED, "retryable", "erreur 503"),
    (INSEE, "jeu_retire", Status.FAILED, "permanent", "remplacé par « DS_RP_EMPLOI_LR_PRINC_2026"),
    (INSEE, "erreur_interne", Status.FAILED, "retryable", "qu'il publie toujours"),
    (INSEE, "modalite_refusee", Status.FAILED, "permanent", "EMPSTA_ENQ=1T2"),
    (INSEE, "millesime_geo", Status.REFUSED, "permanent", "géographie de « 2099 »"),
    (FRANCE_TRAVAIL, "jeton_refuse", Status.FAILED, "permanent", "FRANCE_TRAVAIL_CLIENT_SECRET"),
    (FRANCE_TRAVAIL, "droits_refuses", Status.FAILED, "permanent", "invalid_scope"),
    (FRANCE_TRAVAIL, "acces_refuse", Status.FAILED, "permanent", "l'un des droits"),
    (FRANCE_TRAVAIL, "quota", Status.FAILED, "retryable", "quota atteint"),
    (FRANCE_TRAVAIL, "vide", Status.MISSING, "permanent", "aucune valeur"),
    (FRANCE_TRAVAIL, "liste_absente", Status.MISSING, "permanent", "aucune valeur"),
    (FRANCE_TRAVAIL, "sans_valeur", Status.MISSING, "permanent", "aucune valeur"),
    (FRANCE_TRAVAIL, "tronque", Status.FAILED, "retryable", "autre chose que du JSON"),
    (FRANCE_TRAVAIL, "html", Status.FAILED, "retryable", "autre chose que du JSON"),
    (FRANCE_TRAVAIL, "panne", Status.FAILED, "retryable", "erreur 503"),
    (DREETS, "depot_illisible", Status.REFUSED, "permanent", "« dreets_pcrh_2024.xlsx »"),
    (DREETS, "depot_abime", Status.REFUSED, "permanent", "Le classeur est abîmé"),
    (DREETS, "depot_fautif", Status.REFUSED, "permanent", "« Thème » est absente"),
    (DREETS, "colonne_renommee", Status.REFUSED, "permanent", "« Nombre total de PCRH »"),
]


CHANGED = [
    (INSEE, "lignes_melees"),
    (INSEE, "mesures_vides"),
    (FRANCE_TRAVAIL, "masque"),
    (FRANCE_TRAVAIL, "revision"),
    (FRANCE_TRAVAIL, "nan"),
]
"""What is an answer all the same: it is taken, and what it says is landed."""


def test_every_fault_is_tried() -> None:
    tried_elsewhere = {
        Fault.JETON_EXPIRE,
        Fault.CODE_INCONNU,
        Fault.CHIFFRES_CORRIGES,
        Fault.VALEUR_MASQUEE,
        Fault.QUOTA_PASSAGER,
        Fault.NOMBRE_DEPLACE,
        Fault.GOUTTE_A_GOUTTE,
        Fault.COLONNE_RETYPEE,
        Fault.LIGNES_MELEES,
        Fault.BOM,
        Fault.CRLF,
        *(Fault(name) for _, name in CHANGED),
        Fault.PRODUIT_DEPLACE,
    }
    assert {fault for _, fault, *_ in CASES} | tried_elsewhere == set(Fault)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_a_fault_touches_its_source_only(
    home: Path, collect_night: CollectNight, case: Case
) -> None:
    source_id, fault, status, kind, says = case
    good = Archive(home).last_accepted(source_id)
    landed = landed_path(home, source_id).read_bytes()
    deposit_recordings(home / "inbox", {source_id: fault} if source_id == DREETS else {})

    night = collect_night(home, {source_id: fault})

    outcome = night.outcomes.pop(source_id)
    assert (outcome.status, outcome.error_class) == (status, kind)
    assert says in outcome.message
    assert outcome.extract_in_use == good.extract_id
    assert Archive(home).last_accepted(source_id) == good
    assert landed_path(home, source_id).read_bytes() == landed
    if status is Status.REFUSED:
        assert outcome.extract_id != good.extract_id
        assert all(path.exists() for path in Archive(home).paths(outcome.extract_id))
    assert {other.status for other in night.outcomes.values()} == {Status.UNCHANGED}


@pytest.mark.parametrize("fault", ["lignes_melees", "bom", "crlf"])
def test_the_same_rows_in_other_bytes_are_the_same_rows(
    home: Path, collect_night: CollectNight, fault: str
) -> None:
    good = landed_rows(home)
    assert collect_night(home, {PARCOURSUP: fault}).outcomes[PARCOURSUP].status is Status.NEW
    assert landed_rows(home) == good


def test_a_number_of_rows_that_moves_alone_is_seen(home: Path, collect_night: CollectNight) -> None:
    good = Archive(home).last_accepted(PARCOURSUP)
    outcome = collect_night(home, {PARCOURSUP: "nombre_deplace"}).outcomes[PARCOURSUP]
    assert outcome.status is Status.REFUSED
    assert "le portail en annonce 11578" in outcome.message
    assert Archive(home).last_accepted(PARCOURSUP) == good


def landed_rows(home: Path) -> list[tuple[str | None, ...]]:
    table = pq.read_table(landed_path(home, PARCOURSUP)).drop_columns(["_extract_id", "_line"])
    return sorted(zip(*table.to_pydict().values(), strict=True), key=str)


def test_a_passing_quota_is_waited_for(home: Path, collect_night: CollectNight) -> None:
    night = collect_night(home, {PARCOURSUP: "quota_passager"})
    assert night.outcomes[PARCOURSUP].status is Status.UNCHANGED
    asked = [one for one in night.journal if "fr-esr-parcoursup-2019" in one]
    assert len(asked) == 2


def test_a_drip_does_not_hold_the_night(home: Path, collect_night: CollectNight) -> None:
    limits = Limits(retries=0, total=1.0)
    outcome = collect_night(home, {PARCOURSUP: "goutte_a_goutte"}, limits=limits).outcomes
    assert (outcome[PARCOURSUP].status, outcome[PARCOURSUP].error_class) == (
        Status.FAILED,
        "retryable",
    )
    assert "trop lentement" in outcome[PARCOURSUP].message


def test_a_column_of_another_type_is_refused_by_its_rule(
    home: Path, collect_night: CollectNight
) -> None:
    judge = Bench(Folders(home), "52")
    night = collect_night(home, {PARCOURSUP: "colonne_retypee"}, accept=judge.accept)
    assert night.outcomes[PARCOURSUP].status is Status.REFUSED
    assert "acc_tot" in night.outcomes[PARCOURSUP].message


@pytest.mark.parametrize("fault", ["tronque", "colonne_renommee"])
def test_the_same_fault_says_the_same_every_night_and_ends_with_its_cause(
    home: Path, collect_night: CollectNight, fault: str
) -> None:
    first, second = (collect_night(home, {PARCOURSUP: fault}).outcomes for _ in range(2))
    assert first[PARCOURSUP].message == second[PARCOURSUP].message
    assert first[PARCOURSUP].extract_id == second[PARCOURSUP].extract_id
    assert collect_night(home).outcomes[PARCOURSUP].status is Status.UNCHANGED


def test_no_secret_is_written_anywhere(tmp_path: Path, collect_night: CollectNight) -> None:
    deposit_recordings(tmp_path / "inbox")
    collect_night(tmp_path)
    collect_night(tmp_path, {FRANCE_TRAVAIL: "jeton_refuse"})
    written = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    for secret in (b"tres-secret", b"Bearer", b"rejeu-1", b"set-cookie"):
        assert secret not in written
    with sqlite3.connect(tmp_path / "register.sqlite") as register:
        assert "tres-secret" not in "\n".join(register.iterdump())


def test_a_token_refused_once_is_renewed_once(home: Path, collect_night: CollectNight) -> None:
    night = collect_night(home, {FRANCE_TRAVAIL: "jeton_expire"})
    assert night.outcomes[FRANCE_TRAVAIL].status is Status.UNCHANGED
    asked = [one for one in night.journal if "francetravail" in one]
    assert ["access_token" in one for one in asked] == [True, False, True, False]


def landed(home: Path, source_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(landed_path(home, source_id)).to_pylist()
    return [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows]


def others(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["code_caract"] != "_T"]


@pytest.mark.parametrize(("source_id", "fault"), CHANGED)
def test_an_odd_answer_is_taken_whole(
    home: Path, collect_night: CollectNight, source_id: str, fault: str
) -> None:
    before = landed(home, source_id)
    outcome = collect_night(home, {source_id: fault}).outcomes[source_id]
    after = landed(home, source_id)
    assert outcome.status is Status.NEW
    assert len(after) == len(before)
    value, status = ("obs_value", "obs_status") if source_id == INSEE else ("taux", "masque")
    match fault:
        case "lignes_melees":
            assert after != before
            assert sorted(map(str, after)) == sorted(map(str, before))
        case "mesures_vides":
            assert {(row[value], row[status]) for row in after} == {(None, "L")}
        case "masque":
            hidden = [row for row in after if row["code_caract"] != "_T"]
            assert {(row[value], row[status]) for row in hidden} == {(None, "true")}
        case "revision":
            assert after[0][value] == "40.6"
            assert others(after) == others(before)
        case "nan":
            assert after[0][value] is None
            assert others(after) == others(before)


def test_another_product_with_the_same_data_is_no_news(
    home: Path, collect_night: CollectNight
) -> None:
    night = collect_night(home, {INSEE: "produit_deplace"})
    assert night.outcomes[INSEE].status is Status.UNCHANGED
    assert any("/melodi/data/" in one for one in night.journal)


def test_a_fault_that_a_source_cannot_show_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot show"):
        create_app({DREETS: "panne"})
    with pytest.raises(KeyError):
        create_app({"inconnue": "panne"})


def test_credentials_do_not_show() -> None:
    shown = Credentials(france_travail_client_secret=SecretStr("mot-de-passe"))
    assert "mot-de-passe" not in f"{shown!r} {shown}"


def test_rows_that_the_portal_announces_and_does_not_give_are_asked_for_again(
    home: Path, collect_night: CollectNight, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stale copy behind a new announcement is refused every night, not taken for unchanged."""
    from sources.replay import opendatasoft  # noqa: PLC0415 changed for this test only

    given = opendatasoft._recording
    monkeypatch.setattr(
        opendatasoft, "_recording", lambda name: replace(given(name), rows=given(name).rows + 500)
    )
    for _ in range(2):
        outcome = collect_night(home, {}).outcomes["parcoursup_2018"]
        assert outcome.status is Status.REFUSED
        assert "11197" in outcome.message
    monkeypatch.undo()
    assert collect_night(home, {}).outcomes["parcoursup_2018"].status is Status.UNCHANGED
