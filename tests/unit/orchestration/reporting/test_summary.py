"""The sentence and the subject that open the page and the mail."""

from dataclasses import replace
from datetime import date

from orchestration.reporting.awaited import AwaitedAnswer
from orchestration.reporting.decided import DecisionLine
from orchestration.reporting.summary import sentence, subject
from tests.unit.orchestration.reporting.nights import founding_night, quiet_night, troubled_night


def test_the_subject_counts_what_is_held_and_published() -> None:
    assert subject(founding_night()) == (
        "Vigie : 1 indicateur retenu, 6 publiés — nuit du 22\u00a0novembre 2026"
    )
    assert subject(troubled_night()) == (
        "Vigie : 1 indicateur retenu, 6 publiés, 3 sources en difficulté "
        "— nuit du 22\u00a0novembre 2026"
    )
    assert subject(quiet_night()) == "Vigie : 7 indicateurs publiés — nuit du 22\u00a0novembre 2026"


def test_the_sentence_tells_partial_holding() -> None:
    night = founding_night()
    assert "6 sont publiés et 1 est retenu en partie, dans l'attente" in sentence(night)
    whole = replace(night.indicators[0], n_published=0)
    assert "1 est retenu, dans l'attente" in sentence(
        replace(night, indicators=(whole, *night.indicators[1:]))
    )
    both = replace(night, indicators=(whole, *night.indicators))
    assert "2 sont retenus, dont 1 en partie, dans l'attente" in sentence(both)


def test_the_sentence_of_a_quiet_night() -> None:
    assert sentence(quiet_night()) == (
        "Aucun indicateur n'est retenu ; 7 sont publiés. Aucune source n'est en difficulté."
    )


def test_the_sentence_promises_an_extract_only_where_one_exists() -> None:
    night = troubled_night()
    assert "le dernier extrait accepté, quand il existe, reste en service" in sentence(night)
    two = replace(night, sources=night.sources[:2])
    assert "2 sources sont en difficulté ; le dernier extrait accepté reste" in sentence(two)


def test_doubts_that_nobody_took_are_told_before_all_else() -> None:
    night = replace(founding_night(), forgotten=("a" * 12, "b" * 12), forgotten_days=7)
    first = "2 doutes ne sont à personne depuis 7 jours ou plus. Sur 7 indicateurs"
    assert sentence(night).startswith(first)
    one = sentence(replace(night, forgotten=("a" * 12,), forgotten_days=1))
    assert one.startswith("1 doute n'est à personne depuis 1 jour ou plus. ")


def test_answers_that_are_overdue_are_told_and_those_to_come_are_not() -> None:
    late = AwaitedAnswer("a" * 12, "1A4_pcrh_te", "43, puis 4", "DREETS", date(2026, 11, 20), 2)
    to_come = replace(late, days_overdue=0)
    night = founding_night()
    assert sentence(replace(night, awaited=(late, to_come))).startswith(
        "1 réponse de producteur est en retard. Sur 7"
    )
    two = sentence(replace(night, awaited=(late, late)))
    assert two.startswith("2 réponses de producteurs sont en retard. ")
    assert sentence(replace(night, awaited=(to_come,))) == sentence(night)


def test_what_a_decision_keeps_held_waits_for_nobody() -> None:
    night = founding_night()
    keeps = DecisionLine(
        1, "a" * 12, "1A4_pcrh_te", "Constat", "maintien", "Anne", "Motif", night.at, "en vigueur"
    )
    (finding,) = night.to_handle
    kept = replace(night, findings=(replace(finding, decision=keeps),))
    assert "1 est retenu en partie, par décision." in sentence(kept)
    other = replace(night.indicators[0], indicator="1C1_autre")
    waits = replace(finding, indicator="1C1_autre")
    both = replace(kept, indicators=(other, *kept.indicators), findings=(*kept.findings, waits))
    assert (
        "2 sont retenus en partie : 1 dans l'attente d'une explication ou d'une correction, "
        "1 gardé retenu par décision."
    ) in sentence(both)
    altered = replace(finding, decision=replace(keeps, standing="altérée"))
    assert sentence(replace(night, findings=(altered,))) == sentence(night)
