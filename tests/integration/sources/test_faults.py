"""A table of faults by source: what the outcome says, what stays in use, and the others go on."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import SecretStr

from orchestration.checks.extracts import Bench
from orchestration.settings.folders import Folders
from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.collect import Credentials
from sources.landing import landed_path
from sources.registry import CLIENTS, Source, source
from sources.replay.app import create_app
from sources.replay.deposits import deposit_recordings
from sources.replay.faults import SHOWN_BY, Fault
from sources.replay.france_travail import TOKEN_PREFIX
from tests.integration.sources.conftest import recorded_sources
from tests.leaks import leaks

CollectNight = Callable[..., Any]
Rows = list[dict[str, Any]]

PARCOURSUP, CFA, INSEE = "parcoursup_2019", "inserjeunes_cfa", "insee_emploi_communes"
FRANCE_TRAVAIL, DREETS = "france_travail_acces_emploi", "dreets_pcrh_2024"
SERIES = "france_travail_series_cvs"
REGION = "region_indicateurs"
CATALOGUE = "catalogue_parcoursup"
SENIORS, ZONES = "cariforef_seniors_zones", "insee_emploi_zones"
DROPPED = {"depot", "france_travail_series"}
ASKED_AGAIN = 1
"""How often a night of these tests asks again."""


def accept_all(_source: Source, _table: pa.Table) -> list[str]:
    return []


@dataclass(frozen=True)
class Expected:
    """What must come of a fault: the outcome, and what was landed beside what had been.

    Attributes:
        status: What came of the fetch.
        error_class: Whether trying again may mend it.
        says: Words of the message.
        landed: Asserts what is landed of an answer that is taken; called with the former rows.
        asked: Asserts what the portal was asked, where this is what the fault is about.
    """

    status: FetchStatus
    error_class: str | None = None
    says: str = ""
    landed: Callable[[Rows, Rows], None] | None = None
    asked: Callable[[list[str]], None] | None = None


def refused(says: str) -> Expected:
    return Expected(FetchStatus.REFUSED, "permanent", says)


def failed(says: str) -> Expected:
    return Expected(FetchStatus.FAILED, "permanent", says)


def failed_for_now(says: str) -> Expected:
    return Expected(FetchStatus.FAILED, "retryable", says)


def cut_again_and_again(path: str) -> Expected:
    says = "a coupé la réception avant la fin"
    return replace(failed_for_now(says), asked=asked(path, 1 + ASKED_AGAIN))


def no_value() -> Expected:
    return Expected(FetchStatus.MISSING, "permanent", "aucune valeur")


def taken(landed: Callable[[Rows, Rows], None]) -> Expected:
    return Expected(FetchStatus.NEW, landed=landed)


def no_news(asked: Callable[[list[str]], None]) -> Expected:
    return Expected(FetchStatus.UNCHANGED, asked=asked)


def same_rows(before: Rows, after: Rows) -> None:
    assert sorted(map(str, after)) == sorted(map(str, before))


def same_rows_in_another_order(before: Rows, after: Rows) -> None:
    assert after != before
    same_rows(before, after)


def measures_are_missing(before: Rows, after: Rows) -> None:
    assert len(after) == len(before)
    assert {(row["obs_value"], row["obs_status"]) for row in after} == {(None, "L")}


def publics(rows: Rows) -> Rows:
    return [row for row in rows if row["code_caract"] != "_T"]


def publics_are_masked(before: Rows, after: Rows) -> None:
    assert len(after) == len(before)
    assert {(row["taux"], row["masque"]) for row in publics(after)} == {(None, "true")}


def total_is_revised(before: Rows, after: Rows) -> None:
    assert (before[0]["taux"], after[0]["taux"]) == ("40.5", "40.6")
    assert publics(after) == publics(before)


def a_session_is_listed(before: Rows, after: Rows) -> None:
    listed = {"session": "2027", "dataset": "fr-esr-parcoursup_2027"}
    assert after == [*before, listed]


def a_census_is_added(before: Rows, after: Rows) -> None:
    """The former ones are given again, all in the geography that the catalogue announces."""
    assert {row["time_period"] for row in after} - {row["time_period"] for row in before} == {
        "2023"
    }
    assert {row["geo"][:4] for row in after} == {"2026"}


def a_reading_is_added(before: Rows, after: Rows) -> None:
    """The former reading is kept, though the producer only gives the new one."""
    same_rows(before, [row for row in after if row["code_periode"] == "2025-04"])
    assert {row["code_periode"] for row in after} == {"2025-04", "2025-07"}
    assert len(after) == 2 * len(before)


def numbers_become(changed: Mapping[str, str]) -> Callable[[Rows, Rows], None]:
    """Some numbers of a deposit are others, told by their territory and theme; the rest is not."""

    def landed(before: Rows, after: Rows) -> None:
        expected = [
            row | {"nombre": changed.get(f"{row['departement']}/{row['theme']}", row["nombre"])}
            for row in before
        ]
        assert after == expected

    return landed


def a_department_is_another(before: Rows, after: Rows) -> None:
    """Which codes are a region's is not for the collection to say: dbt's tests hold the cells."""
    others = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new for _, new in others] == [old | {"code_departement": "35"} for old, _ in others]
    assert [old["code_departement"] for old, _ in others] == ["85"]


def an_indicator_is_another(before: Rows, after: Rows) -> None:
    """Which indicators a deposit may bear is not for the collection to say: dbt sets it aside."""
    others = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new["indicateur"] for _, new in others] == ["3A1_cos_signe"]
    assert [old["indicateur"] for old, _ in others] == ["3A1_cos_signes"]


def asked(name: str, times: int) -> Callable[[list[str]], None]:
    def check_journal(journal: list[str]) -> None:
        assert len([one for one in journal if name in one]) == times

    return check_journal


def token_renewed_once(journal: list[str]) -> None:
    asked = ["access_token" in one for one in journal if "francetravail" in one]
    assert asked == [True, False, True, False]


TABLE: Mapping[str, Mapping[Fault, Expected]] = {
    PARCOURSUP: {
        Fault.GOUTTE_A_GOUTTE: failed_for_now("trop lentement"),
        Fault.COUPE: cut_again_and_again("parcoursup-2019/exports"),
        Fault.TRONQUE: refused("le portail en annonce 11577"),
        Fault.INTERROMPU: refused("interrompu son export"),
        Fault.VIDE: refused("que sa ligne de titres"),
        Fault.HTML: refused("page web"),
        Fault.COLONNE_RENOMMEE: refused("par « acc_tot_filles »"),
        Fault.PANNE: failed_for_now("erreur 503"),
        Fault.QUOTA: failed_for_now("10000 appels par jour est atteint"),
        Fault.QUOTA_PASSAGER: no_news(asked("fr-esr-parcoursup-2019", 2)),
        Fault.NOMBRE_DEPLACE: refused("le portail en annonce 11578"),
        Fault.COLONNE_RETYPEE: refused("acc_tot"),
        Fault.LIGNES_MELEES: taken(same_rows_in_another_order),
        Fault.SESSION_CHANGEE: refused("n'est pas l'extrait attendu"),
        Fault.BOM: taken(same_rows),
        Fault.CRLF: taken(same_rows),
        Fault.LATIN1: refused("pas du texte en UTF-8"),
        Fault.LIGNE_TROP_LONGUE: refused("93 cellule(s) au lieu de 92"),
        Fault.AUTRE_JEU: failed(
            "Demandé : « fr-esr-parcoursup-2019 » ; reçu : « fr-esr-parcoursup"
        ),
        Fault.AUTRE_PERIODE: refused("alors que cet extrait doit porter sur « 2019 »"),
    },
    CATALOGUE: {
        Fault.SESSION_NOUVELLE: taken(a_session_is_listed),
        Fault.DEUX_JEUX: refused("« fr-esr-parcoursup-2019 », « fr-esr-parcoursup_2019 »"),
        Fault.PAGE_REPETEE: refused("répètent un jeu de données"),
        Fault.TRONQUE: refused("alors que le portail en annonce 7"),
        Fault.VIDE: refused("Aucun des 5 jeux de données"),
        Fault.HTML: failed_for_now("autre chose que du JSON"),
        Fault.PANNE: failed_for_now("erreur 503"),
        Fault.QUOTA: failed_for_now("10000 appels par jour est atteint"),
        Fault.QUOTA_PASSAGER: no_news(asked("catalog/datasets", 4 + 1)),
    },
    CFA: {
        Fault.GOUTTE_A_GOUTTE: failed_for_now("trop lentement"),
        Fault.COUPE: cut_again_and_again("inserjeunes-cfa/exports"),
        Fault.TRONQUE: refused("le portail en annonce 11314"),
        Fault.INTERROMPU: refused("interrompu son export"),
        Fault.VIDE: refused("que sa ligne de titres"),
        Fault.HTML: refused("page web"),
        Fault.COLONNE_RENOMMEE: refused("par « Taux d'emploi à six mois »"),
        Fault.PANNE: failed_for_now("erreur 503"),
        Fault.QUOTA: failed_for_now("10000 appels par jour est atteint"),
        Fault.QUOTA_PASSAGER: no_news(asked("fr-en-inserjeunes-cfa", 2)),
        Fault.NOMBRE_DEPLACE: refused("le portail en annonce 11315"),
        Fault.COLONNE_RETYPEE: refused("taux_emploi_6_mois"),
        Fault.LIGNES_MELEES: taken(same_rows_in_another_order),
        Fault.BOM: taken(same_rows),
        Fault.CRLF: taken(same_rows),
        Fault.LATIN1: refused("pas du texte en UTF-8"),
        Fault.LIGNE_TROP_LONGUE: refused("17 cellule(s) au lieu de 16"),
    },
    INSEE: {
        Fault.TRONQUE: refused("L'INSEE annonce 14856 observations"),
        Fault.COUPE: cut_again_and_again("/melodi/data/"),
        Fault.HTML: refused("pas du JSON"),
        Fault.COLONNE_RENOMMEE: refused("remplacée par « EMPSTA »"),
        Fault.PANNE: failed_for_now("erreur 503"),
        Fault.QUOTA: failed_for_now("quota atteint"),
        Fault.QUOTA_PASSAGER: no_news(asked("/melodi/data/", 3 + 1)),
        Fault.JEU_RETIRE: failed("remplacé par « DS_RP_EMPLOI_LR_PRINC_2026"),
        Fault.PRODUIT_DEPLACE: no_news(asked("/melodi/data/", 3)),
        Fault.ERREUR_INTERNE: failed_for_now("qu'il publie toujours"),
        Fault.MODALITE_REFUSEE: failed("EMPSTA_ENQ=1T2"),
        Fault.LIGNES_MELEES: taken(same_rows_in_another_order),
        Fault.MESURES_VIDES: taken(measures_are_missing),
        Fault.MILLESIME_GEO: refused("géographie de « 2099 »"),
        Fault.PAGE_REPETEE: refused("Aucune clé n'est en double"),
        Fault.AUTRE_JEU: refused("DS_RP_EMPLOI_LR_PRINC ; reçu : « DS_RP_POPULATION_PRINC »"),
        Fault.AUTRE_REGION: refused("Demandé : GEO = REG-52*COM ; reçu : « 2020-COM-35"),
        Fault.AUTRE_PERIODE: refused("Demandé : le millésime 2022 ; reçu : « 2031 »"),
        Fault.RECENSEMENT_NOUVEAU: taken(a_census_is_added),
    },
    ZONES: {
        Fault.ZIP_ABIME: refused("ZIP abîmé"),
        Fault.COUPE: cut_again_and_again("/melodi/file/"),
        Fault.PANNE: failed_for_now("erreur 503"),
        Fault.QUOTA: failed_for_now("quota atteint"),
        Fault.VIDE: refused("est absente"),
        Fault.COLONNE_RENOMMEE: refused("n'a plus de colonne « EMPSTA_ENQ »"),
        Fault.PRODUIT_DEPLACE: refused("_2023_CSV_FR ; reçu : « DS_RP_EMPLOI_LR_PRINC_2022_data"),
        Fault.AUTRE_JEU: refused("reçu : « DS_RP_POPULATION_PRINC_2022_data.csv »"),
        Fault.AUTRE_PERIODE: refused("Demandé : le millésime 2022 ; reçu : « 2031 » (1 ligne)"),
        Fault.TAILLE_FAUSSE: failed_for_now("octets pour « DS_RP_EMPLOI_LR_PRINC_2022_CSV_FR »"),
    },
    FRANCE_TRAVAIL: {
        Fault.JETON_EXPIRE: no_news(token_renewed_once),
        Fault.COUPE: cut_again_and_again("stat-acces-emploi"),
        Fault.JETON_REFUSE: failed("FRANCE_TRAVAIL_CLIENT_SECRET"),
        Fault.VIDE: no_value(),
        Fault.HTML: failed_for_now("autre chose que du JSON"),
        Fault.PANNE: failed_for_now("erreur 503"),
        Fault.TRONQUE: failed_for_now("autre chose que du JSON"),
        Fault.DROITS_REFUSES: failed("invalid_scope"),
        Fault.ACCES_REFUSE: failed("l'un des droits"),
        Fault.QUOTA: failed_for_now("quota atteint"),
        Fault.QUOTA_PASSAGER: no_news(asked("stat-acces-emploi", 2)),
        Fault.LISTE_ABSENTE: no_value(),
        Fault.SANS_VALEUR: no_value(),
        Fault.MASQUE: taken(publics_are_masked),
        Fault.REVISION: taken(total_is_revised),
        Fault.NAN: refused("ligne 1 (taux vide)"),
        Fault.AUTRE_JEU: refused("« DE_1 » alors que cet extrait doit porter sur « ACC_1 »"),
        Fault.AUTRE_REGION: refused("Demandé : codeTerritoire = 52 ; reçu : « 53 » (1 ligne)"),
        Fault.AUTRE_PERIODE: refused("Demandé : codeTypePeriode = MOIS ; reçu : « TRIMESTRE »"),
        Fault.LECTURE_NOUVELLE: taken(a_reading_is_added),
    },
    DREETS: {
        Fault.VALEUR_MASQUEE: taken(numbers_become({"Maine-et-Loire/tous": "s.s"})),
        Fault.CODE_INCONNU: taken(a_department_is_another),
        Fault.CHIFFRES_CORRIGES: taken(
            numbers_become(
                {
                    "Loire-Atlantique/transition_ecologique": "3",
                    "Pays de la Loire/transition_ecologique": "5",
                }
            )
        ),
        Fault.DEPOT_ILLISIBLE: refused("« dreets_pcrh_2024.xlsx »"),
        Fault.DEPOT_ABIME: refused("Le classeur est abîmé"),
        Fault.DEPOT_FAUTIF: refused("« Thème » est absente"),
        Fault.COLONNE_RENOMMEE: refused("« Nombre total de PCRH »"),
    },
    REGION: {Fault.INDICATEUR_INCONNU: taken(an_indicator_is_another)},
    SERIES: {
        Fault.DEPOT_ILLISIBLE: refused("ni un classeur"),
        Fault.DEPOT_ABIME: refused("abîmé"),
    },
    SENIORS: {
        Fault.DEPOT_ILLISIBLE: refused("« cariforef_seniors_zones.xlsx »"),
        Fault.DEPOT_ABIME: refused("Le classeur est abîmé"),
    },
}
"""For each source that stands for its protocol, each fault and what must come of it.

The first fault of a protocol says most of it: ``make test`` shows that one too.
"""

CASES = sorted(
    {(source(name).contract.protocol, fault) for name, faults in TABLE.items() for fault in faults}
)
SAYING_MOST = {
    source(name).contract.protocol: next(iter(faults)) for name, faults in reversed(TABLE.items())
}


def test_the_table_has_every_fault_of_every_protocol_and_nothing_else() -> None:
    assert set(CASES) == {(p, fault) for p, faults in SHOWN_BY.items() for fault in faults}
    assert {fault for _, fault in CASES} == set(Fault)


def test_only_what_is_shipped_with_the_code_shows_no_fault() -> None:
    assert set(CLIENTS) - {protocol for protocol, _ in CASES} == {"reference"}


@pytest.mark.parametrize(
    ("protocol", "fault"),
    [
        pytest.param(
            protocol, fault, marks=() if SAYING_MOST[protocol] is fault else pytest.mark.slow
        )
        for protocol, fault in CASES
    ],
)
def test_a_fault_touches_its_sources_only(
    home: Path, collect_night: CollectNight, protocol: str, fault: Fault
) -> None:
    expected = {
        name: faults[fault]
        for name, faults in TABLE.items()
        if fault in faults and source(name).contract.protocol == protocol
    }
    shown = dict.fromkeys(expected, fault.value)
    collected = [*recorded_sources(), *(source(name) for name in expected if name == ZONES)]
    if ZONES in expected:
        collect_night(home, collected=collected)
    good = {name: InUse.of(home, name) for name in expected}
    deposit_recordings(home / "inbox", shown if protocol in DROPPED else {})

    # What was recorded of the zones is one region's: too few rows for the rules.
    accept = accept_all if ZONES in expected else Bench(Folders(home), "52").accept
    hurried = expected if fault is Fault.GOUTTE_A_GOUTTE else ()
    night = collect_night(home, shown, accept=accept, collected=collected, hurried=hurried)

    for name, awaited in expected.items():
        check(home, night.outcomes.pop(name), awaited, good[name])
        if awaited.asked:
            awaited.asked(night.journal)
    assert {other.status for other in night.outcomes.values()} == {FetchStatus.UNCHANGED}


@dataclass(frozen=True)
class InUse:
    """What is in use of a source, byte for byte."""

    extract_id: str
    raw: tuple[bytes, ...]
    landed: bytes
    rows: Rows

    @classmethod
    def of(cls, home: Path, source_id: str) -> "InUse":
        """Read what is archived and landed of a source."""
        extract, path = Archive(home).last_accepted(source_id), landed_path(home, source_id)
        assert extract is not None
        raw = tuple(part.read_bytes() for part in extract.paths)
        rows = pq.read_table(path).drop_columns(["_extract_id", "_line"]).to_pylist()
        return cls(extract.extract_id, raw, path.read_bytes(), rows)


def check(home: Path, outcome: FetchOutcome, expected: Expected, good: InUse) -> None:
    """Assert that an outcome is the one of the table, and that what stays in use is sound."""
    now = InUse.of(home, outcome.source_id)
    assert (outcome.status, outcome.error_class) == (expected.status, expected.error_class)
    assert expected.says in (outcome.message or "")
    assert outcome.extract_in_use == now.extract_id
    if expected.status is FetchStatus.NEW:
        assert outcome.extract_id == now.extract_id != good.extract_id
        assert expected.landed is not None
        expected.landed(good.rows, now.rows)
    else:
        assert now == good
    if expected.status is FetchStatus.REFUSED:
        # What was received is kept aside, for whoever asks what was wrong with it.
        received = Archive(home).extract(outcome.extract_id or "")
        assert sum(path.stat().st_size for path in received.paths) == outcome.bytes


@pytest.mark.parametrize("fault", ["tronque", "colonne_renommee"])
def test_the_same_fault_says_the_same_every_night_and_ends_with_its_cause(
    home: Path, collect_night: CollectNight, fault: str
) -> None:
    def outcome_of(faults: Mapping[str, str]) -> FetchOutcome:
        return collect_night(home, faults, collected=[source(PARCOURSUP)]).outcomes[PARCOURSUP]

    first, second = (outcome_of({PARCOURSUP: fault}) for _ in range(2))
    assert (first.message, first.extract_id) == (second.message, second.extract_id)
    assert outcome_of({}).status is FetchStatus.UNCHANGED


def test_no_secret_is_written_anywhere(
    tmp_path: Path,
    collect_night: CollectNight,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secrets = ["tres-secret", TOKEN_PREFIX, "Bearer", "set-cookie"]
    caplog.set_level(logging.DEBUG)
    deposit_recordings(tmp_path / "inbox")
    collect_night(tmp_path)
    for fault in sorted(SHOWN_BY["france_travail"]):
        collect_night(tmp_path, {FRANCE_TRAVAIL: fault.value}, collected=[source(FRANCE_TRAVAIL)])
    printed = capfd.readouterr()
    assert not leaks(tmp_path, secrets)
    assert not [word for word in secrets if word in caplog.text + printed.out + printed.err]
    assert "francetravail" in caplog.text, "the log that is looked at is the one of the calls"


def test_a_fault_that_a_source_cannot_show_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot show"):
        create_app({DREETS: "panne"})
    with pytest.raises(ValueError, match="has no session"):
        create_app({CFA: "session_changee"})
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

    announced, given = source("parcoursup_2018"), opendatasoft._recording
    monkeypatch.setattr(
        opendatasoft, "_recording", lambda name: replace(given(name), rows=given(name).rows + 500)
    )
    for _ in range(2):
        outcome = collect_night(home, collected=[announced]).outcomes[announced.id]
        assert outcome.status is FetchStatus.REFUSED
        assert "11197" in outcome.message
    monkeypatch.undo()
    outcome = collect_night(home, collected=[announced]).outcomes[announced.id]
    assert outcome.status is FetchStatus.UNCHANGED
