"""Each kind of drift, shown firing on what deserves it; and silence on what does not."""

import gzip
import random
import time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.drift import SEVERITY, Kind, drifts
from sources.registry import source
from sources.replay.faults import RECORDINGS
from sources.tabular import read_csv

CONTRACT = source("parcoursup_2018").contract.model_copy(update={"key": ("id",)})
ROWS = 40
BASE = {
    "id": [f"F{i}" for i in range(ROWS)],
    "region": ["Pays de la Loire", "Bretagne"] * (ROWS // 2),
    "zone": ["0051", "0052"] * (ROWS // 2),
    "taux": [f"0.{i + 100}" for i in range(ROWS)],
}


def changed(**columns: list[str]) -> dict[str, list[str]]:
    return {**BASE, **columns}


def without(name: str) -> dict[str, list[str]]:
    return {key: cells for key, cells in BASE.items() if key != name}


def scaled(by: float) -> list[str]:
    return [str(float(cell) * by) for cell in BASE["taux"]]


DESERVING = [
    (Kind.ADDED, changed(nouveau=["x"] * ROWS)),
    (Kind.GONE, without("zone")),
    (Kind.RENAMED, {**without("region"), "region_lib": BASE["region"]}),
    (Kind.MOVED, dict(reversed(BASE.items()))),
    (Kind.RETYPED, changed(taux=["n.d."] * ROWS)),
    (Kind.RESCALED, changed(taux=scaled(100))),
    (Kind.RESCALED, changed(taux=scaled(1000))),
    (Kind.RESCALED, changed(taux=scaled(0.01))),
    (Kind.RESPELLED, changed(region=["Pays-de-la-Loire", "Bretagne"] * (ROWS // 2))),
    (Kind.CODES_ADDED, changed(region=["Pays de la Loire", "Bretagne", "Corse", "Corse"] * 10)),
    (Kind.CODES_GONE, changed(region=["Bretagne"] * ROWS)),
    (Kind.ZEROS_LOST, changed(zone=["51", "52"] * (ROWS // 2))),
    (Kind.KEY_REPEATED, changed(id=["F0", *BASE["id"][:-1]])),
    (Kind.DECIMAL_MARK, changed(taux=[cell.replace(".", ",") for cell in BASE["taux"]])),
    (Kind.ROWS_LOST, {name: cells[: ROWS // 2] for name, cells in BASE.items()}),
]


@pytest.mark.parametrize(("kind", "received"), DESERVING)
def test_each_kind_fires_alone_on_what_deserves_it(
    kind: Kind, received: dict[str, list[str]]
) -> None:
    found = drifts(CONTRACT, pa.table(BASE), pa.table(received))
    assert [drift.kind for drift in found] == [kind]
    assert found[0].sentence.endswith(".")


def test_every_kind_is_shown_and_has_a_severity() -> None:
    assert {kind for kind, _ in DESERVING} == set(Kind) == set(SEVERITY)


@given(st.permutations(range(ROWS)))
def test_the_order_of_the_rows_is_no_drift(order: list[int]) -> None:
    assert drifts(CONTRACT, pa.table(BASE), pa.table(BASE).take(order)) == []


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text(), min_size=3, max_size=3)))
def test_nothing_differs_from_itself(cells: dict[str, list[str]]) -> None:
    assert drifts(CONTRACT, pa.table(cells), pa.table(cells)) == []


def test_a_real_session_exported_again_in_another_order_is_no_drift(tmp_path: Path) -> None:
    path = tmp_path / "2018.csv"
    recorded = RECORDINGS / "parcoursup" / "fr-esr-parcoursup-2018.csv.gz"
    path.write_bytes(gzip.decompress(recorded.read_bytes()))
    table = read_csv(path, ";")
    order = random.Random(1).sample(range(table.num_rows), table.num_rows)  # noqa: S311 a shuffle
    assert drifts(CONTRACT, table, table.take(order)) == []


def test_a_big_extract_that_changed_everywhere_is_compared_quickly() -> None:
    before, after = (
        pa.table({f"c{i}": [str(n % 997 + more) for n in range(100_000)] for i in range(100)})
        for more in (1, 2)
    )
    started = time.process_time()
    assert drifts(CONTRACT, before, after) == []
    assert time.process_time() - started < 5
