"""The mail: its headers, its plain text alone, its HTML, its parts."""

import re
from dataclasses import replace
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser

import pytest

from orchestration.reporting.mail import MAX_DETAILED, build_mail
from orchestration.reporting.reported_night import SameCauseLine
from tests.unit.orchestration.reporting.nights import (
    FINDING_ID,
    founding_night,
    hostile_night,
    pcrh_finding,
    troubled_night,
)

SENDER = "Vigie <vigie@cariforef.example>"
READERS = "gestion@cariforef.example, Direction <direction@cariforef.example>"


class Tags(HTMLParser):
    """The names of the elements and of the attributes that a reader of the mail would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


@pytest.fixture(scope="module")
def founding() -> EmailMessage:
    return build_mail(founding_night(), SENDER, READERS)


def test_headers(founding: EmailMessage) -> None:
    assert founding["Subject"].startswith("Vigie : 1 indicateur retenu, 6 publiés")
    assert founding["From"] == SENDER
    assert founding["To"] == READERS
    assert founding["Date"].datetime == founding_night().at
    assert founding["Auto-Submitted"] == "auto-generated"


def test_the_message_id_is_that_of_the_night(founding: EmailMessage) -> None:
    again = build_mail(founding_night(), SENDER, ", ".join(READERS.split(", ")[::-1]))
    other = build_mail(replace(founding_night(), release_id="autre"), SENDER, READERS)
    assert again["Message-ID"] == founding["Message-ID"] != other["Message-ID"]
    assert re.fullmatch(
        r"<20261122T020500Z\.[0-9a-f]{16}@cariforef\.example>", founding["Message-ID"]
    )


def test_the_plain_text_says_everything_alone(founding: EmailMessage) -> None:
    text = re.sub(r"\s+", " ", body(founding, "plain"))
    for told in (
        "1 est retenu en partie",
        "[Avertissement] PCRH avec un volet « transition écologique » : 43 en 2023, 4 en 2024",
        "le Maine-et-Loire (26) et la Sarthe (1)",
        "- Maine-et-Loire : 26 puis absent",
        "502 en 2023, 606 en 2024",
        "Les OPCO déclarent-ils encore",
        "À : DREETS Pays de la Loire",
        "Il faut une explication",
        "- VAN : Catégorie disparue",
        FINDING_ID,
        "606 PCRH en 2024",
        "/srv/vigie/reports/2026-11-22.html",
    ):
        assert told in text
    assert max(len(line) for line in body(founding, "plain").splitlines()) <= 80


def test_the_same_cause_is_told_in_both_texts() -> None:
    told = (SameCauseLine("a" * 12, "Toutes les PCRH"),)
    night = replace(founding_night(), findings=(replace(pcrh_finding(), same_cause=told),))
    message = build_mail(night, SENDER, READERS)
    plain = re.sub(r"\s+", " ", body(message, "plain"))
    assert "une seule question suffit, et une seule décision" in plain
    assert "(--toute-la-cause) : Toutes les PCRH." in plain
    assert "Toutes les PCRH" in body(message, "html")


def test_the_plain_text_tells_sources_in_trouble() -> None:
    text = body(build_mail(troubled_night(), SENDER, READERS), "plain")
    assert "SOURCES EN DIFFICULTÉ" in text
    assert "503 Service" in text
    assert "Aucun extrait n'a encore été accepté." in text


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_bodies_tell_what_changed_in_the_extracts_and_how_gravely(kind: str) -> None:
    night = troubled_night()
    changes = ("[grave] L'extrait a perdu 12 lignes sur 40.", *["[à savoir] Codes ajoutés."] * 20)
    told = replace(night, sources=(replace(night.sources[0], changes=changes),))
    shown = unescape(body(build_mail(told, SENDER, READERS), kind)).replace("\u00a0", " ")
    assert changes[0] in shown
    assert shown.count("[à savoir]") == 7
    assert "t 13 autres changements" in shown
    before = unescape(body(build_mail(night, SENDER, READERS), kind)).casefold()
    assert "ce qui a changé dans les extraits" not in before


def test_the_html_needs_nothing_but_its_parts(founding: EmailMessage) -> None:
    html = body(founding, "html")
    assert "<style" not in html
    assert 'style="' in html
    assert not re.search(r"https?:|<link|<script|@import", html)
    (source,) = re.findall(r'src="cid:([^"]+)"', html)
    (image,) = (part for part in founding.walk() if part.get_content_type() == "image/png")
    assert image["Content-ID"] == f"<{source}>"
    assert image.get_content_disposition() == "inline"
    (alternative,) = re.findall(r'alt="([^"]+)"', html)
    assert "Sarthe : 1 puis absent" in unescape(alternative).replace("\u00a0", " ")


def test_hostile_text_stays_text() -> None:
    message = build_mail(hostile_night(), SENDER, READERS)
    tags = Tags(body(message, "html"))
    assert "img" in tags.seen
    assert "script" not in tags.seen
    assert not [name for name in tags.attributes if name.startswith("on")]
    text = body(message, "plain")
    region = text.splitlines()[2]
    assert region.startswith("<script>")
    assert "Bcc: x@y.fr" in region.replace("\u00a0", " ")
    assert "&lt;" not in text
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "vigie@cariforef.example\r\nBcc: tous@exemple.example",
        "vigie@cariforef.example\nX: y",
        "vigie",
        "",
        "<>",
    ],
)
def test_a_doubtful_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="From: "):
        build_mail(founding_night(), address, READERS)
    with pytest.raises(ValueError, match="To: "):
        build_mail(founding_night(), SENDER, address)


def test_there_is_one_sender() -> None:
    with pytest.raises(ValueError, match=r"From: .* is not 1 to 1 addresses"):
        build_mail(founding_night(), READERS, READERS)


def test_many_findings_make_a_mail_of_bounded_size() -> None:
    findings = tuple(
        replace(pcrh_finding(), finding_id=f"{rank:012x}") for rank in range(MAX_DETAILED + 5)
    )
    message = build_mail(replace(founding_night(), findings=findings), SENDER, READERS)
    images = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert len(images) == MAX_DETAILED
    for finding in findings:
        assert finding.finding_id in body(message, "html")
        assert finding.finding_id in body(message, "plain")
