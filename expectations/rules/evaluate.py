"""All verdicts of a night: runs every rule, then judges the statistical ones together.

Here: what judges each rule, and all of them together. Not here: what a rule asks (``standard``,
``reporting``), what is known of it (``verdicts.rules``), which p-values are alarms
(``verdicts.alarms``), what follows from a failure (``findings``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from expectations.cells.cell_index import first_of_each
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.rules.reporting.breaks import (
    no_area_break,
    no_common_break,
    no_reporting_break,
    table_moves_as_before,
)
from expectations.rules.reporting.comparability import same_meaning
from expectations.rules.reporting.copies import (
    no_copied_block,
    no_copied_report,
    no_stale_repeat,
    no_stale_report,
)
from expectations.rules.reporting.entered import no_entering_category
from expectations.rules.reporting.labels import same_labels, same_rounding, same_scale
from expectations.rules.reporting.lags import about_its_period
from expectations.rules.reporting.linked import part_follows_whole, whole_moves_with_parts
from expectations.rules.reporting.magnitudes import known_magnitude, percentages_not_ratios
from expectations.rules.reporting.mergers import same_categories
from expectations.rules.reporting.reporters import same_reporters
from expectations.rules.reporting.rows import rows_in_place
from expectations.rules.reporting.shapes import (
    category_moves_as_before,
    no_drift,
    same_balance,
    same_composition,
)
from expectations.rules.reporting.vanished import no_vanished_category
from expectations.rules.standard.adjusted import adjusted_follows_raw
from expectations.rules.standard.aggregates import aggregates_match_details
from expectations.rules.standard.codes import (
    codes_among,
    codes_are_valid,
    codes_combined,
    codes_go_together,
)
from expectations.rules.standard.coherence import consistent_cells, missing_values
from expectations.rules.standard.expected import expected_cells_are_there, parts_are_given
from expectations.rules.standard.fields import counts_are_whole, decimals_are_few
from expectations.rules.standard.gaps import (
    periods_have_lines,
    series_have_no_hole,
    values_are_as_many,
    values_are_complete,
)
from expectations.rules.standard.lone_series import level_is_kept
from expectations.rules.standard.past import same_profile, value_follows_its_past
from expectations.rules.standard.ranges import values_in_range, values_in_stated_range
from expectations.rules.standard.relations import mirror_agrees, relation_holds
from expectations.rules.standard.revisions import few_are_revised, revisions_are_small
from expectations.rules.standard.shares import share_follows_its_past
from expectations.rules.standard.sums import declared_sum_holds
from expectations.rules.statements import rule_of_entries
from expectations.subject.subject import Subject
from expectations.suites.fiches.entries import load_suites
from expectations.suites.policy import Policy, load_policy
from expectations.verdicts.alarms import adjusted_in_families, already_given
from expectations.verdicts.rules import RULES
from expectations.verdicts.table import (
    Judgement,
    Mask,
    Outcome,
    Prove,
    Row,
    verdict_table,
    worst_of_each,
)

Rule = Callable[[Subject], Judgement]

EVERY_RULE: dict[str, tuple[Rule, ...]] = {
    "COV": (codes_are_valid, rule_of_entries("COV", codes_among)),
    "COC": (codes_go_together, rule_of_entries("COC", codes_combined)),
    "FDM": (missing_values,),
    "FDT": (counts_are_whole,),
    "FDL": (rule_of_entries("FDL", decimals_are_few, is_supplement=False),),
    "REP": (parts_are_given, rule_of_entries("REP", expected_cells_are_there, is_supplement=False)),
    "RTS": (series_have_no_hole, rule_of_entries("RTS", values_are_complete)),
    "RNR": (periods_have_lines, rule_of_entries("RNR", values_are_as_many)),
    "VCO": (consistent_cells, rule_of_entries("VCO", relation_holds)),
    "VIR": (values_in_range, rule_of_entries("VIR", values_in_stated_range)),
    "VAD": (
        aggregates_match_details,
        rule_of_entries("VAD", declared_sum_holds, is_supplement=False),
    ),
    "VNO": (value_follows_its_past, level_is_kept, same_profile, share_follows_its_past),
    "VSA": (rule_of_entries("VSA", adjusted_follows_raw, is_supplement=False),),
    "VMP": (rule_of_entries("VMP", mirror_agrees, is_supplement=False),),
    "VRT": (revisions_are_small,),
    "RRL": (few_are_revised,),
    "VAN": (no_vanished_category,),
    "BRK": (
        no_reporting_break,
        no_area_break,
        no_common_break,
        table_moves_as_before,
        same_composition,
        same_balance,
        category_moves_as_before,
        no_drift,
        whole_moves_with_parts,
    ),
    "RPC": (same_reporters,),
    "DFC": (
        same_meaning,
        same_scale,
        same_rounding,
        same_labels,
        rows_in_place,
        same_categories,
        no_entering_category,
    ),
    "LNK": (part_follows_whole,),
    "CPY": (no_stale_repeat, no_stale_report, no_copied_block, no_copied_report),
    "MAG": (known_magnitude, percentages_not_ratios),
    "LAG": (about_its_period,),
}
"""What judges each rule; the first tells what passes, the others add failures."""


def applicable_rules(definition: IndicatorDefinition) -> tuple[str, ...]:
    """Return the codes of the rules that apply to an indicator."""
    codes = load_suites().codes_of(definition.id)
    return tuple(code for code in EVERY_RULE if code in codes or RULES[code].applies_to(definition))


def evaluate(  # noqa: PLR0913 tonight, and all that it is judged beside, by name
    observations: pd.DataFrame,
    definitions: Mapping[str, IndicatorDefinition],
    policy: Policy | None = None,
    *,
    published: pd.DataFrame | None = None,
    former: pd.DataFrame | None = None,
    printed: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return every verdict on the observations.

    Args:
        observations: The uniform observations, every period of every indicator, in any order.
        definitions: The indicators, by id.
        policy: Severities and thresholds; those of ``suites/policy.yml`` unless told.
        published: What was last published, for the rules about revisions; None before that.
        former: The verdicts of the last night: an alarm stays one while its numbers do.
        printed: The figures of a printed report: ``printed_value``, ``printed_unit`` and
            ``printed_in`` beside the key; None without one.

    Returns:
        One row per cell and rule, in the columns of ``verdicts.table.COLUMNS``. Beyond
        ``policy.verdicts_kept`` rows, what is not a failure is told by one row for each indicator,
        rule, outcome and reason.

    Raises:
        ValueError: The observations are malformed, or one has no definition.
    """
    policy = policy or load_policy()
    subject = Subject.of(
        observations, definitions, policy, published, load_suites(), printed=printed
    )
    return evaluate_rules(EVERY_RULE, subject, former)


def evaluate_rules(
    codes: Iterable[str], subject: Subject, former: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the verdicts of some rules on what is judged, as ``evaluate`` does of all.

    Args:
        codes: The rules.
        subject: What is judged.
        former: The verdicts of the last night.
    """
    rows = [_verdicts(judge, subject, former) for code in codes for judge in EVERY_RULE[code]]
    spoken = [verdicts for verdicts in rows if len(verdicts)] or rows[:1]
    return verdict_table(worst_of_each(pd.concat(spoken, ignore_index=True)))


def _verdicts(judge: Rule, subject: Subject, former: pd.DataFrame | None) -> pd.DataFrame:
    """Return what is kept of a judgement, in words; the judgement itself goes."""
    judgement = _alarmed(judge(subject), subject.policy, former)
    keep = _everything if _is_small(subject) else _failures_and_examples
    return judgement.rows(keep(judgement))


def _alarmed(judgement: Judgement, policy: Policy, former: pd.DataFrame | None) -> Judgement:
    """Fail the statistical verdicts that stand out among those of their family."""
    rate = policy.false_discovery_rate
    accepted = policy.common_false_discovery_rate if judgement.is_common else rate
    adjusted = adjusted_in_families(judgement)
    if adjusted is None:
        return judgement
    alarms = (adjusted <= accepted) | already_given(judgement, former, accepted)
    cells = judgement.cells.assign(p_adjusted=adjusted)
    cells.loc[alarms, "outcome"] = str(Outcome.FAIL)
    return replace(judgement, cells=cells, prove=partial(_prove_test, judgement.prove))


def _prove_test(prove: Prove, row: Row) -> Mapping[str, Any]:
    if np.isnan(row["p_value"]):
        return prove(row)
    return {**prove(row), "p_adjusted": row["p_adjusted"]}


def _is_small(subject: Subject) -> bool:
    return len(subject.observations) * len(EVERY_RULE) <= subject.policy.verdicts_kept


def _everything(judgement: Judgement) -> Mask:
    if judgement.is_supplement:
        return _fails(judgement)
    return np.ones(len(judgement.cells), dtype=bool)


def _failures_and_examples(judgement: Judgement) -> Mask:
    if judgement.is_supplement:
        return _fails(judgement)
    cells = judgement.cells
    alike = ["indicator", "outcome", *(["reason"] if "reason" in cells else [])]
    kept: Mask = _fails(judgement) | first_of_each(cells, alike)
    return kept


def _fails(judgement: Judgement) -> Mask:
    fails: Mask = (judgement.cells["outcome"] == Outcome.FAIL).to_numpy()
    return fails
