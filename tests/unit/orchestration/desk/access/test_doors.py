"""The doors of the desk, asked over HTTP: who is let in, by which way, and who may decide."""

import http.client
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from argon2.profiles import CHEAPEST
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestration.desk.access.desk_sessions import DeskSessions
from orchestration.desk.access.doors import desk_doors
from orchestration.desk.access.passwords import Passwords
from orchestration.desk.access.sign_in_throttle import SignInThrottle
from orchestration.desk.application import DeskAddresses, build_desk
from orchestration.desk.signings import Signings
from orchestration.desk.station_reader import StationReader
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUser, DeskUsers, Role
from sources.replay.server import serve

WORDS = "quatre mots bien choisis"
PASSWORDS = Passwords(CHEAPEST)
PEOPLE = {
    "anne": DeskUser(name="Anne Lebrun", role=Role.DECIDER, password=PASSWORDS.hashed(WORDS)),
    "paul": DeskUser(name="Paul Roux", role=Role.READER, password=PASSWORDS.hashed(WORDS)),
    "zoé": DeskUser(name="Zoé Petit", role=Role.DECIDER),
}
NOT_YET = 503
"""What the pages of a station without a night answer, once somebody is let in."""
PAGES = ("/", "/constats/4f2a", "/decisions/x", "/station/reports/current/index.html", "/inconnu")


class Clock:
    """A clock that a test moves."""

    at = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.at


class NotedPasswords(Passwords):
    """Checks passwords, and notes what they were checked against."""

    def __init__(self) -> None:
        super().__init__(CHEAPEST)
        self.tried: list[str] = []

    def is_right(self, kept: str, password: str) -> bool:
        """Tell whether a password is right."""
        self.tried.append(kept)
        return super().is_right(kept, password)


class Front:
    """A server whose desk each test puts there: starting one takes longer than a test."""

    desk: ASGIApp
    base: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the desk does."""
        await self.desk(scope, receive, send)


class Browser(requests.Session):
    """What a browser does: it says where its forms come from, and follows no redirection here."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.trust_env = False

    def see(self, path: str, **headers: str) -> requests.Response:
        """Ask for a page: dots and strokes of its path are not put in order before."""
        request = self.prepare_request(requests.Request("GET", self.base, headers=headers))
        request.url = self.base + path
        return self.send(request, allow_redirects=False, timeout=60)

    def fill(self, path: str, **fields: str) -> requests.Response:
        """Send a form."""
        origin = {"Origin": self.base}
        return self.post(
            self.base + path, data=fields, headers=origin, allow_redirects=False, timeout=60
        )

    def sign_in(self, name: str, password: str = WORDS, **fields: str) -> requests.Response:
        """Send the form to sign in."""
        return self.fill("/connexion", nom=name, mot_de_passe=password, **fields)


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """The server that all share."""
    front = Front()
    with serve(front) as base:
        front.base = base
        yield front


@pytest.fixture(scope="module")
def signings() -> Iterator[Signings]:
    """Nothing is signed here."""
    signings = Signings(lambda _values: pytest.fail("signed"), os.getpid)
    yield signings
    signings.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def users(tmp_path: Path) -> DeskUsers:
    """The people of the station."""
    users = DeskUsers(Settings(home=tmp_path).folders)
    with users.changing() as declared:
        declared.update(PEOPLE)
    return users


@pytest.fixture
def opened(front: Front, signings: Signings, clock: Clock) -> Iterator[Callable[..., Browser]]:
    """Opens the desk of a station without a night."""
    with ExitStack() as browsers:

        def desk_of(settings: Settings, passwords: Passwords = PASSWORDS) -> Browser:
            doors = desk_doors(
                settings, passwords, DeskSessions(clock=clock), SignInThrottle(clock=clock)
            )
            hosts = DeskAddresses(("127.0.0.1",), {"Dagster": "http://127.0.0.1:3000"})
            front.desk = build_desk(StationReader(settings, {}), signings, hosts, doors)
            return browsers.enter_context(Browser(front.base))

        yield desk_of


@pytest.fixture
def browser(users: DeskUsers, tmp_path: Path, opened: Callable[..., Browser]) -> Browser:
    assert users.are_declared
    return opened(Settings(home=tmp_path))


def said(answer: requests.Response) -> str:
    """Return the text of a page, its spaces plain."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("&#39;", "'").split())


def test_where_nobody_is_declared_nobody_is_asked(
    tmp_path: Path, opened: Callable[..., Browser]
) -> None:
    browser = opened(Settings(home=tmp_path))
    assert browser.see("/").status_code == NOT_YET
    assert browser.fill("/constats/4f2a/decision").status_code == NOT_YET
    assert browser.see("/connexion").headers["Location"] == "/"
    assert browser.sign_in("anne").headers["Location"] == "/"
    assert not browser.cookies


def test_the_first_who_is_declared_closes_an_open_desk_for_as_long_as_it_runs(
    tmp_path: Path, opened: Callable[..., Browser]
) -> None:
    settings = Settings(home=tmp_path)
    users = DeskUsers(settings.folders)
    browser = opened(settings)
    assert browser.see("/").status_code == NOT_YET
    with users.changing() as declared:
        declared.update(PEOPLE)
    assert browser.see("/").status_code == 303
    users.path.unlink()
    assert browser.see("/").status_code == 303, "a file that is lost opens nothing"
    assert browser.sign_in("anne").status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_who_one_is_and_then_goes_on_to_it(browser: Browser, path: str) -> None:
    answer = browser.see(path)
    assert answer.status_code == 303
    asked = urlsplit(answer.headers["Location"])
    assert (asked.scheme, asked.netloc, asked.path) == ("", "", "/connexion")
    assert parse_qs(asked.query) == {"retour": [path]}
    form = browser.see(answer.headers["Location"])
    assert form.status_code == 200
    onward = "/" if path == "/inconnu" else path
    assert f'name="retour" value="{onward}"' in form.text
    assert browser.sign_in("anne", retour=onward).headers["Location"] == onward
    assert browser.see(path).status_code != 303


def test_styles_and_the_form_are_for_all_and_lead_nowhere_else(browser: Browser) -> None:
    assert browser.see("/bureau.css").status_code == 200
    assert "127.0.0.1:3000" not in browser.see("/connexion").text


@pytest.mark.parametrize("path", ["//bureau.css", "/bureau.css/", "/connexion/", "/./bureau.css"])
def test_what_looks_like_the_form_is_not(browser: Browser, path: str) -> None:
    answer = browser.see(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/connexion?retour=")


def test_one_goes_on_to_pages_of_the_desk_only(browser: Browser) -> None:
    assert 'value="/"' in browser.see("/connexion?retour=https://ailleurs.exemple/").text
    assert browser.sign_in("anne", retour="//ailleurs.exemple").headers["Location"] == "/"
    assert browser.see("/connexion?retour=//ailleurs.exemple").headers["Location"] == "/"
    assert browser.see("/connexion?retour=/constats/4f").headers["Location"] == "/constats/4f"


def test_a_session_is_a_cookie_that_no_script_and_no_other_site_has(browser: Browser) -> None:
    cookie = browser.sign_in("ANNE ").headers["Set-Cookie"]
    name, _, attributes = cookie.partition(";")
    assert re.fullmatch(r"vigie=[\w-]{43}", name)
    assert {each.strip().lower() for each in attributes.split(";")} == {
        "httponly",
        "samesite=strict",
        "path=/",
    }


@pytest.mark.usefixtures("users")
def test_where_browsers_come_by_https_the_cookie_goes_by_https_alone(
    tmp_path: Path, opened: Callable[..., Browser]
) -> None:
    settings = Settings(home=tmp_path, url="https://vigie.exemple.fr")
    browser = opened(settings)
    cookie = browser.sign_in("anne").headers["Set-Cookie"]
    assert cookie.startswith("__Host-vigie=")
    assert "; secure" in cookie.lower()
    assert "domain" not in cookie.lower()
    out = browser.fill("/deconnexion").headers["Set-Cookie"]
    assert out.startswith('__Host-vigie="";')
    assert "; secure" in out.lower()


def test_a_name_nobody_has_a_wrong_password_and_one_not_given_yet_are_answered_alike(
    browser: Browser,
) -> None:
    answers = [
        browser.sign_in(name, password)
        for name, password in (("inconnu", WORDS), ("anne", "x"), ("zoé", WORDS), ("zoé", ""))
    ]
    texts = {re.sub(r'value="(inconnu|anne|zoé)"', "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert "ne vont pas ensemble" in answers[0].text
    assert {answer.status_code for answer in answers} == {403}
    assert not browser.cookies


def test_as_much_work_is_done_for_a_name_nobody_has(
    users: DeskUsers, opened: Callable[..., Browser]
) -> None:
    passwords = NotedPasswords()
    browser = opened(Settings(home=users.path.parent), passwords)
    for name in ("anne", "inconnu", "zoé"):
        browser.sign_in(name, "x")
    assert passwords.tried == [PEOPLE["anne"].password, "", ""]


def test_who_is_refused_is_told_to_the_log_by_address_and_nothing_that_was_typed(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        browser.sign_in("mot de passe tapé là", "secret de quelqu'un")
    (line,) = [record.getMessage() for record in caplog.records if "Connexion" in record.msg]
    assert line == "Connexion au bureau refusée, depuis 127.0.0.1."


def test_after_some_tries_that_failed_even_the_right_password_waits(
    browser: Browser, clock: Clock
) -> None:
    for name in ("anne", "inconnu"):
        assert {browser.sign_in(name, "x").status_code for _ in range(5)} == {403}
    refused = [browser.sign_in("anne"), browser.sign_in("inconnu")]
    assert {answer.status_code for answer in refused} == {429}, "declared or not"
    assert {answer.headers["Retry-After"] for answer in refused} == {"900"}
    assert "attendez 15 minutes" in said(refused[0]).replace("\xa0", " ")
    assert browser.sign_in("paul").status_code == 303, "another account of the same address"
    clock.at = 900.0
    assert browser.sign_in("anne").status_code == 303


def test_the_right_password_takes_back_the_tries_that_failed(browser: Browser) -> None:
    for _ in range(3):
        assert {browser.sign_in("anne", "x").status_code for _ in range(4)} == {403}
        assert browser.sign_in("anne").status_code == 303


def test_a_session_ends_by_itself_at_sign_out_with_the_password_and_with_its_user(
    browser: Browser, clock: Clock, users: DeskUsers
) -> None:
    def signed_in() -> bool:
        return browser.see("/").status_code == NOT_YET

    browser.sign_in("anne")
    assert signed_in()
    clock.at += 2 * 3600.0
    assert not signed_in()

    browser.sign_in("anne")
    kept = browser.cookies.get("vigie")
    assert browser.fill("/deconnexion").headers["Location"] == "/connexion"
    assert not browser.cookies
    browser.cookies.set("vigie", kept)
    assert not signed_in(), "a cookie that was copied is of no use"
    browser.cookies.clear()

    browser.sign_in("anne")
    with users.changing() as declared:
        declared["anne"] = PEOPLE["anne"].model_copy(
            update={"password": PASSWORDS.hashed("x" * 12)}
        )
    assert not signed_in()

    browser.sign_in("paul")
    assert signed_in()
    with users.changing() as declared:
        del declared["paul"]
    assert not signed_in()


def test_signing_in_again_gives_another_session_and_ends_the_former(browser: Browser) -> None:
    browser.cookies.set("vigie", "a-name-that-somebody-else-chose")
    browser.sign_in("anne")
    first = browser.cookies.get("vigie", path="/", domain="127.0.0.1")
    assert first != "a-name-that-somebody-else-chose"
    browser.sign_in("paul")
    browser.cookies.clear()
    browser.cookies.set("vigie", first)
    assert browser.see("/").status_code == 303


def test_a_reader_sees_every_page_and_decides_nothing(browser: Browser) -> None:
    browser.sign_in("paul")
    page = browser.see("/")
    assert page.status_code == NOT_YET
    assert "Paul Roux, en lecture" in said(page)
    refused = browser.fill("/constats/4f2a/decision", decision="rupture", auteur="Anne Lebrun")
    assert refused.status_code == 403
    assert "Vous lisez le bureau sans y décider" in said(refused)
    assert browser.fill("/connexion").status_code == 403, "the form, not the role"
    assert browser.fill("/deconnexion").status_code == 303


def test_a_form_sent_after_the_session_ended_is_refused_and_says_what_to_do(
    browser: Browser, clock: Clock
) -> None:
    browser.sign_in("anne")
    clock.at += 12 * 3600.0
    refused = browser.fill("/constats/4f2a/decision", decision="rupture")
    assert refused.status_code == 403
    assert "Votre session est finie : rien n'a été signé" in said(refused).replace("\xa0", " ")


def test_a_link_followed_from_a_mail_asks_once_more_from_a_page_of_ours(browser: Browser) -> None:
    """The cookie is not sent with what another site begins."""
    bounced = browser.see("/constats/4f2a?x=1", **{"Sec-Fetch-Site": "cross-site"})
    assert bounced.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/constats/4f2a?x=1">' in bounced.text
    elsewhere = browser.see("//ailleurs.exemple/", **{"Sec-Fetch-Site": "cross-site"})
    assert 'content="0; url=/"' in elsewhere.text


def test_a_damaged_file_lets_nobody_in_and_says_so(browser: Browser, users: DeskUsers) -> None:
    browser.sign_in("anne")
    users.path.write_text('{"format": 1, "users": {"anne": {"password": "secret"}}}', "utf-8")
    for answer in (browser.see("/"), browser.see("/connexion"), browser.sign_in("anne")):
        assert answer.status_code == 503
        assert "ne peut pas être lu (users.anne.name)" in said(answer)
        assert "secret" not in answer.text


@pytest.fixture
def proxied(users: DeskUsers, tmp_path: Path, opened: Callable[..., Browser]) -> Browser:
    assert users.are_declared
    settings = Settings(
        home=tmp_path, proxy_user_header="X-Remote-User", proxy_addresses="::1, 127.0.0.0/24"
    )
    return opened(settings)


def test_a_proxy_names_who_asks_and_no_password_is_asked(proxied: Browser) -> None:
    page = proxied.see("/", **{"X-Remote-User": "Paul"})
    assert page.status_code == NOT_YET
    assert "Paul Roux, en lecture" in said(page)
    assert "Se déconnecter" not in page.text
    assert proxied.see("/connexion").headers["Location"] == "/"
    assert proxied.sign_in("anne").headers["Location"] == "/"
    assert not proxied.cookies
    utf8 = proxied.see("/", **{"X-Remote-User": "zoé".encode().decode("latin-1")})
    assert "Zoé Petit" in utf8.text


@pytest.mark.parametrize("name", ["inconnu", "", None])
def test_somebody_a_proxy_does_not_name_or_names_wrong_is_refused(
    proxied: Browser, name: str | None
) -> None:
    refused = proxied.see("/", **({} if name is None else {"X-Remote-User": name}))
    assert refused.status_code == 403
    expected = "« inconnu » n'est pas déclaré" if name else "n'a pas dit qui vous êtes"
    assert expected in said(refused).replace("\xa0", " ")


def test_a_header_that_comes_twice_names_nobody(proxied: Browser) -> None:
    connection = http.client.HTTPConnection(urlsplit(proxied.base).netloc, timeout=60)
    connection.putrequest("GET", "/")
    connection.putheader("X-Remote-User", "anne")
    connection.putheader("X-Remote-User", "paul")
    connection.endheaders()
    assert connection.getresponse().status == 403
    connection.close()


@pytest.mark.usefixtures("users")
def test_the_header_is_believed_from_the_proxy_alone(
    tmp_path: Path, opened: Callable[..., Browser]
) -> None:
    settings = Settings(
        home=tmp_path, proxy_user_header="X-Remote-User", proxy_addresses="192.0.2.1"
    )
    named = {"X-Remote-User": "anne", "X-Forwarded-For": "192.0.2.1"}
    browser = opened(settings)
    assert browser.see("/", **named).status_code == 403
    browser = opened(Settings(home=tmp_path))
    assert browser.see("/", **named).status_code == 303, "no header is asked for"


@pytest.mark.usefixtures("users")
def test_behind_a_proxy_tries_are_counted_by_the_address_that_it_saw(
    tmp_path: Path, opened: Callable[..., Browser]
) -> None:
    settings = Settings(home=tmp_path, proxy_addresses="127.0.0.1")
    browser = opened(settings)
    codes = []
    for number in range(31):
        # What a browser says of itself comes before what the proxy saw.
        browser.headers["X-Forwarded-For"] = f"198.51.100.{number}, 203.0.113.1"
        codes.append(browser.sign_in(f"inconnu {number}", "x").status_code)
    assert codes == [403] * 30 + [429]
    browser.headers["X-Forwarded-For"] = "203.0.113.1, 203.0.113.2"
    assert browser.sign_in("anne").status_code == 303
