"""What does not hold together in the printed report, as checks of the table of its figures.

Here: one check a kind of contradiction; none of them blocks, for a printed report holds no cell
back. Not here: finding the contradictions (``expectations.printed``).

Great Expectations, which asserts them, is imported when the checks run, for it costs seconds.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from expectations.printed.comparisons import SEVERITY, PrintedComparison
from expectations.printed.examine import KINDS
from orchestration.checks import shown
from orchestration.keys import EXAMINATION_KEY, FIGURES_KEY, SEVERITIES
from orchestration.resources import Station
from orchestration.settings.folders import Folders
from orchestration.station.printed_report import read_examination


@dg.multi_asset_check(
    name="printed_report_checks",
    # A check that had nothing to compare is not a success: it stays « never evaluated ».
    can_subset=True,
    specs=[
        dg.AssetCheckSpec(
            rule, asset=FIGURES_KEY, description=kind, additional_deps=[EXAMINATION_KEY]
        )
        for rule, kind in KINDS.items()
    ],
)
def printed_report_checks(
    context: dg.AssetCheckExecutionContext, station: Station
) -> Iterator[dg.AssetCheckResult]:
    """Assert that the printed report agrees with itself, kind by kind."""
    asked = {key.name for key in context.selected_asset_check_keys}
    yield from (each for each in printed_results(station.folders) if each.check_name in asked)


def printed_results(folders: Folders) -> Iterator[dg.AssetCheckResult]:
    """Say of each kind of contradiction what was found of it; nothing where nothing compares."""
    from expectations.validations.contradictions import (  # noqa: PLC0415 it costs seconds
        assert_agreement,
        failing,
    )

    examination = read_examination(folders)
    if examination is None or not examination.comparisons:
        return
    suite = assert_agreement(examination.comparisons)
    for rule, found in failing(suite, examination.comparisons).items():
        yield dg.AssetCheckResult(
            asset_key=FIGURES_KEY,
            check_name=rule,
            passed=not found,
            severity=SEVERITIES[SEVERITY],
            metadata={"contradictions": contradictions(found)},
        )


def contradictions(found: Sequence[PrintedComparison]) -> dg.MarkdownMetadataValue:
    """Return what contradicts itself, as the report prints it: every text is from outside."""
    return shown.markdown_table(
        ("Indicateur", "Le bilan imprime", "et", "Constat"),
        [
            (
                comparison.indicator or comparison.subject,
                comparison.first.text,
                comparison.second.text,
                comparison.explanation,
            )
            for comparison in found
        ],
    )
