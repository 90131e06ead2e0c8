"""A receipt says everything, cell by cell, and nothing from outside is anything but text."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.extracts.distinct import Records
from expectations.extracts.rule_verdict import MISSING_AMONG, ROWS, FailingRecord, RuleVerdict
from expectations.french import NBSP
from expectations.suites.sources.record_entries import rules_of
from expectations.validations.extracts.judge import judge
from expectations.verdicts.table import Outcome, Severity
from orchestration.deposits.delivery import receipt_mail
from orchestration.deposits.differences import Difference, Row, differences
from orchestration.deposits.reasons import RefusalReason, to_ask
from orchestration.deposits.receipt import MOST_SHOWN, ReadRow, Receipt, shown_rows
from orchestration.deposits.render import page, text
from sources.protocols.depots.reading import read_deposit
from sources.registry import source
from sources.replay.deposits import FOLDER

PCRH = source("dreets_pcrh_2024")
YEARS = source("dreets_pcrh")
DASHBOARD = source("france_travail_tableau_de_bord")
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
HOSTILE = '</td><script>alert("x")</script>\u202e\n\nÀ CORRIGER'


def row(department: str, number: str | None, **more: str | None) -> Row:
    key = {"annee": "2024", "code_departement": department, "theme": "tous"}
    return {**dict.fromkeys(PCRH.contract.columns), **key, "nombre": number, **more}


def receipt(**more: object) -> Receipt:
    told = {
        "source": PCRH,
        "file": "dreets_pcrh_2024.xlsx",
        "received_at": AT,
        "extract_id": "a" * 64,
    }
    return Receipt(**(told | more))  # type: ignore[arg-type]


def test_what_changed_came_and_went_is_told_apart() -> None:
    before = [row("44", "264"), row("49", "109"), row("53", "12,50")]
    after = [row("44", "4"), row("53", "12.5", commentaire="revu"), row("85", "s.s")]
    assert differences(PCRH.contract, before, after) == [
        Difference("2024, 44, tous", "Nombre de PCRH", "264", "4"),
        Difference("2024, 53, tous", "Commentaire", "(vide)", "revu"),
        Difference("2024, 85, tous", "", "", "s.s"),
        Difference("2024, 49, tous", "", "109", ""),
    ]


def test_the_same_deposit_differs_in_nothing() -> None:
    rows = [row("44", "264"), row("49", None)]
    assert differences(PCRH.contract, rows, list(reversed(rows))) == []


def test_an_empty_cell_is_not_a_zero() -> None:
    (one,) = differences(PCRH.contract, [row("44", None)], [row("44", "0")])
    assert (one.before, one.after) == ("(vide)", "0")


def test_a_former_reading_did_not_go() -> None:
    reading = dict.fromkeys(DASHBOARD.contract.columns) | {"public": "total", "valeur": "5,6"}
    before, after = (
        reading | {"date_lecture": "2025-04-15"},
        reading | {"date_lecture": "2025-05-15"},
    )
    (one,) = differences(DASHBOARD.contract, [before], [after])
    assert (one.before, one.after) == ("", "5,6")


def test_a_year_given_again_is_compared_with_itself_and_loses_rows() -> None:
    before = [row("44", "264"), row("49", "109"), row("44", "270") | {"annee": "2025"}]
    found = differences(YEARS.contract, before, [row("44", "266")])
    assert found == [
        Difference("2024, 44, tous", "Nombre de PCRH", "264", "266"),
        Difference("2024, 49, tous", "", "109", ""),
    ]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.sampled_from(["0", "1"]))))
def test_every_row_is_the_same_changed_or_new(cells: list[tuple[str, str | None]]) -> None:
    after = [row(code, value) for code, value in dict(cells).items()]
    before = [row("a", "0"), row("b", None)]
    found = differences(PCRH.contract, before, after)
    gone = [one for one in found if one.before and not one.column]
    new = [one for one in found if one.after and not one.column]
    assert len(after) - len(new) == len(before) - len(gone)


def test_texts_from_outside_are_shown_as_texts() -> None:
    hostile = receipt(
        file=HOSTILE,
        reasons=(RefusalReason(HOSTILE, HOSTILE, "FDT"),),
        questions=(RefusalReason("", HOSTILE, "COV", HOSTILE),),
        remarks=(HOSTILE,),
        titles=(HOSTILE,),
        rows=(ReadRow(HOSTILE, (HOSTILE,)),),
        differences=(Difference(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
    )
    assert "<script" not in page(hostile)
    assert "\u202e" not in page(hostile) + text(hostile)
    assert text(hostile).splitlines().count("À CORRIGER") == 1


def test_a_refusal_says_every_reason_and_what_stays_in_use() -> None:
    reasons = tuple(
        RefusalReason(f"feuille « F », cellule C{n}", "c'est faux.", "FDT") for n in range(30)
    )
    told = text(receipt(reasons=reasons, in_use=AT))
    assert "30 points à corriger" in told
    assert all(f"cellule C{n} :" in " ".join(told.split()) for n in range(30))
    assert "Le dépôt du 26 novembre 2026 reste en service." in " ".join(told.split())
    assert "Aucun dépôt n'est encore en service" in " ".join(text(receipt(reasons=reasons)).split())


def test_a_row_that_has_no_key_and_no_number_is_shown_whole() -> None:
    texts = source("cariforef_bilan_2023_2024_texte")
    deposit = read_deposit(texts.contract, FOLDER / f"{texts.id}.csv")
    first, *_ = shown_rows(texts.contract, deposit)
    assert first.cells == tuple(deposit.rows[0][name] or "" for name in texts.contract.columns)


def test_what_is_missing_is_asked_for_without_the_lines_of_an_extract() -> None:
    deposit = read_deposit(PCRH.contract, FOLDER / f"{PCRH.id}.csv")
    unseen = ((ROWS, "0"), (MISSING_AMONG, "7, 8, 9"))
    records = tuple(
        FailingRecord(
            None, (("theme", "transition_ecologique"), ("code_departement", code), *unseen)
        )
        for code in ("53", "72")
    )
    words = ("COV", "departements_attendus", Severity.WARNING, Outcome.FAIL, "Chacun a la sienne.")
    verdict = RuleVerdict(*words, question="Ou non ?", failing=2, records=records)
    (asked,) = to_ask(PCRH.contract, deposit, [verdict])
    assert asked.what.replace(NBSP, " ") == (
        "Thème « transition_ecologique », Code département « 53 » ; "
        "Thème « transition_ecologique », Code département « 72 ». Chacun a la sienne."
    )


def test_a_period_of_another_kind_than_its_indicator_s_is_asked_about_and_no_other() -> None:
    agora = source("agora_indicateurs")
    (rule,) = (each for each in rules_of(agora.id) if each.name == "periode_de_son_indicateur")
    lines = ["1B3_salaries_entres_formation"] * 4 + ["1B9_inconnu"]
    periods = ["2024", "2025-Q1", "2023-2024", "2O24", "2025-Q1"]
    records = Records(pa.table({"indicateur": lines, "periode": periods}))
    (judged,) = judge(records, [rule], "52")
    deposit = read_deposit(agora.contract, FOLDER / f"{agora.id}.csv")
    asked = to_ask(agora.contract, deposit, [judged.verdict])
    assert [reason.what.replace(NBSP, " ") for reason in asked] == [
        f"« {period} » n'est pas une année, comme les périodes de « {lines[0]} »."
        for period in ("2025-Q1", "2023-2024")
    ]
    assert {reason.question for reason in asked} == {rule.question}


def test_what_is_asked_follows_the_lines_of_the_file_whichever_rule_asks() -> None:
    deposit = read_deposit(PCRH.contract, FOLDER / f"{PCRH.id}.csv")

    def asking(rule: str, *lines: int | None) -> RuleVerdict:
        records = tuple(FailingRecord(line, (("theme", "x"),)) for line in lines)
        words = ("COV", rule, Severity.WARNING, Outcome.FAIL, "Un thème est connu.")
        return RuleVerdict(*words, question="Lequel ?", failing=len(records), records=records)

    asked = to_ask(PCRH.contract, deposit, [asking("un", None, 4), asking("deux", 2, 3)])
    lines = [re.findall(r"ligne (\d+)", reason.where.replace(NBSP, " ")) for reason in asked]
    assert lines == [["2"], ["3"], ["4"], []]


def test_the_title_of_a_cell_that_its_address_names_is_not_said_again() -> None:
    deposit = read_deposit(PCRH.contract, FOLDER / f"{PCRH.id}.csv")
    words = ("COV", "themes_connus", Severity.WARNING, Outcome.FAIL, "Un thème est connu.")
    records = tuple(FailingRecord(2, (("theme", value),)) for value in ("x", None))
    verdict = RuleVerdict(*words, question="Lequel ?", failing=2, records=records)
    named, empty = to_ask(PCRH.contract, deposit, [verdict])
    assert "Thème" in named.where
    assert named.what.replace(NBSP, " ") == "« x ». Un thème est connu."
    assert empty.what == "cellule vide. Un thème est connu."


def test_what_is_not_shown_is_counted() -> None:
    rows = tuple(ReadRow(f"ligne {n}", ("1",)) for n in range(MOST_SHOWN + 2))
    told = receipt(titles=("Valeur",), rows=rows)
    for shown in (page(told), text(told)):
        assert f"ligne {MOST_SHOWN - 1}" in shown
        assert f"ligne {MOST_SHOWN + 1}" not in shown
        assert "Et 2 autres." in shown


def test_the_mail_of_a_receipt_is_always_the_same_one() -> None:
    first, again = (
        receipt_mail(receipt(), "abc", "Vigie <vigie@exemple.fr>", "a@exemple.fr, b@exemple.fr")
        for _ in range(2)
    )
    assert first["Message-ID"] == again["Message-ID"] == "<accuse.abc@exemple.fr>"
    read = message_from_bytes(first.as_bytes(), policy=SMTP)
    assert read["Subject"] == (
        "Dépôt accepté : Prestations conseil en ressources humaines (PCRH), année 2024"
    )
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="To"):
        receipt_mail(receipt(), "abc", "vigie@exemple.fr", "a@exemple.fr\nBcc: b@exemple.fr")
