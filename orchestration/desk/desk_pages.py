"""The pages of the desk as HTML.

Here: filling them. Not here: their words (the templates), what is on them (``morning``), the
addresses that answer with them (``application``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from expectations.decisions.decision import MEANINGS, SIGNED
from expectations.french import day_long, moment_long
from expectations.verdicts.rules import RULES
from orchestration.alarms.alarm import without_a_night
from orchestration.alarms.heartbeat import A_NIGHT, Heartbeat, is_recent
from orchestration.desk.access.visitors import current_visitor
from orchestration.desk.alarm_history import DeskHistory
from orchestration.desk.decision_form import TypedDecision
from orchestration.desk.follow_up_form import FollowedDoubt
from orchestration.desk.indicator_sheets import IndicatorSheet
from orchestration.desk.producer_letter import ProducerLetter
from orchestration.desk.signings import DeskSigning, Progress
from orchestration.desk.station_reader import Desk
from orchestration.publication.outdated_views import view_of
from orchestration.reporting import summary
from orchestration.reporting.addresses import FINDING, STATION, indicator_address
from orchestration.reporting.care_words import care_in_words, step_in_words
from orchestration.reporting.inline_svg import inline_svg
from orchestration.reporting.reported_findings import FindingLine
from orchestration.reporting.templating import environment
from orchestration.settings.folders import LETTERS
from orchestration.station.kept_letters import KeptLetter

REPORT = f"{STATION}reports/current/"


@dataclass(frozen=True)
class DeskCard:
    """The card of a finding.

    Attributes:
        finding: The finding.
        followed: The doubt that it tells; None when it holds nothing.
        typed: What was typed so far of a decision.
        letter: The letter that asks the producer about it.
        copies: The letters that the producer was sent about it, the last one first.
        keep_days: For how many days these are kept.
        wrong: French: what keeps it from being signed; empty when nothing does.
    """

    finding: FindingLine
    followed: FollowedDoubt | None
    typed: TypedDecision
    letter: ProducerLetter
    copies: Sequence[KeptLetter]
    keep_days: int
    wrong: str = ""


@cache
def _environment() -> Environment:
    own = environment().overlay(
        loader=ChoiceLoader(
            [
                PackageLoader("orchestration.desk", "templates"),
                PackageLoader("orchestration.reporting", "templates"),
            ]
        )
    )
    own.filters = {**own.filters, "sentence": _sentence, "step": step_in_words, "day_of": day_long}
    own.globals = {
        **own.globals,
        "meanings": MEANINGS,
        "signed": SIGNED,
        "report": REPORT,
        "cared": care_in_words,
        "letters_address": f"{STATION}{LETTERS}/",
    }
    return own


def _sentence(text: str) -> str:
    """Return a text that begins with a capital letter, what follows as it is."""
    return text[:1].upper() + text[1:]


def render(template: str, **values: Any) -> str:  # noqa: ANN401 whatever a template is given
    """Return a page of the desk."""
    return (
        _environment()
        .get_template(template)
        .render(finding_address=FINDING, visitor=current_visitor(), **values)
    )


def render_morning(desk: Desk, links: Mapping[str, str], last: Heartbeat | None) -> str:
    """Return the page that a steward opens first.

    Args:
        desk: What the desk shows.
        links: Where else one can go: address by French name.
        last: The last good night; None when none was ever noted.
    """
    return render(
        "morning.html",
        delayed=desk.delayed,
        morning=desk.morning,
        now=desk.at,
        sentence=summary.sentence(desk.morning.night),
        links=links,
        last_good_night=f"Dernière bonne nuit : {moment_long(last.at)}." if last else "",
        no_night=_no_night(last, desk.at),
    )


def _no_night(last: Heartbeat | None, now: datetime) -> str:
    """Say that no good night came lately, which nothing else on the page would tell."""
    if last and is_recent(last, now, A_NIGHT):
        return ""
    return (
        f"{without_a_night(last)} : ce qui suit est ce qui était publié. Prévenez qui entretient "
        "la station : « vigie doctor » dit ce qu'il faut y voir."
    )


def render_card(desk: Desk, card: DeskCard, links: Mapping[str, str]) -> str:
    """Return the card of a finding, with the forms by which it is followed and decided.

    Args:
        desk: What the desk shows.
        card: The card.
        links: Where else one can go.
    """
    finding = card.finding
    raised = next(each for each in desk.docket.findings if each.finding_id == finding.finding_id)
    return render(
        "card.html",
        delayed=desk.delayed,
        night=desk.morning.night,
        finding=from_here(finding),
        plots={finding.finding_id: inline_svg(finding)} if finding.cells else {},
        choices=desk.docket.choices(raised),
        view=view_of(desk.docket, finding.finding_id),
        letter=card.letter,
        copies=card.copies,
        keep_days=card.keep_days,
        decisions=[
            line for line in desk.morning.night.decided.lines if line.indicator == finding.indicator
        ],
        links=links,
        typed=card.typed,
        wrong=card.wrong,
        followed=card.followed,
    )


def render_indicator(sheet: IndicatorSheet, links: Mapping[str, str]) -> str:
    """Return the page of an indicator.

    Args:
        sheet: The indicator.
        links: Where else one can go.
    """
    explanations = indicator_address(sheet.page.id)
    return render("indicator.html", sheet=sheet, explanations=explanations, links=links)


def render_signing(signing: DeskSigning, release_id: str, links: Mapping[str, str]) -> str:
    """Return how far a decision is.

    Args:
        signing: The decision.
        release_id: The release in force now.
        links: Where else one can go.
    """
    is_under_way = signing.progress is Progress.UNDER_WAY
    return render(
        "signing.html",
        signing=signing,
        is_under_way=is_under_way,
        is_in_force=release_id != signing.release_before,
        result=None if is_under_way else signing.result,
        release_id=release_id,
        links=links,
    )


def render_history(
    history: DeskHistory, labels: Mapping[str, str], links: Mapping[str, str]
) -> str:
    """Return the page of what came of alarms.

    Args:
        history: What it tells.
        labels: French labels of the indicators, by id.
        links: Where else one can go.
    """
    titles = {code: rule.title for code, rule in RULES.items()}
    return render("history.html", history=history, rule_titles=titles, labels=labels, links=links)


def render_notice(
    title: str, sentence: str, links: Mapping[str, str], *, has_list: bool = True
) -> str:
    """Return a page that says one thing, and leads to the list of the morning if there is one."""
    return render("notice.html", title=title, sentence=sentence, links=links, has_list=has_list)


def styles() -> str:
    """Return the styles of the desk: those of the report, then its own."""
    return "\n".join(map(render, ("report.css", "desk.css")))


def from_here(finding: FindingLine) -> FindingLine:
    """Return a finding whose links lead from the desk to the pages of the report."""
    cells = tuple(
        replace(cell, explanation=cell.explanation and f"{REPORT}{cell.explanation}")
        for cell in finding.cells
    )
    return replace(finding, cells=cells, command="")
