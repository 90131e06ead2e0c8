"""What a steward finds in the morning: causes, the new ones first, and what was settled."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from expectations.decisions.follow_up import FollowUp, FollowUpStep, doubt
from expectations.findings.compared import Basis, Compared, PublicationStatus, Reading
from expectations.findings.roll_up import Finding
from expectations.verdicts.table import Cell, Severity
from orchestration.alarms.heartbeat import Heartbeat
from orchestration.desk.desk_pages import render_morning
from orchestration.desk.morning import Morning, compose_morning, with_care
from orchestration.desk.station_reader import Desk
from orchestration.publication.former_nights import FormerNight
from orchestration.reporting.decided import DecisionLine, DecisionLines
from orchestration.reporting.reported_findings import HELD
from orchestration.reporting.reported_night import ReportedNight
from tests.unit.orchestration.dockets import docket_of
from tests.unit.orchestration.reporting.nights import (
    AT,
    founding_night,
    pcrh_finding,
    quiet_night,
    troubled_night,
)

EARLIER = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
EARLIEST = datetime(2026, 11, 19, 2, 5, tzinfo=UTC)


def finding(finding_id: str, indicator: str = "1A4_pcrh_te", period: str = "2024") -> Finding:
    return Finding(
        finding_id=finding_id,
        indicator=indicator,
        time_period=period,
        period_before="2023",
        severity=Severity.WARNING,
        rules=("BRK",),
        numbers=(),
        headline=Cell(indicator, period, "REG-52", "total", "TOTAL"),
        basis=Basis.PERIOD,
        title=f"{indicator} en {period}",
        explanation="",
        question="",
        addressee="",
        p_value=None,
    )


def night_of(*finding_ids: str, decided: dict[str, str] | None = None) -> ReportedNight:
    decisions = {name: decision(choice) for name, choice in (decided or {}).items()}
    lines = (
        replace(pcrh_finding(), finding_id=name, decision=decisions.get(name))
        for name in finding_ids
    )
    return replace(founding_night(), findings=tuple(lines))


def decision(choice: str) -> DecisionLine:
    signed = ("Constat", choice, "Anne Lebrun", "Le recueil a changé", AT, "en vigueur")
    return DecisionLine(1, "a" * 12, "1A4_pcrh_te", *signed)


def ids(morning: Morning) -> list[str]:
    return [line.leader.finding_id for line in morning.to_decide]


def test_what_is_new_comes_before_what_lasts_and_both_say_since_when() -> None:
    lasting, new = finding("a" * 12), finding("b" * 12, "1C1_pcrh")
    former = [FormerNight(EARLIER, (lasting,)), FormerNight(EARLIEST, (lasting,))]
    morning = compose_morning(night_of("a" * 12, "b" * 12), [(lasting,), (new,)], former)
    assert ids(morning) == ["b" * 12, "a" * 12]
    assert [line.is_new for line in morning.to_decide] == [True, False]
    assert [line.since for line in morning.to_decide] == [AT, EARLIEST]


def test_a_doubt_keeps_its_age_when_its_figures_change() -> None:
    before, now = finding("c" * 12), finding("a" * 12)
    morning = compose_morning(night_of("a" * 12), [(now,)], [FormerNight(EARLIER, (before,))])
    assert [line.since for line in morning.to_decide] == [EARLIER]
    assert morning.settled == ()


def test_a_doubt_that_came_back_is_as_old_as_its_return() -> None:
    lasting = finding("a" * 12)
    former = [
        FormerNight(EARLIER, (lasting,)),
        FormerNight(EARLIER, ()),
        FormerNight(EARLIEST, (lasting,)),
    ]
    morning = compose_morning(night_of("a" * 12), [(lasting,)], former)
    assert [line.since for line in morning.to_decide] == [EARLIER]


def test_one_cause_is_one_line_told_by_what_still_waits() -> None:
    first, second = finding("a" * 12), finding("b" * 12, "1C1_pcrh")
    night = night_of("a" * 12, "b" * 12, decided={"a" * 12: "maintien"})
    morning = compose_morning(night, [(first, second)], [])
    assert ids(morning) == ["b" * 12]
    assert [line.finding_id for line in morning.to_decide[0].others] == ["a" * 12]
    assert morning.waiting == ()


def test_a_value_that_two_findings_of_one_cause_hold_is_counted_once() -> None:
    total, detail = (Cell("1A4_pcrh_te", area, "2024", "_T", "_T") for area in ("REG-52", "DEP-49"))
    sums, revised = (
        replace(
            finding(name),
            numbers=tuple(
                Compared(Reading(cell, 4, "A", "pcrh"), publication=PublicationStatus.HELD)
                for cell in cells
            ),
        )
        for name, cells in (("a" * 12, (total, detail)), ("b" * 12, (detail,)))
    )
    (cause,) = compose_morning(night_of("a" * 12, "b" * 12), [(sums, revised)], []).to_decide
    assert cause.n_held == 2


def test_what_a_decision_keeps_held_waits_apart() -> None:
    night = night_of("a" * 12, decided={"a" * 12: "correction"})
    morning = compose_morning(night, [(finding("a" * 12),)], [])
    assert ids(morning) == []
    assert [line.leader.finding_id for line in morning.waiting] == ["a" * 12]
    page = render_morning(Desk(docket_of(), morning), {}, None)
    told = page.replace("\xa0", " ")
    assert "décidé : correction, par Anne Lebrun" in told
    assert "à personne" not in told, "somebody decided"


def test_what_is_held_no_more_is_settled_by_its_decision_or_by_the_figures() -> None:
    explained, gone = finding("a" * 12), finding("b" * 12, "1C1_pcrh")
    night = night_of("a" * 12, decided={"a" * 12: "rupture"})
    former = [FormerNight(EARLIER, (explained, gone))]
    morning = compose_morning(night, [(explained,)], former)
    assert settled(morning) == [
        (explained.title, "rupture, par Anne Lebrun"),
        (gone.title, "les chiffres ne le montrent plus"),
    ]


def settled(morning: Morning) -> list[tuple[str, str]]:
    """Return what the page says of what is settled: its title, and how."""
    page = render_morning(Desk(docket_of(), morning), {}, None)
    told = page.replace("\xa0", " ").partition('id="resolu"')[2].partition("</section>")[0]
    return re.findall(r"<li>(.*?)<small>.* · (.*?)</small>", told)


@pytest.mark.parametrize(
    ("choice", "standing", "how"),
    [
        ("valeur", "en vigueur", "valeur, par Anne Lebrun"),
        ("valeur", "caduque", "les chiffres ne le montrent plus"),
        (
            "correction",
            "caduque",
            "correction, par Anne Lebrun : les chiffres ne le montrent plus",
        ),
    ],
)
def test_what_nothing_tells_any_more_is_settled_by_what_was_signed_of_it(
    choice: str, standing: str, how: str
) -> None:
    gone = finding("a" * 12)
    signed = replace(decision(choice), standing=standing)
    night = replace(night_of(), decided=DecisionLines((signed,)))
    morning = compose_morning(night, [], [FormerNight(EARLIER, (gone,))])
    assert settled(morning) == [(gone.title, how)]


def reaching(by: Finding, other: Finding) -> Finding:
    """Return a finding that has no cell to show first, and reaches that of another one."""
    assert other.headline
    number = Compared(Reading(other.headline, None, "L", "pcrh"))
    return replace(by, headline=None, numbers=(number,))


def test_what_another_finding_explains_is_settled_by_the_decision_on_that_one() -> None:
    gone = finding("a" * 12)
    other = reaching(finding("b" * 12), gone)
    night = night_of("b" * 12, decided={"b" * 12: "valeur"})
    morning = compose_morning(night, [(other,)], [FormerNight(EARLIER, (gone,))])
    assert settled(morning) == [
        (gone.title, "valeur, par Anne Lebrun, sur un autre constat de cette valeur")
    ]


def test_what_was_signed_of_another_settles_its_values_when_neither_is_told_any_more() -> None:
    """Half a correction told a department alone; once it was whole, a decision took its table."""
    half = finding("a" * 12)
    whole = reaching(finding("b" * 12, period="2025"), half)
    signed = replace(decision("valeur"), finding_id="b" * 12)
    night = replace(night_of(), decided=DecisionLines((signed,)))
    former = [FormerNight(EARLIER, (whole,)), FormerNight(EARLIEST, (half,))]
    former = [replace(each, at=AT) for each in former]
    assert (half.title, "valeur, par Anne Lebrun, sur un autre constat de cette valeur") in settled(
        compose_morning(night, [], former)
    )


def test_what_another_finding_holds_is_not_settled_and_keeps_its_age_when_it_is_told_again() -> (
    None
):
    hidden = finding("a" * 12)
    other = reaching(finding("b" * 12), hidden)
    first = FormerNight(EARLIEST, (hidden,), held_cells=frozenset(other.cells))
    night = compose_morning(night_of("b" * 12), [(other,)], [first])
    assert night.settled == ()
    second = FormerNight(EARLIER, (other,), held_cells=frozenset(other.cells))
    again = compose_morning(night_of("a" * 12), [(hidden,)], [second, first])
    assert [line.since for line in again.to_decide] == [EARLIEST]


def test_what_half_a_correction_leaves_to_the_same_rule_is_not_settled() -> None:
    first, other = (Cell("1A4_pcrh_te", f"DEP-{code}", "2024", "_T", "_T") for code in (44, 49))

    def on(finding_id: str, rule: str, *cells: Cell) -> Finding:
        numbers = tuple(Compared(Reading(cell, 4, "A", "pcrh")) for cell in cells)
        told = replace(finding(finding_id), rules=(rule,), numbers=numbers)
        return replace(told, headline=cells[0])

    former = [FormerNight(EARLIER, (on("b" * 12, "CPY", first, other),))]
    left, of_another = on("a" * 12, "CPY", other), on("a" * 12, "BRK", other)
    assert compose_morning(night_of("a" * 12), [(left,)], former).settled == ()
    assert compose_morning(night_of("a" * 12), [(of_another,)], former).settled != ()


def test_a_decision_of_the_day_leaves_what_was_new_and_what_was_settled_that_day() -> None:
    new, lasting = finding("a" * 12), finding("b" * 12, "1C1_pcrh")
    gone, explained = finding("c" * 12, period="2022"), finding("d" * 12, "1C1_pcrh", "2021")
    night = night_of("a" * 12, "b" * 12, "d" * 12, decided={"d" * 12: "rupture"})
    changed, *unchanged = (replace(each, state="unchanged") for each in night.published)
    night = replace(night, indicators=(changed, *unchanged))
    former = [
        FormerNight(
            AT - timedelta(hours=1), (new, lasting, explained), frozenset({changed.indicator})
        ),
        FormerNight(EARLIER, (lasting, gone), frozenset(line.indicator for line in unchanged)),
        FormerNight(EARLIEST, (lasting, finding("e" * 12, period="2020"))),
    ]
    morning = compose_morning(night, [(lasting,), (new,), (explained,)], former)
    assert [(line.leader.finding_id, line.is_new) for line in morning.to_decide] == [
        ("a" * 12, True),
        ("b" * 12, False),
    ]
    assert [line.title for line in morning.settled] == [gone.title, explained.title]
    assert morning.changed == (changed,)


def test_sources_in_trouble_and_late_indicators_are_there() -> None:
    night = troubled_night()
    first, *others = night.indicators
    night = replace(night, indicators=(replace(first, late=("2024",)), *others), findings=())
    morning = compose_morning(night, [], [])
    assert [source.status for source in morning.troubled] == ["refused", "failed", "missing"]
    assert [line.late for line in morning.late] == [("2024",)]


def test_a_quiet_night_asks_for_nothing() -> None:
    morning = compose_morning(quiet_night(), [], [])
    assert (morning.to_decide, morning.waiting, morning.settled, morning.changed) == ((),) * 4


def followed(found: Finding, done: FollowUpStep, until: date | None = None) -> FollowUp:
    said = ("Anne Lebrun", "Réponse attendue", until, AT)
    return FollowUp(1, doubt(found), done, *said)


def test_what_is_put_off_stands_apart_until_its_day() -> None:
    found = finding("a" * 12)
    morning = compose_morning(night_of("a" * 12), [(found,)], [])
    until = AT.date() + timedelta(days=4)
    steps = {doubt(found): [followed(found, FollowUpStep.PUT_OFF, until)]}
    before = with_care(morning, steps, AT + timedelta(days=1), 7)
    assert (ids(before), [line.leader.finding_id for line in before.put_off]) == ([], ["a" * 12])
    on_the_day = with_care(morning, steps, AT + timedelta(days=4), 7)
    assert (ids(on_the_day), on_the_day.put_off) == (["a" * 12], ())


def test_causes_that_nobody_took_for_too_long_are_counted_and_those_taken_are_not() -> None:
    first, second = finding("a" * 12), finding("b" * 12, "1C1_pcrh")
    night = night_of("a" * 12, "b" * 12)
    morning = compose_morning(night, [(first,), (second,)], [FormerNight(EARLIER, (first, second))])
    later = EARLIER + timedelta(days=7)
    assert with_care(morning, {}, later, 7).night.forgotten == ("a" * 12, "b" * 12)
    assert with_care(morning, {}, later - timedelta(seconds=1), 7).night.forgotten == ()
    steps = {doubt(first): [followed(first, FollowUpStep.TAKEN)]}
    found = with_care(morning, steps, later, 7)
    assert found.night.forgotten == ("b" * 12,)
    assert [line.care.is_free for line in found.to_decide] == [False, True]


def test_what_is_decided_is_not_waited_for() -> None:
    night = night_of("a" * 12, decided={"a" * 12: "correction"})
    morning = compose_morning(night, [(finding("a" * 12),)], [FormerNight(EARLIEST, ())])
    assert with_care(morning, {}, AT + timedelta(days=100), 7).night.forgotten == ()


def test_an_answer_is_overdue_after_its_day_unless_the_doubt_was_put_off_since() -> None:
    found = finding("a" * 12)
    morning = compose_morning(night_of("a" * 12), [(found,)], [])
    due = AT.date() + timedelta(days=2)
    asked = followed(found, FollowUpStep.ASKED, due)
    for days, overdue in ((2, []), (3, [1]), (9, [7])):
        night = with_care(morning, {doubt(found): [asked]}, AT + timedelta(days=days), 7).night
        assert [answer.due for answer in night.awaited] == [due]
        assert [answer.days_overdue for answer in night.overdue] == overdue
    later = replace(followed(found, FollowUpStep.PUT_OFF, due + timedelta(days=30)), rank=2)
    waiting = with_care(morning, {doubt(found): [asked, later]}, AT + timedelta(days=9), 7)
    assert waiting.night.awaited == ()


def test_a_list_that_scrolls_and_has_no_link_is_reached_by_the_keyboard() -> None:
    page = render_morning(Desk(docket_of(), compose_morning(quiet_night(), [], [])), {}, None)
    panels = page.partition('<div class="panels">')[2]
    for heading in ("resolu", "retard", "panne"):
        told = panels.partition(f'id="{heading}"')[2].partition("<li")[0]
        assert f'tabindex="0" aria-labelledby="{heading}"' in told


@pytest.mark.parametrize(("age", "is_told"), [(6, False), (30, True), (None, True)])
def test_a_morning_without_a_good_night_says_so_first(age: int | None, *, is_told: bool) -> None:
    """What follows looks like any morning: only its date is that of another one."""
    now = datetime.now(UTC)
    last = Heartbeat(at=now - timedelta(hours=age)) if age else None
    morning = compose_morning(quiet_night(), [], [])
    page = render_morning(Desk(docket_of(), morning), {}, last)
    first, _, _ = page.partition("<h1>")
    assert ("Aucune bonne nuit" in first) == is_told
    assert ("vigie doctor" in first) == is_told


def test_what_is_told_beside_a_cause_is_told_apart() -> None:
    leader = replace(pcrh_finding(), finding_id="a" * 12)
    kin = finding("b" * 12, "1C1_pcrh")
    night = replace(founding_night(), findings=(leader, replace(leader, finding_id="b" * 12)))
    morning = compose_morning(night, [(finding("a" * 12), kin)], [])
    page = render_morning(Desk(docket_of(), morning), {}, None)
    said = " ".join(page.replace("\xa0", " ").split())
    assert "sans doute de la même cause · à personne" in said


def test_what_is_only_to_be_known_is_told_the_day_it_is_found() -> None:
    night = founding_night()
    told = replace(pcrh_finding(), finding_id="b" * 12, severity="Information")
    this_day, before = replace(told, since=night.at), replace(told, since=EARLIEST)
    night = replace(night, findings=(told, this_day, before))
    morning = compose_morning(night, [], [FormerNight(EARLIEST, ())])
    assert morning.to_know == (told, this_day)
    assert compose_morning(night, [], []).to_know == ()
    assert morning.to_decide == ()
    page = unescape(render_morning(Desk(docket_of(), morning), {}, None))
    assert "rien n'en est retenu" in page


def test_what_holds_nothing_says_what_another_finding_holds_of_its_values() -> None:
    night, told = founding_night(), replace(pcrh_finding(), severity="Information")
    cells = tuple(replace(cell, publication=HELD) for cell in told.cells)
    night = replace(night, findings=(replace(told, cells=cells),))
    morning = compose_morning(night, [], [FormerNight(EARLIEST, ())])
    page = unescape(render_morning(Desk(docket_of(), morning), {}, None)).replace("\xa0", " ")
    assert "ne retient rien ; un autre constat en retient des valeurs" in page
    assert "rien n'en est retenu" not in page
