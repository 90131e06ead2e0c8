"""DFC, where the rows of a file slid: each area carries what the next one carried.

Here: the stretches of areas that moved up or down by one row (``statistics.shifted_rows``). Not
here: exchanged labels of categories (``labels``), an area that repeats another (``copies``).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from expectations import french
from expectations.cells.cell_index import codes_of_column
from expectations.rules.supplements import supplement, with_findings
from expectations.statistics.counts import spread_of
from expectations.statistics.crosstables import Tables
from expectations.statistics.grouped import Integers
from expectations.statistics.shifted_rows import UP, shifted_rows
from expectations.subject.movements import COMPARED, COUNT, movements
from expectations.subject.siblings import tables_of
from expectations.subject.subject import Subject
from expectations.suites.policy import Policy
from expectations.verdicts.table import Judgement, Row


def rows_in_place(subject: Subject) -> Judgement:
    """Return DFC for the areas whose values are those that the next area had, row after row."""
    pairs = movements(subject)[[*COMPARED, "printed_step"]]
    pairs = pairs[pairs["kind"] == COUNT].reset_index(drop=True)
    tables = tables_of(pairs)
    categories, steps = codes_of_column(pairs, "category"), pairs["printed_step"]
    places = Tables(tables, _in_order(pairs), categories, steps)

    def slid(rows: Integers, policy: Policy) -> Iterator[pd.DataFrame]:
        return _slid(pairs.take(rows), places.take(rows), policy, rows)

    cells = with_findings(subject, pairs, slid, ("carries", "step", "areas", "agreeing"))
    is_found = cells["p_value"].notna()
    carried = cells["carries"].fillna(0).to_numpy(dtype=np.int64)
    cells = cells.assign(
        stretch=np.where(is_found, tables + tables.max(initial=-1) + 1, tables),
        p_value=cells["p_value"].fillna(1.0),
        carried=pairs["ref_area"].take(carried).to_numpy(dtype=object) if len(pairs) else "",
    )
    return supplement(
        subject, "DFC", cells, _sentence, lambda row: {"carries": row["carried"]}, group="stretch"
    )


def _in_order(pairs: pd.DataFrame) -> Integers:
    """Return the place of the area of each cell in the order of codes, which is that of files."""
    places = pairs["ref_area"].cat.categories.argsort().argsort()
    return places.astype(np.int64)[codes_of_column(pairs, "ref_area")]


def _slid(
    pairs: pd.DataFrame, places: Tables, policy: Policy, rows: Integers
) -> Iterator[pd.DataFrame]:
    """Give the cells of the rows that slid, stretch after stretch."""
    spread = spread_of(policy.ordinary_growth)
    for stretch in shifted_rows(pairs["value_before"], pairs["value_after"], places, spread):
        yield pd.DataFrame(
            {
                "row": stretch.cells,
                "carries": rows[stretch.carries],
                "step": stretch.step,
                "areas": stretch.areas,
                "agreeing": stretch.agreeing,
                "p_value": np.exp(-stretch.margin),
            }
        )


def _sentence(row: Row) -> str:
    first, second = french.period(row["period_before"]), french.period(row["time_period"])
    neighbour = "le suivant" if row["step"] == UP else "le précédent"
    areas, alone = french.number(row["areas"]), french.number(row["agreeing"])
    return french.typeset(
        f"En {second}, ce territoire porte ce que portait {french.quoted(row['carried'])} en "
        f"{first}, et chacun de ceux qui l'entourent, dans l'ordre des codes, ce que portait "
        f"{neighbour}. Pris un à un, {alone} des {areas} territoires le montrent : les lignes du "
        "fichier sont sans doute décalées."
    )
