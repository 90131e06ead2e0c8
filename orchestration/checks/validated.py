"""The bridge from what Great Expectations answered to Dagster: its results as those of checks.

Here: results put in Dagster's vocabulary, the rules of a theme together. Not here: asking every
rule (``assets.quality``), which answers are trusted (``publication.gatekeeping``), which checks
there are (``indicators``), the cells that fail (``failing_cells``, ``evidence``).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg
import pandas as pd

from expectations import french
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.cells.observations import digest
from expectations.cells.timeliness import late_periods
from expectations.decisions.standings import in_force
from expectations.suites.policy import load_policy
from expectations.validations.batch import rule_of
from expectations.validations.observation_table import TABLE
from expectations.validations.suite_result import SuiteResult, read_suite_results
from expectations.verdicts.rule_answers import RuleAnswer
from expectations.verdicts.rules import RULES, Theme
from expectations.verdicts.table import Severity
from expectations.verdicts.tally import Tally
from orchestration.checks import shown
from orchestration.checks.evidence import CheckEvidence, Metadata
from orchestration.checks.failing_cells import FailingCell, Sequels, Treatment
from orchestration.keys import (
    DATA_DOCS_KEY,
    OBSERVATIONS_KEY,
    SEVERITIES,
    TABLE_CHECK,
    indicator_key,
)
from orchestration.publication.gatekeeping import (
    AnsweredNight,
    UnpublishableError,
    answered_night,
    gate_night,
)
from orchestration.reporting.compose_findings import Observations
from orchestration.settings.folders import Folders

SHOWN = 8
"""Sentences about cells in a description; the table has all the rest."""
HEADLINES = {
    Treatment.HELD: "Bloqué : ce qui suit n'est pas publié avant une décision ou une correction.",
    Treatment.TOLD: "À savoir : rien n'est bloqué.",
    Treatment.EXCLUDED: "Décidé : ce qui suit est exclu de la publication.",
    Treatment.EXPLAINED: "Décidé : ce qui suit est expliqué, et n'est plus bloqué.",
}
"""What a check begins with, by what came of the gravest of its cells."""
RULE_COLUMNS = ("Règle", "Code", "Résultat", "Évaluées", "En échec", "Non évaluées", "Pourquoi")
CLAUSE_COLUMNS = ("Règle", "Code", "Résultat", "Attentes", "En échec")


@dataclass(frozen=True)
class RuleSaid:
    """What one rule said of one indicator.

    Attributes:
        rule: Its code.
        counted: How many cells it judged, how many it could not, and why.
        failing: The cells that fail.
    """

    rule: str
    counted: Tally
    failing: tuple[FailingCell, ...]

    @property
    def result(self) -> str:
        """What came of it, in French; a rule that judged no cell is no success."""
        if self.failing:
            return f"en échec : {min(cell.treatment for cell in self.failing).word}"
        return "tenue" if self.counted.evaluated else "non évaluée"


def results(
    folders: Folders,
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
) -> Iterator[dg.AssetCheckResult]:
    """Give the result of every theme on every indicator, then of the table of observations.

    Args:
        folders: Where the night left what Great Expectations answered.
        observations: What the warehouse holds.
        definitions: The indicators, by id.

    Raises:
        dagster.Failure: The answers cannot be trusted, or are of other observations.
    """
    yield from theme_results(folders, observations, definitions, definitions)
    yield table_result(_tables(folders, digest(observations)))


def theme_results(
    folders: Folders,
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    indicators: Collection[str],
) -> Iterator[dg.AssetCheckResult]:
    """Give the result of every theme on some of the indicators.

    Raises:
        dagster.Failure: The answers cannot be trusted, or are of other observations.
    """
    try:
        answered = answered_night(folders, definitions)
    except UnpublishableError as error:
        raise dg.Failure(str(error)) from None
    sequels, evidence = _of_the_gate(answered, definitions)
    answers_of = by_theme(answered.answers, sequels)
    # What could not be built was not judged, and is late all the same.
    of_indicators = observations[observations["indicator"].isin(indicators)]
    for indicator, late in late_periods(of_indicators).items():
        for theme in Theme:
            of_theme = answers_of.get((indicator, theme), ())
            # A theme no rule of which judged a cell is no success: its check is not given.
            if theme is Theme.PERIOD:
                yield theme_result(indicator, theme, of_theme, evidence, late)
            elif any(rule.counted.evaluated for rule in of_theme):
                yield theme_result(indicator, theme, of_theme, evidence)


def _of_the_gate(
    answered: AnsweredNight, definitions: Mapping[str, IndicatorDefinition]
) -> tuple[Sequels, CheckEvidence]:
    night = answered.night
    gated, findings = gate_night(answered.build, night, answered.failing, definitions)
    seen = Observations(night.observations, night.names, gated.held_by.keys())
    return (
        Sequels(findings, gated.held_by, in_force(night.decisions, night.sound)),
        CheckEvidence(seen, findings, definitions, night.names),
    )


def by_theme(
    answers: Sequence[RuleAnswer], sequels: Sequels
) -> dict[tuple[str, Theme | None], list[RuleSaid]]:
    """Return what each rule said of each indicator, by indicator and theme."""
    by_pair: dict[tuple[str, Theme | None], list[RuleSaid]] = defaultdict(list)
    for answer in answers:
        failing: dict[str, list[FailingCell]] = defaultdict(list)
        for cell in sequels.of(answer.rule, answer.failing):
            failing[cell.row["indicator"]].append(cell)
        for indicator, counted in answer.tallies.items():
            of_rule = RuleSaid(answer.rule, counted, tuple(failing[indicator]))
            by_pair[indicator, RULES[answer.rule].theme].append(of_rule)
    return by_pair


def theme_result(
    indicator: str,
    theme: Theme,
    answers: Sequence[RuleSaid],
    evidence: CheckEvidence,
    late: Sequence[str] | None = None,
) -> dg.AssetCheckResult:
    """Say what came of the rules of a theme on an indicator: an error when a cell is held.

    Args:
        indicator: The indicator.
        theme: The theme.
        answers: What each of its rules said.
        evidence: What a check shows of cells.
        late: The periods that are due and have not come; None when it is not about them.
    """
    failing = {rule.rule: rule.failing for rule in answers if rule.failing}
    first = _gravest_first(failing)
    is_held = any(cell.treatment is Treatment.HELD for cell in first)
    lines = [HEADLINES[first[0].treatment]] if first else []
    lines += [] if late is None else [_lateness(late)]
    return dg.AssetCheckResult(
        asset_key=indicator_key(indicator),
        check_name=theme.value,
        # What is only to be known holds nothing: it is told, and fails no check.
        passed=not late and all(cell.treatment is Treatment.TOLD for cell in first),
        severity=SEVERITIES[Severity.ERROR if is_held else Severity.WARNING],
        description=shown.description([*lines, *_sentences(first, evidence)]),
        metadata=_counts(answers) | evidence.of(indicator, failing),
    )


def _lateness(late: Sequence[str]) -> str:
    return f"En retard : {', '.join(late)}." if late else "Aucune période en retard."


def _gravest_first(failing: Mapping[str, Sequence[FailingCell]]) -> list[FailingCell]:
    """Return cells, those that wait for somebody first, and of each rule in turn."""
    ranked = [
        (cell.treatment, rank, cell)
        for cells in failing.values()
        for rank, cell in enumerate(cells)
    ]
    return [cell for *_, cell in sorted(ranked, key=lambda item: item[:2])]


def _sentences(first: Sequence[FailingCell], evidence: CheckEvidence) -> Iterator[str]:
    """Say what fails: once what a category did everywhere, its shares too, then cell by cell."""
    events: dict[str, list[FailingCell]] = defaultdict(list)
    for cell in first:
        if cell.treatment is Treatment.TOLD and cell.event:
            events[cell.event].append(cell)
    of_events = {cell.place for cells in events.values() for cell in cells}
    others = [
        cell
        for cell in first
        if cell.treatment is not Treatment.TOLD or cell.place not in of_events
    ]
    n_held = sum(cell.treatment is Treatment.HELD for cell in others[:SHOWN])
    yield from map(evidence.sentence, others[:n_held])
    yield from map(evidence.event, events.values())
    yield from map(evidence.sentence, others[n_held:SHOWN])
    if rest := len(others[SHOWN:]):
        yield f"Et {french.count(rest, 'autre échec', 'autres échecs')} : voir le tableau."


def _counts(answers: Sequence[RuleSaid]) -> Metadata:
    """Return how many cells were judged, a cell being counted once a rule, and rule by rule."""
    if not answers:
        return {}
    reasons: Counter[str] = Counter()
    for rule in answers:
        reasons.update(rule.counted.reasons)
    counts: Metadata = {
        "évaluées": dg.MetadataValue.int(sum(rule.counted.evaluated for rule in answers)),
        "non évaluées": dg.MetadataValue.int(reasons.total()),
        "en échec": dg.MetadataValue.int(sum(len(rule.failing) for rule in answers)),
    }
    if reasons:
        counts["pourquoi non évaluées"] = shown.text(_reasons(dict(reasons.most_common())))
    return counts | {"règles": shown.table(map(_rule_record, answers), RULE_COLUMNS)}


def _rule_record(answer: RuleSaid) -> dict[str, str]:
    counted = answer.counted
    texts = (
        RULES[answer.rule].title,
        answer.rule,
        answer.result,
        french.number(counted.evaluated),
        french.number(len(answer.failing)),
        french.number(counted.not_evaluated),
        _reasons(counted.reasons),
    )
    return dict(zip(RULE_COLUMNS, texts, strict=True))


def _reasons(reasons: Mapping[str, int]) -> str:
    return french.listing(f"{reason} ({french.number(cells)})" for reason, cells in reasons.items())


def _tables(folders: Folders, observations: str) -> list[SuiteResult]:
    """Return the suites on the table of observations as it is."""
    suites = read_suite_results(folders.validations)
    tables = [suite for suite in suites if suite.name.startswith(TABLE)]
    if {suite.data_sha256 for suite in tables} != {observations}:
        raise dg.Failure(
            "Les validations ne portent pas sur les observations de l'entrepôt : matérialisez "
            f"« {DATA_DOCS_KEY.to_user_string()} », ou relancez la nuit."
        )
    return tables


def table_result(suites: Sequence[SuiteResult]) -> dg.AssetCheckResult:
    """Say what came of the rules of the table of observations, each of which has several clauses.

    Its severity is that of the gravest rule that fails.
    """
    given = (answer for suite in suites for answer in suite.validation.results)
    answers = sorted(given, key=rule_of)
    failing = [answer for answer in answers if not answer.success]
    policy = load_policy().severities
    grave = Severity.highest([policy[rule_of(answer)] for answer in failing] or [Severity.ERROR])
    configs = [answer.expectation_config for answer in failing]
    clauses, failures = Counter(map(rule_of, answers)), Counter(map(rule_of, failing))
    records = (_clause_record(rule, count, failures[rule]) for rule, count in clauses.items())
    return dg.AssetCheckResult(
        asset_key=OBSERVATIONS_KEY,
        check_name=TABLE_CHECK,
        passed=not failing,
        severity=SEVERITIES[grave],
        description=shown.description(str(config.description) for config in configs if config),
        metadata={
            "attentes": len(answers),
            "en échec": len(failing),
            "règles": shown.table(records, CLAUSE_COLUMNS),
        },
    )


def _clause_record(rule: str, clauses: int, failing: int) -> dict[str, str]:
    result = "en échec" if failing else "tenue"
    texts = (RULES[rule].title, rule, result, french.number(clauses), french.number(failing))
    return dict(zip(CLAUSE_COLUMNS, texts, strict=True))
