"""The desk of a station, asked over HTTP: its pages, the forms it refuses, what it serves."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from expectations.cells.indicator_definition import load_definitions
from expectations.french import PARIS, day_long
from orchestration.assets.indicators import build_indicators
from orchestration.assets.publication_states import publication_states
from orchestration.commands.desk_service import sign
from orchestration.commands.stations import DEMO_AS_OF
from orchestration.dbt.project import read_manifest
from orchestration.desk.application import DeskAddresses, build_desk
from orchestration.desk.signings import Signings
from orchestration.desk.station_reader import StationReader
from orchestration.keys import indicator_key
from orchestration.publication.docket import read_docket
from orchestration.reporting.mail import build_mail
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from orchestration.station.findings import read_findings, write_findings
from orchestration.station.first_told import read_first_told, write_first_told
from orchestration.station.follow_ups import FollowUps
from orchestration.station.release import NAME, made_at
from orchestration.station.releases_in_force import release_in_force
from sources.archive import Archive
from sources.registry import in_order
from sources.replay.server import serve
from tests.told_nights import told_night

GOOD = {
    "decision": "rupture",
    "auteur": "Anne Lebrun",
    "motif": "Recueil devenu national en 2024 : une mission ne nomme plus qu'un thème.",
}


def hold_before(folders: Folders) -> None:
    """Have a release of nine days before hold what the release in force does."""
    current = release_in_force(folders.releases)
    before = (made_at(current.release_id) - timedelta(days=9)).strftime(NAME)
    shutil.copytree(current.folder, folders.releases / before)
    write_findings(folders, before, read_findings(folders, current.release_id))
    told = read_first_told(folders.reports / current.release_id)
    write_first_told(folders.reports / before, told)
    manifest = current.folder / "manifest.json"
    manifest.write_text(json.dumps(current.manifest | {"previous": before}), "utf-8")


@pytest.fixture(scope="module")
def settings(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("desk") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    hold_before(Folders(home))
    return Settings(home=home, region="52", as_of=DEMO_AS_OF, replay="http://127.0.0.1:1")


@pytest.fixture(scope="module")
def desk(settings: Settings) -> Iterator[str]:
    definitions = load_definitions(read_manifest(settings.folders))
    signings = Signings(sign, os.getpid)
    addresses = DeskAddresses(("127.0.0.1",), {"Dagster": "http://127.0.0.1:3000"})
    try:
        with serve(build_desk(StationReader(settings, definitions), signings, addresses)) as base:
            yield base
    finally:
        signings.close()


@pytest.fixture(scope="module")
def founding(settings: Settings) -> str:
    docket = read_docket(settings.folders)
    return next(each.finding_id for each in docket.open if each.indicator == "1A4_pcrh_te")


class DeskPage(HTMLParser):
    """A page: its elements with their attributes, and its text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._words: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self._words.append(data)

    @property
    def text(self) -> str:
        """Its text, each space one space."""
        return " ".join(" ".join(self._words).replace("’", "'").split())

    def all(self, tag: str, wanted: str, **attributes: str) -> list[str]:
        """Return an attribute of every element that has some others."""
        return [
            found[wanted]
            for name, found in self.elements
            if name == tag and wanted in found and attributes.items() <= found.items()
        ]


def links_to_doubts(desk: str, settings: Settings) -> list[str]:
    """Return the links of the morning to what waits; not those to what is only to be known."""
    waiting = {f"/constats/{each.finding_id}" for each in read_docket(settings.folders).open}
    return [link for link in page(f"{desk}/").all("a", "href") if link in waiting]


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def page(address: str) -> DeskPage:
    answer = requests.get(address, timeout=60)
    assert answer.status_code == 200, answer.text
    return DeskPage(answer.text)


def post(
    desk: str, finding: str, form: dict[str, str], *, to: str = "decision", **headers: str
) -> requests.Response:
    return requests.post(
        f"{desk}/constats/{finding}/{to}",
        data=form,
        headers={"Origin": desk} | headers,
        allow_redirects=False,
        timeout=60,
    )


def test_the_morning_lists_every_cause_that_waits_and_each_line_opens_its_card(
    desk: str, settings: Settings
) -> None:
    links = links_to_doubts(desk, settings)
    assert len(links) == len(read_docket(settings.folders).causes) > 1
    for link in links:
        card = page(desk + link)
        assert card.all("article", "id") == [f"constat-{link.rpartition('/')[2]}"]
        assert card.all("form", "action", method="post") == [
            f"{link}/decision#decider",
            f"{link}/suivi#suivre",
            f"{link}/suivi#suivre",
        ]


def test_every_link_of_the_desk_opens(desk: str, founding: str) -> None:
    links: set[str] = set()
    for start in ("/", f"/constats/{founding}"):
        found = page(desk + start)
        links |= {*found.all("a", "href"), *found.all("link", "href", rel="stylesheet")}
    own = {link.partition("#")[0] for link in links if link.startswith("/")}
    assert len(own) > 10
    broken = [link for link in own if not requests.get(desk + link, timeout=60).ok]
    assert broken == []


def test_the_card_has_the_numbers_the_evidence_and_a_letter_that_asks(
    desk: str, founding: str
) -> None:
    card = page(f"{desk}/constats/{founding}")
    assert "Maine-et-Loire" in card.text
    links = card.all("a", "href")
    assert any(link.startswith("/station/reports/current/explications/") for link in links)
    (letter,) = [link for link in links if link.startswith("mailto:")]
    assert "transition%20%C3%A9cologique" in letter
    assert "%0D%0A" in letter


def test_the_letter_has_the_day_that_is_chosen_and_is_kept_once_it_was_sent(
    desk: str, settings: Settings
) -> None:
    card = desk + links_to_doubts(desk, settings)[-1]
    today = datetime.now(PARIS).date()
    assert plain(day_long(today + timedelta(days=settings.answer_days))) in page(card).text
    due = today + timedelta(days=30)
    chosen = page(f"{card}?reponse={due}")
    assert f"répondre d'ici le {plain(day_long(due))}" in chosen.text
    (draft,) = [link for link in chosen.all("a", "href") if "courriel.eml" in link]
    message = requests.get(desk + draft, timeout=60)
    assert message.headers["Content-Type"] == "message/rfc822"
    asked = {"suivi": "demandée", "reponse": str(due)}
    assert follow(desk, card.rpartition("/")[2], **asked).status_code == 303
    shown = page(card)
    assert f"réponse attendue le {plain(day_long(due))}" in shown.text
    (copy,) = [link for link in shown.all("a", "href") if "/courriers/" in link]
    kept = requests.get(desk + copy, timeout=60)
    texts = [
        BytesParser(policy=policy.default).parsebytes(each.content).get_content()
        for each in (message, kept)
    ]
    assert texts[0] == texts[1]
    refused = follow(desk, card.rpartition("/")[2], suivi="demandée", reponse="2020-01-01")
    assert refused.status_code == 422
    again = DeskPage(refused.text)
    assert "Une réponse est attendue pour un jour qui vient" in again.text
    (action,) = again.all("form", "action", method="get")
    assert requests.get(urljoin(refused.url, action), timeout=60).ok


def test_each_choice_says_what_is_published_of_who_signs_and_why(desk: str, founding: str) -> None:
    told = plain(page(f"{desk}/constats/{founding}").text)
    assert "Motif, publié" not in told
    assert "Votre nom, publié" not in told
    assert "Rupture : nom et motif publiés avec la valeur. Valeur : nom et motif" in told
    assert "Correction : motif non publié, nom inscrit à la publication." in told
    assert "Maintien : motif non publié, nom inscrit à la publication." in told
    assert "Exclusion : nom et motif publiés avec les cellules exclues." in told


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"decision": ""}, "Rien n'est choisi"),
        ({"decision": "publier"}, "Rien n'est choisi"),
        ({"motif": "trop court"}, "Une décision est motivée"),
        ({"auteur": "=1"}, "Une décision est signée"),
        ({"auteur": "Prénom Nom"}, "n'a pas été rempli"),
    ],
)
def test_what_cannot_be_signed_is_said_and_what_was_typed_stays(
    desk: str, founding: str, wrong: dict[str, str], said: str
) -> None:
    answer = post(desk, founding, GOOD | wrong)
    assert answer.status_code == 422
    again = DeskPage(answer.text)
    assert said in again.text
    assert again.all("input", "value", name="auteur") == [(GOOD | wrong)["auteur"], "", ""]
    assert (GOOD | wrong)["motif"] in again.text


def follow(desk: str, finding: str, **form: str) -> requests.Response:
    return post(desk, finding, {"auteur": "Anne Lebrun", **form}, to="suivi")


def section(text: str, title: str) -> str:
    """What a page says under a title, up to the next one that a morning has."""
    after = text.partition(title)[2]
    ends = (after.find(end) for end in ("À décider", "Remis à plus tard", "Résolu"))
    return after[: min((end for end in ends if end >= 0), default=None)]


def test_a_doubt_is_taken_asked_put_off_and_given_back_from_its_card(
    desk: str, settings: Settings, founding: str
) -> None:
    until = (datetime.now(PARIS) + timedelta(days=4)).date()
    assert "à personne depuis 9 jours" in section(page(f"{desk}/").text, "À décider")
    for form, said in (
        ({"suivi": "prise"}, "prise par Anne Lebrun le"),
        ({"suivi": "demandée"}, "demandée au producteur le"),
        (
            {"suivi": "remise", "jusqu_au": str(until), "note": "La DREETS répond : « jeudi »"},
            f"remise au {plain(day_long(until))} par Anne Lebrun : La DREETS répond",
        ),
    ):
        answer = follow(desk, founding, **form)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/constats/{founding}#suivre"
        assert said in page(f"{desk}/constats/{founding}").text
        assert said in page(f"{desk}/").text
    assert "43 en 2023, 4 en 2024" in section(page(f"{desk}/").text, "Remis à plus tard")
    night = told_night(settings)
    assert night.put_off == {founding: until}, "the mail does not ask for it meanwhile"
    assert follow(desk, founding, suivi="rendue").status_code == 303
    card = page(f"{desk}/constats/{founding}").text
    assert "à personne" in card
    assert "Rendue par Anne Lebrun le" in card
    assert "Demandée au producteur le" in card, "what was done stays to be read"
    assert "Remis à plus tard" not in page(f"{desk}/").text


def test_doubts_that_nobody_took_are_in_the_first_line_of_the_desk_and_of_the_mail(
    desk: str, settings: Settings
) -> None:
    night = told_night(settings)
    causes = read_docket(settings.folders).causes
    assert len(causes) - 2 <= len(night.forgotten) <= len(causes), "two were seen to above"
    first = f"{len(night.forgotten)} doutes ne sont à personne depuis 7 jours ou plus. Sur"
    assert first in page(f"{desk}/").text
    body = build_mail(night, settings.mail_from, settings.mail_to).get_body(("plain",))
    assert body
    assert first in " ".join(body.get_content().split())


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"suivi": ""}, "Rien n'est choisi"),
        ({"suivi": "publier"}, "Rien n'est choisi"),
        ({"suivi": "prise", "auteur": "=1"}, "Il manque un nom"),
        ({"suivi": "remise", "jusqu_au": "2020-01-01", "note": "Plus tard"}, "un jour qui vient"),
        ({"suivi": "remise", "jusqu_au": "", "note": ""}, "Dites pourquoi"),
        ({"suivi": "rendue"}, "rien à rendre"),
    ],
)
def test_a_step_that_cannot_be_taken_is_said_and_nothing_is_recorded(
    desk: str, settings: Settings, form: dict[str, str], said: str
) -> None:
    _, *others = read_docket(settings.folders).causes
    finding, recorded = others[0][0].finding_id, FollowUps(settings.folders.home).steps()
    answer = follow(desk, finding, **form)
    assert answer.status_code == 422
    again = DeskPage(answer.text)
    assert said in again.text
    assert again.all("input", "value", name="note") == [form.get("note", "")]
    assert FollowUps(settings.folders.home).steps() == recorded


def test_what_a_steward_writes_of_a_doubt_is_text_in_every_page(desk: str, founding: str) -> None:
    hostile = "Voir <script>alert(1)</script> & co"
    assert follow(desk, founding, suivi="prise", note=hostile).status_code == 303
    answer = requests.get(f"{desk}/constats/{founding}", timeout=60).text
    assert "&lt;script&gt;" in answer
    assert "<script" not in answer


def test_a_finding_that_holds_nothing_is_not_followed(desk: str, settings: Settings) -> None:
    docket = read_docket(settings.folders)
    held = {each.finding_id for each in docket.open}
    free = next(each.finding_id for each in docket.findings if each.finding_id not in held)
    assert page(f"{desk}/constats/{free}").all("form", "action", method="post") == [
        f"/constats/{free}/decision#decider"
    ]
    assert follow(desk, free, suivi="prise").status_code == 409


def test_an_error_cannot_be_accepted_from_the_desk(desk: str, settings: Settings) -> None:
    docket = read_docket(settings.folders)
    error = next(each for each in docket.open if each.severity.name == "ERROR")
    answer = post(desk, error.finding_id, GOOD)
    assert answer.status_code == 422
    assert "Une erreur ne s" in answer.text
    assert DeskPage(answer.text).all("input", "disabled", value="rupture") == [""]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://ailleurs.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ""},
    ],
)
def test_a_form_of_another_page_is_refused(
    desk: str, founding: str, settings: Settings, headers: dict[str, str]
) -> None:
    recorded = FollowUps(settings.folders.home).steps()
    for form, to in ((GOOD, "decision"), ({"auteur": "Eve Faux", "suivi": "prise"}, "suivi")):
        assert post(desk, founding, form, to=to, **headers).status_code == 403
    assert FollowUps(settings.folders.home).steps() == recorded
    assert read_docket(settings.folders).decisions == ()


def test_another_name_for_the_desk_is_refused(desk: str) -> None:
    answer = requests.get(desk, headers={"Host": "ailleurs.example"}, timeout=60)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/station/register.sqlite",
        "/station/reports/../register.sqlite",
        "/station/reports/%2e%2e/register.sqlite",
        "/station/reports/..%2fregister.sqlite",
        "/station/warehouse.duckdb",
        "/station/dagster/dagster.yaml",
        "/station/outbox/",
    ],
)
def test_nothing_else_of_the_station_is_served(desk: str, path: str) -> None:
    asked = requests.Request("GET", desk).prepare()
    asked.url = desk + path
    with requests.Session() as session:
        assert session.send(asked, timeout=60).status_code == 404


def test_a_form_without_end_is_refused(desk: str, founding: str) -> None:
    answer = post(desk, founding, GOOD | {"motif": "a" * 1_000_000})
    assert answer.status_code == 400


def test_a_finding_that_is_not_made_is_said_not_to_be(desk: str) -> None:
    answer = requests.get(f"{desk}/constats/{'0' * 12}", timeout=60)
    assert answer.status_code == 404
    assert "Aucun constat" in answer.text


def test_pages_run_nothing_and_load_nothing_from_outside(desk: str, founding: str) -> None:
    for path in ("/", f"/constats/{founding}", "/station/reports/current/", "/bureau.css"):
        answer = requests.get(desk + path, timeout=60)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_panel_that_scrolls_shows_that_it_does(desk: str) -> None:
    styles = requests.get(f"{desk}/bureau.css", timeout=60).text
    scrolling = [rule for rule in styles.split("}") if ".panels" in rule and "overflow" in rule]
    assert all(" local" in rule and " scroll;" in rule for rule in scrolling)
    assert len(scrolling) == 1


def test_the_history_has_every_source_that_nights_asked(desk: str, settings: Settings) -> None:
    """The sessions of Parcoursup too, which no contract lists one by one."""
    asked = in_order(Archive(settings.folders.home).latest_outcomes())
    assert "parcoursup_2019" in {source.id for source in asked}
    told = plain(page(f"{desk}/historique").text)
    labels = {source.id: plain(source.label).replace("’", "'") for source in asked}
    assert [name for name, label in labels.items() if label not in told] == []


def test_an_indicator_has_a_page_that_leads_to_its_cards_and_a_chart(
    desk: str, founding: str
) -> None:
    sheet = page(f"{desk}/indicateurs/1A4_pcrh_te")
    assert f"/constats/{founding}" in sheet.all("a", "href")
    assert "6 retenues." in plain(sheet.text)
    (chart,) = sheet.all("img", "src")
    for address in (chart, "/indicateurs/1A4_pcrh_te/evolution.svg"):
        drawn = requests.get(f"{desk}{address}", timeout=60)
        assert drawn.headers["content-type"] == "image/svg+xml"
        assert "43 PCRH" in plain(drawn.text)
        assert ("Vendée" in drawn.text) == (address == chart)
    assert requests.get(f"{desk}/indicateurs/inconnu", timeout=60).status_code == 404


def test_dagster_leads_from_an_indicator_to_its_page_and_shows_its_chart(
    settings: Settings,
) -> None:
    built = build_indicators(read_manifest(settings.folders), "https://vigie.example")
    told = str(built.specs_by_key[indicator_key("1A4_pcrh_te")].description)
    link, *definition, chart = told.split("\n\n")
    assert link.endswith("(https://vigie.example/indicateurs/1A4_pcrh_te)")
    assert any(line.startswith("Ce qui est compté") for line in definition)
    assert chart.endswith("(https://vigie.example/indicateurs/1A4_pcrh_te/evolution.svg)")


def test_dagster_is_told_what_came_of_each_indicator_in_numbers_that_it_draws(
    settings: Settings, founding: str
) -> None:
    release = release_in_force(settings.folders.releases)
    served = settings.model_copy(update={"url": "https://vigie.example"})
    docket = read_docket(settings.folders)
    told = list(publication_states(served, docket, made_at(release.release_id)))
    assert {each.asset_key.path[-1] for each in told} == set(release.manifest["indicators"])
    held = next(each for each in told if each.asset_key == indicator_key("1A4_pcrh_te"))
    numbers = {name: entry.value for name, entry in held.metadata.items()}
    said = str(numbers.pop("publication"))
    assert f"[{founding}](https://vigie.example/constats/{founding})" in said
    assert numbers == {
        "cellules publiées": 6,
        "cellules retenues": 6,
        "cellules exclues": 0,
        "cellules en échec": 5,
        "plus vieux doute (jours)": 9,
    }
