"""Seasons are drawn the same for a seed, and have everything in them that a season should."""

from hypothesis import given
from hypothesis import strategies as st

from sources.replay.deposits import FOLDER
from sources.replay.faults import faults_by_source
from tests.season.deposited_tables import Line, revised
from tests.season.events import (
    ABSENT_AT_FIRST,
    FOUNDING,
    NEVER_WORKED,
    NEW_YEAR_NIGHT,
    PCRH,
    PORTAL_FAULTS,
    STEADY,
    Decided,
    Deposit,
    PortalBack,
    PortalFault,
    Rebuilt,
    Redefined,
    Unreadable,
    draw,
    nights_to_run,
)

KINDS = {Deposit, Unreadable, PortalFault, PortalBack, Decided, Redefined, Rebuilt}
CHOICES = {"rupture", "valeur", "correction", "maintien", "exclusion"}
SEEDS = st.integers(0, 10**6)


@given(SEEDS)
def test_a_season_is_forty_days_with_every_kind_of_event_and_is_drawn_again(seed: int) -> None:
    season = draw(seed)
    events = [event for night in season for event in night]
    assert len(season) == 40
    assert {type(event) for event in events} == KINDS
    assert {event.choice for event in events if isinstance(event, Decided)} == CHOICES
    assert season == draw(seed)


@given(SEEDS)
def test_half_of_the_nights_of_a_season_are_quiet(seed: int) -> None:
    assert sum(not night for night in draw(seed)) >= 20


@given(SEEDS)
def test_the_station_runs_when_something_happens_on_the_day_after_and_on_new_years_day(
    seed: int,
) -> None:
    season = draw(seed)
    awake = nights_to_run(season)
    happening = {rank for rank, events in enumerate(season) if events}
    assert set(awake) == happening | {rank + 1 for rank in happening} | {NEW_YEAR_NIGHT}
    assert len(awake) <= 21
    assert nights_to_run(FOUNDING) == [0, 1, 2]


@given(SEEDS)
def test_a_portal_fails_before_it_is_back_and_a_late_deposit_comes_before_it_changes(
    seed: int,
) -> None:
    events = [event for night in draw(seed) for event in night]
    for failing, fault in enumerate(events):
        if isinstance(fault, PortalFault):
            assert events.index(PortalBack(fault.source)) > failing
    for source in ABSENT_AT_FIRST:
        first, *_ = [event for event in events if getattr(event, "source", "") == source]
        assert isinstance(first, Deposit)
        assert not first.lines


def test_every_fault_of_a_portal_can_be_replayed() -> None:
    for source, fault in (*PORTAL_FAULTS, *NEVER_WORKED):
        faults_by_source({source: fault})


def recorded(source: str) -> str:
    return (FOLDER / f"{source}.csv").read_text("utf-8")


def test_a_revised_table_has_its_lines_changed_added_or_left_out() -> None:
    orders = "transition_ecologique"
    text = revised(
        recorded(PCRH),
        (
            Line(("2024", "44", orders), "7"),
            Line(("2024", "49", orders), "24"),
            Line(("2024", "85", orders), None),
        ),
    )
    assert "2024;44;Loire-Atlantique;transition_ecologique;7;nationale;" in text
    assert "2024;49;Maine-et-Loire;transition_ecologique;24;nationale;" in text
    assert "2024;85;Vendée;transition_ecologique" not in text
    assert "2024;total;Pays de la Loire;transition_ecologique;4;nationale;" in text


def test_a_table_without_a_change_has_the_lines_that_were_recorded() -> None:
    for source in (PCRH, STEADY):
        assert revised(recorded(source), ()).splitlines() == (
            recorded(source).removeprefix("\ufeff").splitlines()
        )


def test_a_year_more_is_a_line_like_those_of_the_others() -> None:
    key = ("2A2_professionnels_orientation_formes", "52", "2025", "total", "total")
    text = revised(recorded(STEADY), (Line(key, "1400"),))
    assert ";".join(key) + ";1400;professionnel;;Cariforef;declaration;" in text
