"""The rules on the real extracts, and on deposits that break some of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.extracts.rule_verdict import RuleVerdict
from expectations.verdicts.table import Outcome
from orchestration.checks.extracts import Bench
from orchestration.settings.folders import Folders
from orchestration.station.extract_verdicts import read_verdicts_on_extract, write_kept
from sources.archive import Archive, FetchStatus
from sources.landing import landed_path
from sources.registry import source
from tests.integration.sources.conftest import recorded_sources

CollectNight = Callable[..., Any]

FAILING = {
    ("dreets_pcrh_2023", "departements_attendus"): 1,
    ("dreets_pcrh_2024", "departements_attendus"): 3,
    ("region_indicateurs", "une_unite_par_indicateur"): 2,
    ("cariforef_bilan_2023_2024", "case_imprimee"): 2,
    ("parcoursup_2018", "lien_de_la_formation"): 817,
    ("parcoursup_2018", "admis_par_phase"): 1_239,
    ("parcoursup_2019", "lien_de_la_formation"): 624,
    ("parcoursup_2019", "admis_par_origine"): 11,
    ("parcoursup_2019", "admis_par_phase"): 1_516,
}
"""What the producers' own files do not keep; counted by hand in SQL."""

PCRH = "dreets_pcrh_2024"
SERIES = "france_travail_series_cvs"


def bench(home: Path) -> Bench:
    return Bench(Folders(home), "52")


def in_use(home: Path, judge: Bench, source_id: str) -> dict[str, RuleVerdict]:
    outcome = Archive(home).latest_outcomes()[source_id]
    return {one.name: one for one in judge.verdicts_in_use(source(source_id), outcome)}


def deposit(home: Path, *changes: tuple[str, str]) -> None:
    """Deposit the figures of 2024 again, some of them changed."""
    path = home / "inbox" / f"{PCRH}.csv"
    content = path.read_text("utf-8")
    for before, after in changes:
        assert before in content
        content = content.replace(before, after)
    path.write_text(content, "utf-8")


def test_the_real_extracts_keep_every_rule_but_these(home: Path) -> None:
    judge = bench(home)
    verdicts = {it.id: in_use(home, judge, it.id) for it in recorded_sources()}
    failing = {
        (source_id, name): verdict
        for source_id, of_source in verdicts.items()
        for name, verdict in of_source.items()
        if verdict.outcome is Outcome.FAIL
    }
    assert {key: verdict.failing for key, verdict in failing.items()} == FAILING
    assert not any(verdict.refuses for verdict in failing.values())
    assert all(verdict.records and verdict.question for verdict in failing.values())


def test_a_deposit_that_breaks_a_rule_is_refused_for_every_reason_at_once(
    home: Path, collect_night: CollectNight
) -> None:
    before = Archive(home).latest_outcomes()[PCRH]
    deposit(home, (";264;", ";-264;"), (";109;", ";cent neuf;"), ("2024;53;", "2024;72;"))
    judge = bench(home)
    outcome = collect_night(home, accept=judge.accept).outcomes[PCRH]
    assert outcome.status is FetchStatus.REFUSED
    assert outcome.extract_in_use == before.extract_in_use
    told = outcome.message.replace("\xa0", " ")
    assert "Règle VIR, 1 cas en écart : ligne 2 (nombre « -264 »)" in told
    assert "Règle FDT, 1 cas en écart : ligne 3 (nombre « cent neuf »)" in told
    assert "Règle RWD, 2 cas en écart : ligne 4 (" in told
    assert in_use(home, judge, PCRH)["missions_positives"].outcome is Outcome.PASS


def test_a_deposit_in_doubt_is_let_in_with_what_to_ask(
    home: Path, collect_night: CollectNight
) -> None:
    deposit(home, (";606;", ";660;"), ("72;Sarthe", "72;Vendée"), ("2024;85;", "2024;35;"))
    judge = bench(home)
    outcome = collect_night(home, accept=judge.accept).outcomes[PCRH]
    assert outcome.status is FetchStatus.NEW
    verdicts = in_use(home, judge, PCRH)
    failing = {name: one for name, one in verdicts.items() if one.outcome is Outcome.FAIL}
    assert set(failing) == {
        "total_des_departements",
        "nom_du_departement",
        "departements_de_la_region",
        "departements_attendus",
    }
    total = failing["total_des_departements"].records[0]
    assert (total.line, dict(total.values)["nombre"]) == (7, "660"), "in the file"
    assert [record.line for record in failing["nom_du_departement"].records] == [5, 6, 9]
    assert all(one.question.endswith("?") for one in failing.values())
    write_kept(Folders(home), PCRH, {"extract_id": "", "region": "", "code": "", "verdicts": []})
    assert in_use(home, bench(home), PCRH) == verdicts, "judged again, on the same lines"


def test_an_extract_is_judged_again_only_when_something_is_another(
    home: Path, collect_night: CollectNight
) -> None:
    given = in_use(home, bench(home), PCRH)
    path = Folders(home).quality / "extracts" / f"{PCRH}.json"
    kept = json.loads(path.read_bytes())
    path.write_text(json.dumps({**kept, "verdicts": kept["verdicts"][:1]}), "utf-8")
    assert list(in_use(home, bench(home), PCRH)) == list(given)[:1]
    assert in_use(home, Bench(Folders(home), "53"), PCRH)["departements_de_la_region"].failing == 7
    deposit(home, (";606;", ";660;"))
    judge = bench(home)
    collect_night(home, accept=judge.accept)
    assert in_use(home, judge, PCRH)["total_des_departements"].failing == 1


def test_what_is_kept_is_read_again(home: Path) -> None:
    assert read_verdicts_on_extract(Folders(home), PCRH) == []
    given = in_use(home, bench(home), PCRH)
    assert read_verdicts_on_extract(Folders(home), PCRH) == list(given.values())


@pytest.mark.parametrize("source_id", ["france_travail_acces_emploi", "insee_emploi_communes"])
def test_a_source_without_an_extract_has_no_verdict(
    tmp_path: Path, collect_night: CollectNight, source_id: str
) -> None:
    judge, collected = bench(tmp_path), [source(source_id)]
    collect_night(tmp_path, {source_id: "html"}, accept=judge.accept, collected=collected)
    assert in_use(tmp_path, judge, source_id) == {}


@pytest.mark.parametrize(("more", "outcome"), [(50, Outcome.PASS), (300, Outcome.FAIL)])
def test_a_printed_total_may_differ_from_its_parts_by_their_roundings_and_no_more(
    home: Path, more: int, outcome: Outcome
) -> None:
    rows = pq.read_table(landed_path(home, SERIES)).drop(["_extract_id", "_line"]).to_pylist()
    (total,) = (
        row
        for row in rows
        if (row["serie"], row["trimestre"]) == ("Total (DEFM ABC) : Ensemble", "2025T2")
    )
    total["nombre"] = str(int(total["nombre"]) + more)
    verdicts = bench(home).verdicts_tonight(source(SERIES), pa.Table.from_pylist(rows))
    assert {it.name: it.outcome for it in verdicts}["hommes_et_femmes"] is outcome


def test_a_series_under_another_title_is_refused(home: Path) -> None:
    rows = pq.read_table(landed_path(home, SERIES)).drop(["_extract_id", "_line"]).to_pylist()
    for row in rows:
        row["serie"] = row["serie"].replace("50 ans ou plus", "55 ans ou plus")
    reasons = " ".join(bench(home).accept(source(SERIES), pa.Table.from_pylist(rows)))
    assert "Règle COV" in reasons
    assert "55 ans ou plus" in reasons
