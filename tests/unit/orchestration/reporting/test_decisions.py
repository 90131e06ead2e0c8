"""Decisions in the report: what is settled, what lapsed and why, whatever was typed."""

import json
from dataclasses import replace
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest

from expectations.decisions.decision import Choice
from expectations.findings.code_names import Names
from orchestration.reporting.compose_decisions import decision_lines
from orchestration.reporting.decided import DecisionLine, DecisionLines
from orchestration.reporting.mail import build_mail
from orchestration.reporting.report import render_page
from orchestration.reporting.reported_night import ReportedNight
from orchestration.reporting.summary import sentence
from orchestration.station.release import Release
from tests.unit.expectations.decisions.deciding import decided, found, observed
from tests.unit.orchestration.dockets import docket_of
from tests.unit.orchestration.explain.cells import EVIL
from tests.unit.orchestration.reporting.nights import (
    AT,
    FINDING_ID,
    founding_night,
    pcrh_finding,
)

NAMES = Names({"DEP-0": "Vendée"}, {}, {}, {})


def release_before(folder: Path, *known: dict[str, object]) -> Release:
    """A release that knows some decisions."""
    content = {"last_decision": 1, "decisions": list(known)}
    (folder / "manifest.json").write_text(json.dumps(content))
    return Release(folder)


IN_FORCE = {"decision_id": 1, "standing": "en vigueur"}
TONIGHT = observed({"DEP-0": 4}, {"DEP-0": 43})
BREAK = DecisionLine(
    decision_id=1,
    finding_id=FINDING_ID,
    indicator="1A4_pcrh_te",
    title="PCRH : 43 en 2023, 4 en 2024",
    choice="rupture",
    author="Claire Le Goff",
    motive="Le recueil est devenu national.",
    at=AT,
    standing="en vigueur",
    is_new=True,
)
LAPSED = replace(
    BREAK,
    standing="caduque",
    changes=("Pays de la Loire, 2024 : 4, devenu 5",),
    is_new=False,
    is_recalled=True,
)


def night_with(line: DecisionLine) -> ReportedNight:
    night = founding_night()
    applied = line if line.standing == "en vigueur" else None
    findings = tuple(replace(it, decision=applied) for it in night.findings)
    return replace(night, findings=findings, decided=DecisionLines((line,)))


def texts(mail: EmailMessage) -> list[str]:
    bodies = [mail.get_body((kind,)) for kind in ("plain", "html")]
    return [body.get_content() for body in bodies if body is not None]


def test_a_finding_that_was_decided_waits_for_nothing_and_says_who_signed() -> None:
    night = night_with(BREAK)
    assert night.to_handle == ()
    assert [it.finding_id for it in night.settled] == [FINDING_ID]
    page = render_page(night)
    assert "Constats décidés" in page
    assert "Claire Le Goff" in page
    for body in texts(build_mail(night, "vigie@localhost", "cariforef@localhost")):
        assert "Claire Le Goff" in body


@pytest.mark.parametrize("choice", ["correction", "maintien"])
def test_a_finding_that_is_kept_stays_to_be_handled(choice: str) -> None:
    night = night_with(replace(BREAK, choice=choice))
    assert [it.finding_id for it in night.to_handle] == [FINDING_ID]
    assert night.settled == ()


def test_a_lapsed_decision_says_so_with_what_changed() -> None:
    night = night_with(LAPSED)
    assert [it.finding_id for it in night.to_handle] == [FINDING_ID]
    told = render_page(night).replace("\xa0", " ")
    assert "décision caduque : les chiffres ont changé" in told
    assert "Pays de la Loire, 2024 : 4, devenu 5" in told
    assert "1 décision caduque est à revoir" in sentence(night)
    for body in texts(build_mail(night, "vigie@localhost", "cariforef@localhost")):
        assert "devenu 5" in " ".join(body.replace("\xa0", " ").split())


def test_what_was_typed_cannot_attack_the_page_nor_the_mail() -> None:
    hostile = replace(LAPSED, author=EVIL, motive=EVIL, title=EVIL, changes=(EVIL,))
    for night in (night_with(hostile), night_with(replace(hostile, standing="en vigueur"))):
        page = render_page(night)
        assert "<script" not in page
        assert "\x1b" not in page
        assert "\u202e" not in page
        plain, html = texts(build_mail(night, "vigie@localhost", "cariforef@localhost"))
        assert "<script" not in html
        assert "\x1b" not in plain
        assert "\nBcc:" not in plain


def test_the_page_keeps_the_last_decisions_of_a_long_register() -> None:
    lines = tuple(replace(BREAK, decision_id=rank, is_new=False) for rank in range(250, 0, -1))
    page = render_page(replace(founding_night(), decided=DecisionLines(lines)))
    assert "n° 250" in page.replace("\xa0", " ")
    assert "n° 50<" not in page.replace("\xa0", " ")
    assert "Et 50 autres" in page.replace("\xa0", " ")


def test_a_lapse_is_recalled_the_night_it_happens_and_while_its_cells_are_held(
    tmp_path: Path,
) -> None:
    finding = found("DEP-0", rank=1)
    signed = decided(finding, Choice.BREAK, observed({"DEP-0": 3}, {"DEP-0": 43}))
    held = docket_of((found("DEP-0", rank=2),), TONIGHT, (signed,))
    (line,) = decision_lines(held, None, NAMES).lines
    assert line.is_recalled
    assert line.changes == ("Vendée, 2024 : 3, devenu 4",)
    free = docket_of((), TONIGHT, (signed,))
    assert decision_lines(free, release_before(tmp_path, IN_FORCE), NAMES).recalled != ()
    assert decision_lines(free, release_before(tmp_path), NAMES).recalled == ()
    awaited = replace(signed, choice=Choice.CORRECTION)
    corrected = docket_of((), TONIGHT, (awaited,))
    assert decision_lines(corrected, release_before(tmp_path, IN_FORCE), NAMES).recalled == ()


def test_a_decision_is_new_in_the_first_release_that_knows_it(tmp_path: Path) -> None:
    signed = decided(found("DEP-0"), Choice.BREAK, TONIGHT)
    docket = docket_of((found("DEP-0"),), TONIGHT, (signed,))
    assert decision_lines(docket, None, NAMES).new != ()
    assert decision_lines(docket, release_before(tmp_path, IN_FORCE), NAMES).new == ()


def test_a_value_that_went_away_and_one_of_the_period_before_are_told() -> None:
    signed = decided(found("DEP-0"), Choice.BREAK, TONIGHT)
    tonight = observed({}, {"DEP-0": 44})
    (line,) = decision_lines(docket_of((), tonight, (signed,)), None, NAMES).lines
    assert line.changes == ("Vendée, 2023 : 43, devenu 44", "Vendée, 2024 : 4, devenu absent")


ALTERED = replace(BREAK, standing="altérée")
TROUBLE = "La décision n° 1 n'est plus celle qui a été signée."


def test_a_decision_that_was_altered_is_told_and_its_finding_waits_again() -> None:
    night = founding_night()
    findings = tuple(replace(it, decision=ALTERED) for it in night.findings)
    decided_lines = DecisionLines((ALTERED,), (f"{TROUBLE} {EVIL}",))
    altered = replace(night, findings=findings, decided=decided_lines)
    assert altered.settled == ()
    assert [it.finding_id for it in altered.to_handle] == [FINDING_ID]
    page = render_page(altered)
    mail = build_mail(altered, "vigie@localhost", "cariforef@localhost")
    for told in (page, *texts(mail)):
        words = " ".join(unescape(told).split())
        assert "registre des décisions abîmé" in words.lower()
        assert "n'est plus celle qui a été signée" in words
        assert "elle n'est pas appliquée" in words
        assert "Décidé : rupture" not in words
    assert "<script" not in page
    assert "registre des décisions abîmé" not in render_page(night).lower()


def test_the_lines_of_a_release_say_what_is_wrong_with_the_register(tmp_path: Path) -> None:
    finding = found("DEP-0")
    signed = replace(decided(finding, Choice.BREAK, TONIGHT), is_altered=True)
    docket = docket_of((finding,), TONIGHT, (signed,), taken_out=(2,))
    lines = decision_lines(docket, release_before(tmp_path, IN_FORCE), NAMES)
    assert [(line.standing, line.withholds) for line in lines.lines] == [("altérée", True)]
    assert lines.recalled == ()
    assert len(lines.troubles) == 2


def test_a_finding_has_moved_when_it_was_decided_since_the_report_before() -> None:
    finding = replace(pcrh_finding(), since=BREAK.at)
    assert finding.has_not_moved
    assert not replace(finding, decision=BREAK).has_not_moved
    assert replace(finding, decision=replace(BREAK, is_new=False)).has_not_moved
    assert not pcrh_finding().has_not_moved
