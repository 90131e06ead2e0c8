"""The card of a finding as a reader and as a decider see it, on the shared night."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from argon2.profiles import CHEAPEST

from expectations.cells.indicator_definition import load_definitions
from orchestration.commands.stations import DEMO_AS_OF
from orchestration.dbt.project import read_manifest
from orchestration.desk.access.doors import desk_doors
from orchestration.desk.access.passwords import Passwords
from orchestration.desk.application import DeskAddresses, build_desk
from orchestration.desk.decision_form import TypedDecision
from orchestration.desk.signings import SigningResult, Signings
from orchestration.desk.station_reader import StationReader
from orchestration.publication.docket import read_docket
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUser, DeskUsers, Role
from sources.replay.server import serve

WORDS = "quatre mots bien choisis"


@pytest.fixture(scope="module")
def settings(demo_home: Path) -> Settings:
    return Settings(home=demo_home, region="52", as_of=DEMO_AS_OF, replay="http://127.0.0.1:1")


def named(typed: TypedDecision) -> SigningResult:
    """Return who signs."""
    return SigningResult((typed.author,), is_published=True)


@pytest.fixture(scope="module")
def signings() -> Iterator[Signings]:
    """Those of a job that says who signs, and leaves the shared station as it is."""
    signings = Signings(named, os.getpid)
    yield signings
    signings.close()


@pytest.fixture(scope="module")
def desk(
    settings: Settings, signings: Signings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The desk of the shared night, where people are declared in a folder of the test's own."""
    people, passwords = Settings(home=tmp_path_factory.mktemp("people")), Passwords(CHEAPEST)
    kept = passwords.hashed(WORDS)
    with DeskUsers(people.folders).changing() as declared:
        declared["anne"] = DeskUser(name="Anne Lebrun", role=Role.DECIDER, password=kept)
        declared["paul"] = DeskUser(name="Paul Roux", role=Role.READER, password=kept)
    station = StationReader(settings, load_definitions(read_manifest(settings.folders)))
    doors, hosts = desk_doors(people, passwords), DeskAddresses(("127.0.0.1",))
    with serve(build_desk(station, signings, hosts, doors)) as base:
        yield base


@pytest.fixture(scope="module")
def card(settings: Settings) -> str:
    docket = read_docket(settings.folders)
    founding = next(each for each in docket.open if each.indicator == "1A4_pcrh_te")
    return f"/constats/{founding.finding_id}"


def signed_in(desk: str, name: str, card: str) -> tuple[requests.Session, requests.Response]:
    """Sign somebody in who asked for a card; return the browser, and the card."""
    session = requests.Session()
    session.headers["Origin"] = desk
    fields = {"nom": name, "mot_de_passe": WORDS, "retour": card}
    answer = session.post(f"{desk}/connexion", data=fields, timeout=60)
    assert answer.url == desk + card
    return session, answer


def test_a_reader_sees_the_card_and_no_form(desk: str, card: str) -> None:
    session, page = signed_in(desk, "paul", card)
    assert "Maine-et-Loire" in page.text
    assert "Écrire ce courriel" in page.text
    assert "décider demande le rôle de décideur" in page.text
    assert f'action="{card}/decision' not in page.text
    assert f'action="{card}/suivi' not in page.text
    taken = session.post(f"{desk}{card}/suivi", data={"suivi": "prise"}, timeout=60)
    assert taken.status_code == 403
    fields = {"decision": "rupture", "auteur": "Anne Lebrun", "motif": "m" * 50}
    refused = session.post(f"{desk}{card}/decision", data=fields, timeout=60)
    assert refused.status_code == 403
    assert "rien n&#39;a été signé" in refused.text.replace("\xa0", " ")


def test_a_decision_carries_the_name_of_who_signed_in_whatever_the_form_says(
    desk: str, card: str, signings: Signings
) -> None:
    session, page = signed_in(desk, "anne", card)
    assert 'name="auteur"' not in page.text
    assert "Signé : <b>Anne Lebrun</b>" in page.text.replace("\xa0", " ")
    fields = {"decision": "rupture", "auteur": "Paul Roux", "motif": "Recueil devenu national."}
    sent = session.post(f"{desk}{card}/decision", data=fields, timeout=60)
    assert "signée par Anne Lebrun" in sent.text
    signing = signings.get(sent.url.rpartition("/")[2].partition("#")[0])
    assert signing is not None
    assert signing.result.sentences == ("Anne Lebrun",)
