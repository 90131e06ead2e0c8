"""The letter that asks a producer what happened."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from orchestration.desk.producer_letter import MOST_CELLS, producer_letter
from tests.unit.orchestration.reporting.nights import hostile_night, pcrh_finding


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_it_has_both_numbers_of_each_area_and_the_question() -> None:
    letter = producer_letter(pcrh_finding())
    text = plain("\n".join(letter.lines))
    assert "« PCRH avec un volet “transition écologique” »" in text
    assert "Maine-et-Loire — 2023 : 26 ; 2024 : absent" in text
    assert "Les OPCO déclarent-ils encore" in text


def test_its_address_opens_a_mail_with_the_same_words() -> None:
    letter = producer_letter(pcrh_finding())
    address = urlsplit(letter.address)
    said = parse_qs(address.query)
    assert (address.scheme, said["subject"]) == ("mailto", [letter.subject])
    assert said["body"][0].split("\r\n") == list(letter.lines)


def test_a_long_table_is_cut_and_says_so() -> None:
    cells = pcrh_finding().cells * MOST_CELLS
    letter = producer_letter(replace(pcrh_finding(), cells=cells))
    assert f"et {len(cells) - MOST_CELLS} autres valeurs" in plain("\n".join(letter.lines))


def test_what_is_hostile_adds_no_header() -> None:
    letter = producer_letter(hostile_night().findings[0])
    assert set(parse_qs(urlsplit(letter.address).query)) == {"subject", "body"}
    assert "\r" not in letter.subject
