"""Pages and mails as they are read: silent on a right one, and tells where another is wrong."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.readers.discrepancies import Place
from tests.readers.made_up import TITLE, made_up_truth
from tests.readers.outlets import of_findings_file, of_mail, of_pieces
from tests.readers.rendered_pages import read_html

PLACE = Place("rapport", "index.html")
PAGE = f"""
<h2>En bref</h2>
<table><tr><th>Constat</th><th>Question à poser</th></tr>
<tr><th>{TITLE}</th><td>Pourquoi 43 en 2023 ?</td></tr></table>
<h2>À traiter</h2>
<article id="constat-38037085d670"><h3>{TITLE}</h3>
<p>La valeur publiée était 4, elle est maintenant 41 (+925 %) ; révision admise : 10 %.</p>
<table><caption>Valeurs en cause (PCRH)</caption>
<tr><th>Territoire</th><th>2023</th><th>2024</th></tr>
<tr><th>Sarthe</th><td>17</td><td>17</td></tr>
<tr><th>Pays de la Loire</th><td>43</td><td>41 (retenu)</td></tr></table>
<p>Nombre de PCRH avec un volet vert : 43 en 2023</p></article>
<h2>Indicateurs</h2>
<table><tr><th>Indicateur</th><th>Chiffre publié</th><th>Précédent</th><th>Valeurs</th></tr>
<tr><th>1A4_pcrh_te</th><td>4 PCRH <span>rupture</span><small>2024</small></td>
<td>43 PCRH<small>2023</small></td><td>5 publiées<small>1 retenue</small></td></tr></table>
"""
TAMPERED = [
    (f"<th>{TITLE}", f"<th>1{TITLE}", f"1{TITLE}"),
    ("Pourquoi 43", "Pourquoi 44", "44"),
    ("<td>17</td><td>17</td>", "<td>17</td><td>18</td>", "18"),
    ("<td>43</td>", "<td>4</td>", "4"),
    ("<td>43</td>", "<td>43 (retenu)</td>", "43 (retenu)"),
    ("(PCRH)", "(métiers)", "métiers"),
    ("était 4,", "était 7,", "7"),
    ("vert : 43 en 2023</p>", "vert : 41 en 2023</p>", "41"),
    ("<td>4 PCRH", "<td>41 PCRH", "41 PCRH"),
    ("5 publiées", "6 publiées", "6 publiées"),
    ("2023, 41 en 2024</h3>", "2023, 14 en 2024</h3>", "14"),
    ("<h2>Indicateurs", "<p>Il en manque 12.</p><h2>Indicateurs", "12"),
]


def test_a_right_page_is_believed() -> None:
    assert list(map(str, of_pieces(PLACE, read_html(PAGE), made_up_truth()))) == []


@pytest.mark.parametrize(("right", "wrong", "number"), TAMPERED)
def test_a_tampered_page_is_told(right: str, wrong: str, number: str) -> None:
    assert right in PAGE
    found = of_pieces(PLACE, read_html(PAGE.replace(right, wrong, 1)), made_up_truth())
    assert number in [line.number for line in found]


def mail(home: Path, plain: str, html: str) -> None:
    message = EmailMessage()
    message["Subject"] = "Vigie : 1 indicateur retenu, 0 publié"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    (home / "outbox").mkdir(exist_ok=True)
    (home / "outbox" / "20261128T212651Z.eml").write_bytes(message.as_bytes())


PLAIN = f"""
À TRAITER
=========

[Avertissement] {TITLE}

  Territoire : 2023 puis 2024
  - Sarthe : 17 puis 17
  - Pays de la Loire : 43 puis 41

  La valeur publiée était 4, elle est maintenant 41 (+925 %).
"""


def test_both_parts_of_a_right_mail_are_believed(tmp_path: Path) -> None:
    mail(tmp_path, PLAIN, PAGE)
    assert list(map(str, of_mail(made_up_truth(tmp_path)))) == []


@pytest.mark.parametrize(
    ("plain", "html", "outlet"),
    [
        (PLAIN.replace("17 puis 17", "17 puis 18"), PAGE, "courriel (plain)"),
        (PLAIN.replace("était 4,", "était 9,"), PAGE, "courriel (plain)"),
        (PLAIN.replace("43 en 2023", "4 en 2023"), PAGE, "courriel (plain)"),
        (PLAIN, PAGE.replace("<td>43</td>", "<td>4</td>"), "courriel (html)"),
    ],
)
def test_a_tampered_mail_is_told(tmp_path: Path, plain: str, html: str, outlet: str) -> None:
    mail(tmp_path, plain, html)
    assert {line.outlet for line in of_mail(made_up_truth(tmp_path))} == {outlet}


def test_a_subject_that_counts_wrong_is_told(tmp_path: Path) -> None:
    mail(tmp_path, PLAIN, PAGE)
    path = tmp_path / "outbox" / "20261128T212651Z.eml"
    path.write_bytes(path.read_bytes().replace(b"1 indicateur retenu", b"3 indicateurs retenus"))
    assert [line.outlet for line in of_mail(made_up_truth(tmp_path))] == ["objet du courriel"]


def test_a_value_beside_the_period_of_another_is_told_in_the_file_of_findings() -> None:
    truth = made_up_truth()
    (finding,) = truth.findings.values()
    finding |= {"question": "", "explanation": ""}
    assert list(of_findings_file(truth)) == []
    finding["numbers"][0]["before"]["value"] = 4.0
    finding["numbers"][0]["publication"] = "published"
    told = [line.number for line in of_findings_file(truth)]
    assert told == ["4, 2023", "published, 1A4_pcrh_te REG-52 2024 _T"]
