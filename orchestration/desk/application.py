"""The desk as a web application: its addresses, and what each answers.

Here: routes and answers. Not here: the pages (``desk_pages``), what guards them (``safeguards``),
serving them (``commands.desk_service``).

Whatever reads files or the warehouse works in a thread, one request at a time.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from expectations import french
from expectations.decisions.follow_up import FollowUpStep
from expectations.french import PARIS, date_long
from orchestration.alarms.heartbeat import read_heartbeat
from orchestration.desk import desk_pages
from orchestration.desk.access.doors import DeskDoors, desk_doors, not_admitted
from orchestration.desk.access.refusals import NotAdmittedError
from orchestration.desk.access.visitors import current_visitor
from orchestration.desk.alarm_history import compose_history
from orchestration.desk.decision_form import (
    TypedDecision,
    UnreadableFormError,
    sent_form,
    typed_decision,
    wrong_with,
)
from orchestration.desk.desk_pages import DeskCard
from orchestration.desk.follow_up_form import FollowedDoubt, followed_doubt, new_step, typed_step
from orchestration.desk.indicator_sheets import IndicatorSheet, IndicatorSheets
from orchestration.desk.kept_pages import kept_pages
from orchestration.desk.letter_writing import letter_about
from orchestration.desk.publication_table import publication_table
from orchestration.desk.safeguards import Safeguards, add_headers
from orchestration.desk.signings import DeskSigning, Signings
from orchestration.desk.station_reader import NOTHING_YET, Desk, NothingToShowError, StationReader
from orchestration.reporting.addresses import FINDING, PUBLICATION, SHEET
from orchestration.reporting.reported_findings import FindingLine
from orchestration.station.kept_letters import keep_letter, kept_letters
from orchestration.station.releases_in_force import current_release

NOTHING_WAITS = "Ce constat ne retient plus rien : il n'y a rien à suivre, et rien n'a été noté."
NO_PAGE = "Le bureau n'a pas de page à cette adresse. Partez de la liste du matin."
UNFORESEEN = (
    "Le bureau n'a pas pu faire cette page, pour une raison que Vigie ne connaît pas. Si vous "
    "veniez d'envoyer un formulaire, voyez d'abord à la page du constat si votre choix y est noté. "
    "Si cela se reproduit, prévenez qui entretient la station : « vigie verify » et « vigie "
    "doctor » disent ce qui y est abîmé, et la trace est dans le journal du bureau."
)


@dataclass(frozen=True)
class DeskAddresses:
    """Where the desk is, and what it leads to.

    Attributes:
        hosts: The names by which browsers may ask for it.
        links: What else there is: address by French name.
    """

    hosts: tuple[str, ...]
    links: Mapping[str, str] = field(default_factory=dict)


class DeskAnswers:
    """What each address of the desk answers.

    Args:
        reader: Reads the station.
        signings: Signs the decisions.
        links: What else there is: address by French name.
    """

    def __init__(self, reader: StationReader, signings: Signings, links: Mapping[str, str]) -> None:
        self._reader = reader
        self._signings = signings
        self._links = links
        self._sheets = IndicatorSheets(reader.settings)

    def morning(self, _request: Request) -> Response:
        """Answer with what a steward finds in the morning."""
        desk = self._desk()
        last = read_heartbeat(self._reader.settings.folders)
        return HTMLResponse(desk_pages.render_morning(desk, self._links, last))

    def card(self, request: Request) -> Response:
        """Answer with the card of a finding."""
        desk = self._desk()
        finding = self._finding(desk, request)
        if under_way := self._signings.under_way_on(finding.finding_id):
            return RedirectResponse(f"/decisions/{under_way.ticket}", HTTPStatus.SEE_OTHER)
        asked = typed_step(request.query_params)
        followed = followed_doubt(desk, finding.finding_id, asked)
        return self._card(desk, finding, followed=followed)

    def decide(self, request: Request, form: Mapping[str, str]) -> Response:
        """Sign what was typed, or answer with the card and what is wrong."""
        desk = self._desk()
        finding = self._finding(desk, request)
        typed = typed_decision(finding.finding_id, form)
        if signing := self._signings.under_way_on(finding.finding_id):
            if replace(typed, view=signing.typed.view) != signing.typed:
                raise HTTPException(HTTPStatus.CONFLICT, _already(signing))
        elif wrong := wrong_with(desk.docket, typed):
            return self._card(desk, finding, typed=typed, wrong=wrong)
        else:
            signing = self._signings.start(typed, desk.docket.release.release_id)
        return RedirectResponse(f"/decisions/{signing.ticket}", HTTPStatus.SEE_OTHER)

    def follow_up(self, request: Request, form: Mapping[str, str]) -> Response:
        """Record what is done about a doubt, or answer with the card and what is wrong."""
        desk = self._desk()
        finding = self._finding(desk, request)
        typed = typed_step(form)
        followed = followed_doubt(desk, finding.finding_id, typed)
        if followed is None:
            raise HTTPException(HTTPStatus.CONFLICT, NOTHING_WAITS)
        letter = letter_about(self._reader.settings, desk, finding, followed)
        try:
            step = new_step(followed, typed, letter.due)
        except ValueError as error:
            wrong = replace(followed, wrong=str(error))
            return self._card(desk, finding, followed=wrong)
        if step.step is FollowUpStep.ASKED:
            # Before the register says that it was sent: a copy that says too much is no harm.
            folders, today = self._reader.settings.folders, desk.at.astimezone(PARIS).date()
            keep_letter(folders, followed.doubts, letter.as_message(), today)
        self._reader.follow_ups.add(followed.doubts, step, followed.all_since)
        return RedirectResponse(f"{FINDING}{finding.finding_id}#suivre", HTTPStatus.SEE_OTHER)

    def letter(self, request: Request) -> Response:
        """Answer with the letter about a finding, as a draft that a mail program opens."""
        desk = self._desk()
        finding = self._finding(desk, request)
        followed = followed_doubt(desk, finding.finding_id, typed_step(request.query_params))
        letter = letter_about(self._reader.settings, desk, finding, followed)
        return Response(
            letter.as_message().as_bytes(),
            media_type="message/rfc822",
            headers={"Content-Disposition": f'attachment; filename="{finding.finding_id}.eml"'},
        )

    def history(self, _request: Request) -> Response:
        """Answer with what came of alarms."""
        definitions = self._reader.definitions
        history = compose_history(self._reader.settings.folders, definitions)
        labels = {name: definition.label for name, definition in definitions.items()}
        return HTMLResponse(desk_pages.render_history(history, labels, self._links))

    def signing(self, request: Request) -> Response:
        """Answer with how far a decision is."""
        signing = self._signings.get(request.path_params["ticket"])
        if signing is None:
            raise HTTPException(
                HTTPStatus.NOT_FOUND,
                "Le bureau ne suit plus cette décision. Si elle a été signée, elle est au "
                "registre : voyez le rapport, ou la page de son constat.",
            )
        release = current_release(self._reader.settings.folders.releases)
        release_id = release.release_id if release else ""
        return HTMLResponse(desk_pages.render_signing(signing, release_id, self._links))

    def indicator(self, request: Request) -> Response:
        """Answer with the page of an indicator."""
        return HTMLResponse(desk_pages.render_indicator(self._sheet(request), self._links))

    def chart(self, request: Request) -> Response:
        """Answer with the chart of an indicator."""
        return Response(self._sheet(request).chart, media_type="image/svg+xml")

    def short_chart(self, request: Request) -> Response:
        """Answer with the chart that Dagster's page of an indicator shows."""
        return Response(self._sheet(request).short_chart, media_type="image/svg+xml")

    def publication(self, _request: Request) -> Response:
        """Answer with the release in force, for a spreadsheet."""
        release = self._desk().docket.release
        return Response(
            publication_table(release),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{release.release_id}.csv"'},
        )

    def styles(self, _request: Request) -> Response:
        """Answer with the styles of all pages."""
        return Response(desk_pages.styles(), media_type="text/css")

    def refusal(self, status: int, sentence: str) -> Response:
        """Answer with a page that says why there is no other."""
        title = "Rien à cette adresse" if status == HTTPStatus.NOT_FOUND else "Page indisponible"
        title = "Rien n'est encore publié" if sentence == NOTHING_YET else title
        title = "Rien n'a été enregistré" if status == HTTPStatus.CONFLICT else title
        has_list = status != HTTPStatus.SERVICE_UNAVAILABLE
        page = desk_pages.render_notice(title, sentence, self._links, has_list=has_list)
        return HTMLResponse(page, status)

    def _card(
        self,
        desk: Desk,
        finding: FindingLine,
        *,
        followed: FollowedDoubt | None = None,
        typed: TypedDecision | None = None,
        wrong: str = "",
    ) -> Response:
        """Answer with a card, and with what is wrong in one of its forms, if something is."""
        name = finding.finding_id
        followed = followed or followed_doubt(desk, name)
        settings = self._reader.settings
        card = DeskCard(
            finding,
            followed,
            typed or TypedDecision(name),
            letter_about(settings, desk, finding, followed),
            kept_letters(settings.folders, followed.doubts[0]) if followed else (),
            settings.keep_days,
            wrong,
        )
        is_wrong = bool(wrong or (followed and followed.wrong))
        status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
        return HTMLResponse(desk_pages.render_card(desk, card, self._links), status)

    def _desk(self) -> Desk:
        try:
            return self._reader.desk()
        except NothingToShowError as error:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from None

    def _sheet(self, request: Request) -> IndicatorSheet:
        try:
            sheet = self._sheets.get(self._desk(), request.path_params["indicator"])
        except NothingToShowError as error:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from None
        if sheet is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "Aucun indicateur ne porte ce nom.")
        return sheet

    def _finding(self, desk: Desk, request: Request) -> FindingLine:
        wanted = request.path_params["finding_id"]
        for finding in desk.morning.night.findings:
            if finding.finding_id == wanted:
                return finding
        raise HTTPException(HTTPStatus.NOT_FOUND, self._gone(desk, wanted))

    def _gone(self, desk: Desk, wanted: str) -> str:
        """Say why there is no card: decided and gone, or never made."""
        for line in desk.morning.night.decided.lines:
            if line.finding_id == wanted:
                return (
                    f"Ce constat n'est plus fait : la décision n° {line.decision_id} "
                    f"({line.choice}, {line.author}, {date_long(line.at)}) est {line.standing}."
                )
        return (
            "Aucun constat de la dernière publication n'a cette référence : les chiffres ont "
            "changé depuis, ou elle est mal écrite. Partez de la liste du matin."
        )


def _already(signing: DeskSigning) -> str:
    """Say that another decision on the same finding is on its way."""
    return french.typeset(
        f"Une décision de {signing.typed.author} sur ce constat est en route ("
        f"{signing.typed.choice}) : la vôtre n'a pas été signée. Revenez à la page précédente "
        "quand elle sera publiée : ce que vous y aviez écrit y est encore."
    )


class DeskEndpoints:
    """How requests come to the answers of the desk: in a thread, one at a time.

    Args:
        answers: What each address answers.
    """

    def __init__(self, answers: DeskAnswers) -> None:
        self._answers = answers
        self._lock = threading.Lock()

    def get(self, path: str, answer: Callable[[Request], Response]) -> Route:
        """Return the route of a page."""

        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(self._alone, answer, request)

        return Route(path, endpoint)

    def post(self, path: str, answer: Callable[[Request, Mapping[str, str]], Response]) -> Route:
        """Return the route of a form; who signs it is who asks, where that is known."""

        async def endpoint(request: Request) -> Response:
            form = await sent_form(request) | current_visitor().signature
            return await run_in_threadpool(self._alone, answer, request, form)

        return Route(path, endpoint, methods=["POST"])

    async def refuse(self, _request: Request, error: Exception) -> Response:
        """Answer with why there is no such page, or no such form."""
        if not isinstance(error, HTTPException):
            return self._answers.refusal(HTTPStatus.BAD_REQUEST, str(error))
        # What the framework refuses, it refuses in the English words of HTTP.
        is_ours = error.detail != HTTPStatus(error.status_code).phrase
        return self._answers.refusal(error.status_code, error.detail if is_ours else NO_PAGE)

    async def fail(self, _request: Request, _error: Exception) -> Response:
        """Answer to what nobody foresaw; the server logs the error then."""
        answer = self._answers.refusal(HTTPStatus.INTERNAL_SERVER_ERROR, UNFORESEEN)
        # Answered outside of whatever guards the other answers.
        add_headers(answer.headers)
        return answer

    def _alone(self, answer: Callable[..., Response], *asked: object) -> Response:
        with self._lock:
            return answer(*asked)


def build_desk(
    reader: StationReader,
    signings: Signings,
    addresses: DeskAddresses,
    doors: DeskDoors | None = None,
) -> Starlette:
    """Return the desk of a station.

    Args:
        reader: Reads the station.
        signings: Signs the decisions.
        addresses: Where all is.
        doors: Who is let in; by the settings of the station when it is not said.
    """
    doors = doors or desk_doors(reader.settings)
    answers = DeskAnswers(reader, signings, addresses.links)
    desk = DeskEndpoints(answers)
    pages = [
        desk.get("/", answers.morning),
        desk.get("/constats/{finding_id}", answers.card),
        desk.post("/constats/{finding_id}/decision", answers.decide),
        desk.post("/constats/{finding_id}/suivi", answers.follow_up),
        desk.get("/constats/{finding_id}/courriel.eml", answers.letter),
        desk.get("/decisions/{ticket}", answers.signing),
        desk.get("/historique", answers.history),
        desk.get(f"{SHEET}{{indicator}}.svg", answers.chart),
        desk.get(f"{SHEET}{{indicator}}/evolution.svg", answers.short_chart),
        desk.get(f"{SHEET}{{indicator}}", answers.indicator),
        desk.get(PUBLICATION, answers.publication),
        desk.get("/bureau.css", answers.styles),
        *kept_pages(reader.settings.folders),
    ]
    return Starlette(
        routes=doors.routes(pages),
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(addresses.hosts)),
            Middleware(Safeguards),
            doors.middleware,
        ],
        exception_handlers={
            HTTPException: desk.refuse,
            UnreadableFormError: desk.refuse,
            NotAdmittedError: not_admitted,
            Exception: desk.fail,
        },
    )
