"""The examination of the printed report, as an asset of the night.

Here: when it is made, and its counts. Not here: finding what does not hold together
(``expectations.printed``), saying so on the table of printed figures (``checks.printed``). Nothing
in it holds a cell back.
"""

from collections.abc import Iterator, Mapping

import dagster as dg

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.printed.claims import Fate
from orchestration.checks import shown
from orchestration.checks.printed import printed_results
from orchestration.instance.held_warehouse import tried_again_when_held
from orchestration.keys import EXAMINATION_KEY, FIGURES_KEY, PASSAGES_KEY
from orchestration.resources import Station
from orchestration.station.printed_report import examine_warehouse, write_examination


def build_printed_report(definitions: Mapping[str, IndicatorDefinition]) -> dg.AssetsDefinition:
    """Return the asset of what does not hold together in the printed report."""

    @dg.asset(
        key=EXAMINATION_KEY,
        deps=[FIGURES_KEY, PASSAGES_KEY],
        group_name="quality",
        kinds={"python"},
        description="Ce qui ne tient pas ensemble dans le bilan imprimé, chiffres et phrases.",
    )
    def printed_report(
        context: dg.AssetExecutionContext, station: Station
    ) -> Iterator[dg.MaterializeResult[None]]:
        with tried_again_when_held(station.folders):
            examination = examine_warehouse(station.folders, definitions)
        write_examination(station.folders, examination)
        yield dg.MaterializeResult(
            metadata={
                "rapprochements": len(examination.comparisons),
                "qui ne tiennent pas": len(examination.contradictions),
                "phrases vérifiées": examination.claims.get(Fate.VERIFIED, 0),
                "phrases contredites": examination.claims.get(Fate.CONTRADICTED, 0),
                "phrases non rattachées": examination.claims.get(Fate.NOT_TIED, 0),
            }
        )
        for result in printed_results(station.folders):
            context.log_event(shown.evaluation(result))

    return printed_report
