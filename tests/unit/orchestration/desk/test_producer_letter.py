"""The letter that asks a producer what happened."""

from dataclasses import replace
from datetime import date
from email import policy
from email.parser import BytesParser
from urllib.parse import parse_qs, urlsplit

import pytest

from orchestration.desk.producer_letter import (
    LONGEST_ADDRESS,
    MOST_ROWS,
    REST,
    ProducerLetter,
    producer_letter,
)
from orchestration.reporting.reported_findings import HELD, FindingLine
from tests.unit.orchestration.reporting.nights import hostile_night, pcrh_finding

DUE = date(2026, 12, 12)


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def letter(finding: FindingLine, to: str = "", asked: date | None = None) -> ProducerLetter:
    return producer_letter(finding, DUE, to, asked)


def body_of(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query)["body"][0].split("\r\n")


def test_it_has_both_numbers_of_each_area_the_question_and_the_day_of_the_answer() -> None:
    text = plain("\n".join(letter(pcrh_finding()).lines))
    assert "« PCRH avec un volet “transition écologique” »" in text
    assert "Maine-et-Loire — 2023 : 26 ; 2024 : absent" in text
    assert "Les OPCO déclarent-ils encore" in text
    assert "répondre d'ici le 12 décembre 2026 ?" in text
    assert "Nous vous avons écrit" not in text
    assert "la dernière valeur publiée, s'il y en a une, reste en place" in text


def test_who_was_asked_before_is_reminded_of_it() -> None:
    text = plain("\n".join(letter(pcrh_finding(), asked=date(2026, 11, 20)).lines))
    assert "Nous vous avons écrit le 20 novembre 2026, sans réponse." in text


def test_its_address_opens_a_mail_with_the_same_words() -> None:
    asked = letter(pcrh_finding(), to="pole@dreets.example")
    address = urlsplit(asked.address)
    assert (address.scheme, address.path) == ("mailto", "pole@dreets.example")
    assert parse_qs(address.query)["subject"] == [plain(asked.subject)]
    assert body_of(asked.address) == [plain(line) for line in asked.lines]
    assert not asked.is_cut


@pytest.mark.parametrize("n_cells", [30, 5_000])
def test_an_address_that_mail_programs_would_cut_has_fewer_rows_and_the_file_all(
    n_cells: int,
) -> None:
    cells = (pcrh_finding().cells * n_cells)[:n_cells]
    asked = letter(replace(pcrh_finding(), cells=cells))
    assert len(asked.address) <= LONGEST_ADDRESS
    assert asked.is_cut
    body = "\n".join(body_of(asked.address))
    for kept in (REST, "Les OPCO déclarent-ils encore", "12 décembre 2026", "Maine-et-Loire"):
        assert kept in body
    text = plain(asked.as_message().get_content())
    assert text.count(" — 2023 : ") == min(n_cells, MOST_ROWS)
    assert ("et 4 500 autres valeurs" in text) == (n_cells > MOST_ROWS)


@pytest.mark.parametrize("sign", ["é", "\N{BLACK STAR}", "\N{GRINNING FACE}", "&"])
def test_no_text_makes_an_address_too_long(sign: str) -> None:
    finding = replace(
        pcrh_finding(), title=sign * 3_000, question=sign * 3_000, indicator_label=sign * 3_000
    )
    asked = letter(finding)
    assert asked.address.startswith("mailto:")
    assert len(asked.address) <= LONGEST_ADDRESS
    assert sign * 1_000 in asked.as_message().get_content().replace("\n", "")


def test_the_file_is_a_draft_that_says_the_same() -> None:
    asked = letter(pcrh_finding(), to="pole@dreets.example")
    read = BytesParser(policy=policy.default).parsebytes(asked.as_message().as_bytes())
    assert (read["To"], read["X-Unsent"]) == ("pole@dreets.example", "1")
    assert read["Subject"] == asked.subject
    assert read.get_content().splitlines() == list(asked.lines)


def test_what_is_hostile_adds_no_header() -> None:
    asked = letter(hostile_night().findings[0])
    assert set(parse_qs(urlsplit(asked.address).query)) == {"subject", "body"}
    assert "\r" not in asked.subject
    message = asked.as_message()
    assert (message["Bcc"], message["To"]) == (None, None)


def test_it_does_not_say_published_of_what_another_finding_holds() -> None:
    cells = tuple(replace(cell, publication=HELD) for cell in pcrh_finding().cells)
    told = letter(replace(pcrh_finding(), severity="Information", cells=cells))
    text = plain("\n".join((told.subject, *told.lines)))
    assert "est retenu en partie, pour une autre raison. Voici" in text
    assert "est publié" not in text
    assert "Rien n'en est retenu" not in text


def test_it_does_not_say_held_of_what_is_published() -> None:
    told = letter(replace(pcrh_finding(), severity="Information"))
    text = plain("\n".join((told.subject, *told.lines)))
    assert "est publié. Voici" in text
    assert "Rien n'en est retenu." in text
    assert "avant de publier" not in text
    assert "en attente" not in text
