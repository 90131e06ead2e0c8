"""What guards every page of the desk, asked over HTTP on a station without a night."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from orchestration.desk.application import DeskAddresses, build_desk
from orchestration.desk.signings import Signings
from orchestration.desk.station_reader import StationReader
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUser, DeskUsers, Role
from sources.replay.server import serve

UNSERVED = "of the station alone"
FORMS = ("/constats/4f2a/decision", "/connexion", "/deconnexion")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station: a report, links out of its folder, and what is not to be served."""
    home = tmp_path_factory.mktemp("station")
    report = home / "reports" / "20261129"
    report.mkdir(parents=True)
    (report / "index.html").write_text("<p>le rapport</p>", "utf-8")
    (home / "reports" / "current").symlink_to("20261129")
    (home / "secret.txt").write_text(UNSERVED, "utf-8")
    (report / "un lien.txt").symlink_to(home / "secret.txt")
    (home / "reports" / "dossier").symlink_to(home)
    return home


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[str]:
    signings = Signings(dict, os.getpid)
    station = StationReader(Settings(home=home), {})
    with serve(build_desk(station, signings, DeskAddresses(("127.0.0.1",)))) as base:
        yield base
    signings.close()


@pytest.fixture
def closed(home: Path) -> Iterator[None]:
    """Somebody is declared, and nobody has signed in."""
    users = DeskUsers(Settings(home=home).folders)
    with users.changing() as declared:
        declared["anne"] = DeskUser(name="Anne Lebrun", role=Role.DECIDER)
    yield
    users.path.unlink()


def ask(desk: str, method: str, path: str, **headers: str) -> requests.Response:
    """Send a request whose path is as it is written."""
    with requests.Session() as session:
        request = session.prepare_request(requests.Request(method, desk, headers=headers))
        request.url = desk + path
        return session.send(request, allow_redirects=False, timeout=60)


@pytest.fixture
def broken(home: Path) -> Iterator[None]:
    """Its link to the release in force leads nowhere."""
    (home / "releases").mkdir()
    (home / "releases" / "current").symlink_to("20261128T010000Z")
    yield
    shutil.rmtree(home / "releases")


@pytest.mark.usefixtures("broken")
def test_what_nobody_foresees_is_told_in_french_and_guarded(desk: str) -> None:
    answer = ask(desk, "GET", "/")
    assert answer.status_code == 500
    assert "vigie verify" in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "https://ailleurs.exemple"},
        {"Origin": "{desk}.ailleurs.exemple"},
        {"Origin": "http://ailleurs.exemple/{desk}"},
        {"Origin": "{desk}", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "{desk}", "Sec-Fetch-Site": "same-site"},
        {"Origin": "{desk}", "Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_that_no_page_of_the_desk_sends_is_refused(
    desk: str, origin: dict[str, str]
) -> None:
    """That to sign in too: one would decide under the name of who made one sign in."""
    headers = {name: value.format(desk=desk) for name, value in origin.items()}
    for path in FORMS:
        answer = ask(desk, "POST", path, **headers)
        assert answer.status_code == 403, path
        assert "vient d'une autre page" in answer.text


@pytest.mark.parametrize("own", [{"Origin": "{desk}"}, {"Sec-Fetch-Site": "same-origin"}])
def test_a_form_of_the_desk_is_not(desk: str, own: dict[str, str]) -> None:
    headers = {name: value.format(desk=desk) for name, value in own.items()}
    assert [ask(desk, "POST", path, **headers).status_code for path in FORMS] == [503, 303, 303]


@pytest.mark.parametrize(
    "path",
    [
        "/station/reports/20261129/un%20lien.txt",
        "/station/reports/dossier/secret.txt",
        "/station/reports/../secret.txt",
        "/station/reports/..%2fsecret.txt",
        "/station/reports/%2e%2e%2fsecret.txt",
        "/station/reports/20261129/..%2f..%2fsecret.txt",
        "/station/reports/..%5csecret.txt",
        "/station/reports/%2fetc%2fpasswd",
        "/station/reports//etc/passwd",
        "/station/secret.txt",
        "/station/reports%2f..%2fsecret.txt",
        "/station/desk_users.json",
    ],
)
def test_nothing_out_of_the_folders_that_are_served_is_given(desk: str, path: str) -> None:
    answer = ask(desk, "GET", path)
    assert answer.status_code == 404
    assert UNSERVED not in answer.text
    assert "root:" not in answer.text


def test_a_page_within_them_is_by_the_link_to_the_one_in_force_too(desk: str) -> None:
    for path in ("20261129/index.html", "current/index.html", "current/"):
        assert "le rapport" in ask(desk, "GET", f"/station/reports/{path}").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/inconnu", 404),
        ("GET", "/station/reports/20261129/inconnu.html", 404),
        ("GET", "/station/receipts/que-nul-n-a-fait.html", 404),
        ("POST", "/historique", 405),
    ],
)
def test_where_there_is_no_page_it_is_said_in_french(
    desk: str, method: str, path: str, status: int
) -> None:
    answer = ask(desk, method, path, Origin=desk)
    assert answer.status_code == status
    assert "pas de page à cette adresse" in answer.text


def test_a_page_leads_back_to_the_list_of_the_morning_once_there_is_one(desk: str) -> None:
    """Before the first night that list is the very page that says that there is none."""
    before, lost = (ask(desk, "GET", path) for path in ("/", "/inconnu"))
    assert "Rien n'est encore publié" in before.text.replace("&#39;", "'")
    assert ["Retour à la liste" in page.text for page in (before, lost)] == [False, True]


@pytest.fixture
def unlinked(home: Path) -> Iterator[None]:
    """It had a release in force, to which nothing leads any more."""
    folder = home / "releases" / "20261128T010000Z"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", "utf-8")
    yield
    shutil.rmtree(home / "releases")


BEFORE_THE_FIRST = ["/", "/station/releases/current/observations.csv"]


@pytest.mark.parametrize("path", BEFORE_THE_FIRST)
def test_before_the_first_night_its_links_say_that_it_comes_and_what_to_do(
    desk: str, path: str
) -> None:
    answer = ask(desk, "GET", path)
    assert answer.status_code == 503
    assert "à 2 h, heure de Paris" in answer.text.replace("\xa0", " ")
    assert "vigie nightly" in answer.text


@pytest.mark.usefixtures("unlinked")
@pytest.mark.parametrize("path", BEFORE_THE_FIRST)
def test_a_release_to_which_nothing_leads_is_not_said_to_be_still_to_come(
    desk: str, path: str
) -> None:
    answer = ask(desk, "GET", path)
    assert answer.status_code == 503
    assert "ln -sfn" in answer.text
    assert "encore" not in answer.text


GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def test_pages_and_refusals_have_the_same_headers(desk: str) -> None:
    paths = ("/", "/connexion", "/inconnu", "/bureau.css", "/station/reports/current/index.html")
    answers = {path: ask(desk, "GET", path) for path in paths}
    answers["POST"] = ask(desk, "POST", "/constats/4f2a/decision")
    assert {path: answer.status_code for path, answer in answers.items()} == {
        "/": 503,
        "/connexion": 303,
        "/inconnu": 404,
        "/bureau.css": 200,
        "/station/reports/current/index.html": 200,
        "POST": 403,
    }
    for answer in answers.values():
        assert {name: answer.headers.get(name) for name in GUARDS} == GUARDS
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "http" not in policy


@pytest.mark.usefixtures("closed")
def test_what_nights_wrote_asks_who_one_is_like_any_page(desk: str) -> None:
    for path in ("/station/reports/current/index.html", "/station/reports/20261129/", "/inconnu"):
        answer = ask(desk, "GET", path)
        assert (answer.status_code, answer.text) == (303, "")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
