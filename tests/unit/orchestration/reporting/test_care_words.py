"""Whose a doubt is, as stewards read it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from expectations.decisions.care import Care
from expectations.decisions.follow_up import FollowUp, FollowUpStep
from orchestration.reporting.care_words import care_in_words

HELD = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
NOW = HELD + timedelta(days=9)
TAKEN = FollowUp(1, ("i", "2024", None), FollowUpStep.TAKEN, "Anne Lebrun", "", None, HELD)
ASKED = replace(TAKEN, rank=2, step=FollowUpStep.ASKED)
PUT_OFF = replace(TAKEN, step=FollowUpStep.PUT_OFF, note="Congés", until=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("care", "said"),
    [
        (Care(HELD), "à personne depuis 9 jours"),
        (Care(NOW - timedelta(days=1)), "à personne depuis 1 jour"),
        (Care(NOW), "à personne"),
        (Care(HELD, holder=TAKEN), "prise par Anne Lebrun le 20 novembre 2026"),
        (
            Care(HELD, holder=ASKED, asked=ASKED),
            "demandée au producteur le 20 novembre 2026 par Anne Lebrun",
        ),
        (
            Care(HELD, holder=TAKEN, asked=replace(ASKED, until=date(2026, 11, 29))),
            "prise par Anne Lebrun le 20 novembre 2026 · demandée au producteur le 20 novembre "
            "2026 par Anne Lebrun, réponse attendue le 29 novembre 2026",
        ),
        (
            Care(HELD, holder=TAKEN, asked=replace(ASKED, until=date(2026, 11, 27))),
            "prise par Anne Lebrun le 20 novembre 2026 · demandée au producteur le 20 novembre "
            "2026 par Anne Lebrun, réponse attendue le 27 novembre 2026 · "
            "réponse en retard de 2 jours",
        ),
        (
            Care(HELD, holder=TAKEN, put_off=PUT_OFF),
            "prise par Anne Lebrun le 20 novembre 2026 · "
            "remise au 1er décembre 2026 par Anne Lebrun : Congés",
        ),
    ],
)
def test_it_is_said_by_whom_and_since_when(care: Care, said: str) -> None:
    assert care_in_words(care, NOW).replace("\xa0", " ") == said
