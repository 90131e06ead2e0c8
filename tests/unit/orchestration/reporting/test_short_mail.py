"""The mail of a station whose desk readers can reach: a screen, a line a cause, links."""

import csv
import io
from dataclasses import replace
from email.message import EmailMessage

from orchestration.reporting.decided import DecisionLine
from orchestration.reporting.mail import build_mail
from orchestration.reporting.reported_night import ReportedNight, SameCauseLine
from tests.unit.orchestration.reporting.nights import (
    AT,
    FINDING_ID,
    founding_night,
    hostile_night,
    pcrh_finding,
    quiet_night,
    troubled_night,
)
from tests.unit.orchestration.reporting.test_mail import READERS, SENDER, Tags, body

DESK = "https://vigie.exemple.fr"
LARGEST_HTML = 40_000
MOST_LINES = 50
"""A screen of text, on a night with as many causes as the demonstration's."""


def sent(night: ReportedNight) -> EmailMessage:
    return build_mail(replace(night, desk=DESK), SENDER, READERS)


def attached(mail: EmailMessage) -> list[list[str]]:
    (part,) = mail.iter_attachments()
    assert part.get_filename() == "constats.csv"
    content = part.get_content()
    assert isinstance(content, str)
    return list(csv.reader(io.StringIO(content)))


def test_each_cause_leads_to_its_card_in_both_bodies() -> None:
    mail = sent(founding_night())
    for kind in ("plain", "html"):
        assert f"{DESK}/constats/{FINDING_ID}" in body(mail, kind)
        assert "DREETS Pays de la Loire" in body(mail, kind)


def test_it_is_a_screen_and_has_no_picture() -> None:
    many = tuple(replace(pcrh_finding(), finding_id=f"{rank:012x}") for rank in range(7))
    mail = sent(replace(troubled_night(), findings=many))
    assert len(body(mail, "html").encode()) < LARGEST_HTML
    assert len(body(mail, "plain").splitlines()) < MOST_LINES
    assert [
        part.get_content_type() for part in mail.walk() if part.get_content_maintype() == "image"
    ] == []


def test_one_cause_is_one_line() -> None:
    kin = (SameCauseLine("b" * 12, "Admises"),)
    leader = replace(pcrh_finding(), finding_id="a" * 12, same_cause=kin)
    other = replace(pcrh_finding(), finding_id="b" * 12)
    html = body(sent(replace(founding_night(), findings=(leader, other))), "html")
    assert html.count("/constats/") == 1
    assert "sans doute de la même cause" in html


def test_the_values_in_doubt_are_attached() -> None:
    mail = sent(founding_night())
    for kind in ("plain", "html"):
        assert "Les valeurs en cause sont jointes." in body(mail, kind)
    titles, *rows = attached(mail)
    assert titles == ["constat", "indicateur", "cellule", "avant", "apres", "publication"]
    assert [row[2:5] for row in rows if row[2] in {"Sarthe", "Vendée"}] == [
        ["Sarthe", "1", ""],
        ["Vendée", "9", "2"],
    ]


def test_sources_late_indicators_and_lapsed_decisions_are_told() -> None:
    lapsed = DecisionLine(
        4,
        FINDING_ID,
        "1A4",
        "Constat",
        "rupture",
        "Anne",
        "Motif",
        AT,
        "caduque",
        changes=("Vendée : 2, devenu 3",),
        is_recalled=True,
    )
    night = troubled_night()
    first, *others = night.indicators
    late = replace(first, late=("2024",))
    night = replace(
        night,
        indicators=(late, *others),
        decided=replace(night.decided, lines=(lapsed,)),
    )
    for kind in ("plain", "html"):
        text = body(sent(night), kind).replace("\xa0", " ")
        for said in (
            night.sources_in_trouble[0].label.partition("«")[0].strip(),
            "devenu 3",
            late.label.partition("«")[0].strip(),
            "ttendu : 2024",
        ):
            assert said in text


def test_a_quiet_night_has_nothing_attached_and_says_nothing_of_it() -> None:
    mail = sent(quiet_night())
    assert list(mail.iter_attachments()) == []
    for kind in ("plain", "html"):
        assert "jointes" not in body(mail, kind)


def test_what_is_hostile_is_text() -> None:
    mail = sent(hostile_night())
    tags = Tags(body(mail, "html"))
    assert "script" not in tags.seen
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert mail["Bcc"] is None
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in attached(mail) for cell in row)
