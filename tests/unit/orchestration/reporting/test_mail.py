"""The mail: its headers, its two bodies, what is attached, who follows which fiches."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from orchestration.reporting.awaited import AwaitedAnswer
from orchestration.reporting.decided import DecisionLine
from orchestration.reporting.mail import LARGEST_HTML, LARGEST_PDF, SHOWN, build_mail
from orchestration.reporting.narrowed_night import mails_of, narrowed
from orchestration.reporting.reported_findings import RuleLine, SameCauseLine
from orchestration.reporting.reported_night import ReportedNight
from orchestration.reporting.summary import subject
from orchestration.station.mail_readers import MailContent, MailReader
from tests.unit.orchestration.reporting.nights import (
    AT,
    FINDING_ID,
    founding_night,
    hostile_night,
    pcrh_finding,
    quiet_night,
    troubled_night,
)

SENDER = "Vigie <vigie@cariforef.example>"
READERS = "gestion@cariforef.example, Direction <direction@cariforef.example>"
DESK = "https://vigie.exemple.fr"
MOST_LINES = 50
"""A screen of text, on a night with as many causes as the demonstration's."""
DECISION = DecisionLine(
    4, FINDING_ID, "1A4_pcrh_te", "43, puis 4", "rupture", "Anne", "Motif", AT, "en vigueur"
)
KINDS = ("plain", "html")


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


def words(message: EmailMessage, kind: str) -> str:
    """What is read of a body, every space being one."""
    text = body(message, kind)
    text = unescape(re.sub(r"<[^>]+>", "", text)) if kind == "html" else text
    return re.sub(r"\s+", " ", text)


def sent(night: ReportedNight, desk: str = DESK) -> EmailMessage:
    return build_mail(replace(night, desk=desk), SENDER, READERS)


def attached(mail: EmailMessage) -> list[dict[str, str]]:
    (part,) = [part for part in mail.iter_attachments() if part.get_content_subtype() == "csv"]
    assert part.get_filename() == "constats.csv"
    content = part.get_content()
    assert isinstance(content, str)
    return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";"))


@pytest.fixture(scope="module")
def founding() -> EmailMessage:
    return sent(founding_night())


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


@pytest.mark.parametrize("kind", KINDS)
def test_each_cause_is_a_line_that_leads_to_its_card_and_names_whom_to_ask(
    founding: EmailMessage, kind: str
) -> None:
    text = words(founding, kind)
    assert "1 est retenu en partie" in text
    assert "PCRH avec un volet « transition écologique » : 43 en 2023, 4 en 2024" in text
    assert f"{DESK}/constats/{FINDING_ID}" in body(founding, kind)
    assert "à demander à : DREETS Pays de la Loire" in text


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_desk_to_reach_a_cause_has_its_reference_and_where_to_decide(kind: str) -> None:
    text = words(sent(founding_night(), desk=""), kind)
    assert f"constat {FINDING_ID}" in text
    assert "/srv/vigie/reports/2026-11-22.html" in text
    assert "Pour décider : « vigie ui »" in text


def test_a_mail_is_titled_by_what_made_the_release() -> None:
    mail = sent(replace(founding_night(), occasion="décision"))
    assert str(mail["Subject"]).endswith("— décision du 22\N{NO-BREAK SPACE}novembre 2026")
    for kind in KINDS:
        assert "Décision du 22 novembre 2026" in words(mail, kind)
        assert "uit du" not in words(mail, kind)


@pytest.mark.parametrize("n_held", [1, 12, 123])
def test_a_subject_is_read_as_it_is_written_wherever_it_is_folded(n_held: int) -> None:
    """Python's own encoding loses the space between two words with accents."""
    night = founding_night()
    night = replace(night, occasion="décision", indicators=night.held * n_held + night.published)
    mail = sent(night)
    read = str(message_from_bytes(mail.as_bytes(), policy=SMTP)["Subject"])
    assert read == mail["Subject"]
    assert read.replace("\N{NO-BREAK SPACE}", " ") == subject(night).replace("\xa0", " ")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_decision_keeps_held_is_told_apart_from_what_waits(kind: str) -> None:
    leader = replace(pcrh_finding(), finding_id="a" * 12)
    kept = replace(leader, finding_id="b" * 12, decision=replace(DECISION, choice="maintien"))
    altered = replace(kept, finding_id="c" * 12)
    altered = replace(altered, decision=replace(DECISION, standing="altérée"))
    mail = sent(replace(founding_night(), findings=(kept, altered, leader)))
    before, heading, after = body(mail, kind).casefold().partition("décidé, encore retenu")
    assert heading
    cards = [re.findall("/constats/([a-z])", part) for part in (before, after)]
    assert cards == [["a", "c"], ["b"]]
    only_kept = body(sent(replace(founding_night(), findings=(kept,))), kind).casefold()
    assert "à traiter" not in only_kept
    assert "sans constat qui les détaille" not in only_kept


def test_one_cause_is_one_line() -> None:
    kin = (SameCauseLine("b" * 12, "Admises"),)
    leader = replace(pcrh_finding(), finding_id="a" * 12, same_cause=kin)
    other = replace(pcrh_finding(), finding_id="b" * 12)
    mail = sent(replace(founding_night(), findings=(leader, other)))
    for kind in KINDS:
        assert body(mail, kind).count("/constats/") == 1
        assert "ans doute de la même cause : Admises" in words(mail, kind)


def test_it_is_a_screen_and_fetches_nothing() -> None:
    many = tuple(replace(pcrh_finding(), finding_id=f"{rank:012x}") for rank in range(7))
    mail = sent(replace(troubled_night(), findings=many))
    assert len(body(mail, "plain").splitlines()) < MOST_LINES
    assert max(map(len, body(mail, "plain").splitlines())) <= 80
    html = body(mail, "html")
    assert "<style" not in html
    assert 'style="' in html
    assert not re.search(r"<link|<script|<img|@import|src=", html)


def test_its_html_stays_small_however_much_there_is_to_tell() -> None:
    long = "<&> " * 400
    finding = replace(pcrh_finding(), title=long, addressee=long)
    many = tuple(replace(finding, finding_id=f"{rank:012x}") for rank in range(200))
    lapsed = replace(DECISION, title=long, author=long, changes=(long,), is_recalled=True)
    night = troubled_night()
    night = replace(
        night,
        findings=many,
        indicators=tuple(replace(line, label=long, late=(long,)) for line in night.indicators * 9),
        sources=tuple(replace(source, label=long, message=long) for source in night.sources * 9),
        decided=replace(night.decided, lines=(lapsed,) * 99, troubles=(long,) * 99),
    )
    mail = sent(night)
    assert len(body(mail, "html").encode()) <= LARGEST_HTML
    shown = body(mail, "html").count(f"{DESK}/constats/")
    assert shown in SHOWN
    for kind in KINDS:
        assert f"et {200 - shown} autres, dans le rapport" in words(mail, kind).casefold()


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_put_off_is_told_to_be_and_nobody_is_to_ask_about_it(kind: str) -> None:
    night = founding_night()
    assert "à demander à" in words(sent(night), kind)
    text = words(sent(replace(night, put_off={FINDING_ID: date(2026, 12, 3)})), kind)
    assert "remis au 3 décembre 2026" in text
    assert "à demander à" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_answers_that_producers_owe_are_told_the_overdue_first(kind: str) -> None:
    late = AwaitedAnswer(
        FINDING_ID, "1A4_pcrh_te", "43, puis 4", "la DREETS", date(2026, 11, 20), 2
    )
    to_come = replace(late, addressee="la Région", due=date(2026, 12, 1), days_overdue=0)
    text = words(sent(replace(founding_night(), awaited=(late, to_come))), kind)
    overdue = "En retard de 2 jours : attendue le 20 novembre 2026 — la DREETS"
    assert 0 < text.index(overdue) < text.index("Attendue le 1er décembre 2026 — la Région")
    assert "Avertissement · demandé, réponse attendue le 20 novembre 2026" in words(
        sent(replace(founding_night(), awaited=(late,))), "html"
    )
    assert "attendues" not in words(sent(founding_night()), kind).casefold()


@pytest.mark.parametrize("kind", KINDS)
def test_sources_late_indicators_and_lapsed_decisions_are_told(kind: str) -> None:
    lapsed = replace(DECISION, changes=("Vendée : 2, devenu 3",), is_recalled=True)
    night = troubled_night()
    first, *others = night.indicators
    late = replace(first, late=("2024",))
    night = replace(
        night, indicators=(late, *others), decided=replace(night.decided, lines=(lapsed,))
    )
    text = words(sent(night), kind)
    for said in ("503 Service", "devenu 3", late.label, "valeurs attendues pour 2024"):
        assert said in text


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_release_changes_is_told_with_its_figure(kind: str) -> None:
    first, calm = founding_night(), quiet_night()
    night = replace(first, previous_release_id=calm.previous_release_id)
    (line,) = [line for line in night.fresh if line.indicator == "1C1_pcrh"]
    told = f"{line.label}{' : ' if kind == 'plain' else ''}606 PCRH en 2024"
    assert told in words(sent(night), kind)
    # Of a first release all is new, of a calm one nothing.
    for untold in (first, calm):
        assert "nouveau ou modifié" not in words(sent(untold), kind).lower()


def test_a_decided_break_carries_its_mark_in_every_list() -> None:
    night = founding_night()
    decided = replace(DECISION, is_new=True)
    night = replace(
        night,
        findings=tuple(replace(each, decision=decided) for each in night.findings),
        decided=replace(night.decided, lines=(decided,)),
    )
    mail = sent(night)
    assert "Décidé depuis la publication précédente" in words(mail, "html")
    assert "43, puis 4 : rupture, par Anne." in words(mail, "plain")
    assert {(row["décision"], row["auteur"]) for row in attached(mail)} == {("rupture", "Anne")}


@pytest.mark.parametrize(
    ("choice", "standing", "mark", "in_csv"),
    [
        ("correction", "en vigueur", "décidé : correction, par Anne", "correction"),
        ("rupture", "altérée", "elle n'est pas appliquée", "altérée"),
    ],
)
def test_a_finding_that_stays_held_says_what_was_decided_of_it(
    choice: str, standing: str, mark: str, in_csv: str
) -> None:
    decision = replace(DECISION, choice=choice, standing=standing)
    night = replace(founding_night(), findings=(replace(pcrh_finding(), decision=decision),))
    mail = sent(night)
    for kind in KINDS:
        assert mark in words(mail, kind)
        assert "à demander" not in words(mail, kind)
    assert {row["décision"] for row in attached(mail)} == {in_csv}


def test_the_values_in_doubt_are_attached() -> None:
    mail = sent(founding_night())
    for kind in KINDS:
        assert "Les valeurs en cause sont jointes." in words(mail, kind)
    rows = {row["cellule"]: (row["avant"], row["après"], row["décision"]) for row in attached(mail)}
    assert (rows["Sarthe"], rows["Vendée"]) == (("1", "", ""), ("9", "2", ""))
    assert {row["comparé"] for row in attached(mail)} == {"2023 → 2024"}


def test_the_values_attached_open_by_a_double_click_in_a_spreadsheet_set_to_french() -> None:
    cells = tuple(replace(cell, after=34.5) for cell in pcrh_finding().cells)
    night = replace(founding_night(), findings=(replace(pcrh_finding(), cells=cells),))
    mail = sent(night)
    (part,) = [part for part in mail.iter_attachments() if part.get_content_subtype() == "csv"]
    written = part.get_payload(decode=True)
    assert isinstance(written, bytes)
    assert written.startswith(b"\xef\xbb\xbf")
    assert {row["après"] for row in attached(mail)} == {"34,5"}
    assert {row["unité"] for row in attached(mail)} == {"PCRH"}
    assert {row["libellé"] for row in attached(mail)} == {pcrh_finding().indicator_label}


def test_the_report_is_attached_unless_servers_would_refuse_it(tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    names = []
    for size in (None, LARGEST_PDF, LARGEST_PDF + 1):
        if size:
            pdf.write_bytes(b"%PDF".ljust(size))
        mail = build_mail(founding_night(), SENDER, READERS, pdf)
        names.append([part.get_filename() for part in mail.iter_attachments()])
        assert ("et le rapport en PDF" in words(mail, "plain")) == (len(names[-1]) == 2)
        for kind in KINDS:
            told = "trop lourd pour un courriel : /srv/vigie/reports/report.pdf"
            assert (told in words(mail, kind)) == (size == LARGEST_PDF + 1)
    assert names == [
        ["constats.csv"],
        ["constats.csv", "rapport-2026-11-22.pdf"],
        ["constats.csv"],
    ]


def test_a_quiet_night_has_nothing_attached_and_says_nothing_of_it() -> None:
    mail = sent(quiet_night())
    assert list(mail.iter_attachments()) == []
    for kind in KINDS:
        assert "jointes" not in words(mail, kind)


def test_hostile_text_stays_text() -> None:
    mail = sent(hostile_night())
    tags = Tags(body(mail, "html"))
    assert "script" not in tags.seen
    assert not [name for name in tags.attributes if name.startswith("on")]
    assert not re.search(r"^Bcc", body(mail, "plain"), re.MULTILINE)
    assert "&lt;" not in body(mail, "plain")
    assert mail["Bcc"] is None
    cells = [cell for row in attached(mail) for cell in row.values()]
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in cells)


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


def reader(
    address: str, *fiches: str, receives: str = "rapport", quiet: bool = False
) -> MailReader:
    content = frozenset(map(MailContent, receives.split()))
    return MailReader(address, content, fiches or ("*",), is_told_of_quiet=quiet)


def test_a_night_is_narrowed_to_the_fiches_that_are_followed_counts_too() -> None:
    night = replace(
        founding_night(),
        forgotten=(FINDING_ID,),
        awaited=(
            AwaitedAnswer(FINDING_ID, "1A4_pcrh_te", pcrh_finding().title, "a", AT.date(), 1),
        ),
        decided=replace(founding_night().decided, lines=(replace(DECISION, is_new=True),)),
    )
    held = narrowed(night, reader("a@x.fr", "1.A"))
    assert {line.fiche for line in held.indicators} == {"1.A"}
    assert (held.findings, held.forgotten, held.awaited) == (
        night.findings, night.forgotten, night.awaited,
    )  # fmt: skip
    other = narrowed(night, reader("a@x.fr", "2.*"))
    assert {line.fiche[:2] for line in other.indicators} == {"2."}
    assert (other.findings, other.forgotten, other.awaited, other.decided.lines) == ((),) * 4
    producers = {line.producer.casefold() for line in other.indicators}
    assert {source.producer.casefold() for source in other.sources} <= producers
    subject = str(sent(other)["Subject"])
    assert subject.startswith(f"Vigie, {other.fiches_in_words} : ")
    assert f"{len(other.published)} indicateur" in subject
    assert narrowed(night, reader("a@x.fr", "*")) is night


def test_what_was_asked_of_a_cause_is_told_to_who_follows_another_of_its_fiches() -> None:
    kin = SameCauseLine("b" * 12, "Toutes les PCRH")
    own = replace(pcrh_finding(), same_cause=(kin,))
    other = replace(pcrh_finding(), finding_id=kin.finding_id, indicator="1C1_pcrh")
    night = replace(
        founding_night(),
        findings=(other, own),
        forgotten=(kin.finding_id,),
        awaited=(AwaitedAnswer(kin.finding_id, "1C1_pcrh", "Autre", "a", date(2026, 12, 1), 0),),
    )
    held = narrowed(night, reader("a@x.fr", "1.A"))
    assert held.forgotten == (FINDING_ID,)
    assert [(each.finding_id, each.title) for each in held.awaited] == [(FINDING_ID, own.title)]
    text = words(sent(held), "html")
    assert "Avertissement · demandé, réponse attendue le 1er décembre 2026" in text
    assert "Autre" not in text


def test_each_reader_has_one_mail_and_none_of_fiches_that_are_quiet_unless_asked(
    tmp_path: Path,
) -> None:
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(b"%PDF")
    first, *others = founding_night().indicators
    calm = tuple(replace(line, state="unchanged") for line in others)
    held = replace(first, fiche="1.A", state="held", indicator="1A4_pcrh_te")
    night = replace(
        founding_night(), indicators=(held, *(replace(line, fiche="2.A") for line in calm))
    )
    readers = [
        reader("whole@x.fr", quiet=True),
        reader("also@x.fr", quiet=True),
        reader("held@x.fr", "1.*"),
        reader("calm@x.fr", "2.A"),
        reader("asked@x.fr", "2.A", quiet=True),
        reader("faults@x.fr", receives="pannes accuses"),
    ]
    mails = list(mails_of(night, SENDER, readers, pdf))
    assert [mail["To"] for mail in mails] == ["whole@x.fr, also@x.fr", "held@x.fr", "asked@x.fr"]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    whole, narrow, asked = (
        [part.get_content_subtype() for part in mail.iter_attachments()] for mail in mails
    )
    assert (whole, narrow, asked) == (["csv", "pdf"], ["csv"], [])
    assert list(mails_of(night, SENDER, [reader("calm@x.fr", "2.A")], pdf)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_only_to_be_known_is_told_once_as_nothing_to_do(kind: str) -> None:
    told = replace(
        pcrh_finding(), finding_id="b" * 12, severity="Information", title="Une catégorie double"
    )
    late = replace(
        told,
        finding_id="c" * 12,
        title="Encore attendue",
        rules=(RuleLine("LAG", "Le chiffre parle bien de sa période"),),
        cells=(),
    )
    known = replace(told, finding_id="d" * 12, title="Déjà dit", since=founding_night().at)
    night = replace(founding_night(), findings=(told, late, known), previous_release_id="r0")
    text = words(sent(night), kind)
    assert "Une catégorie double" in text
    assert "rien n'en est retenu" in text.lower()
    assert f"{DESK}/constats/{'b' * 12}" in body(sent(night), kind)
    assert "Encore attendue" not in text
    assert "Déjà dit" not in text
    assert "à savoir" not in words(sent(replace(night, previous_release_id=None)), kind).lower()
