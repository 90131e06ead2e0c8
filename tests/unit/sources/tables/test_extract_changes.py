"""Each kind of drift, shown firing on what deserves it; and silence on what does not."""

import gzip
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.contract import ExtractContract
from sources.protocols.depots.reading import read_deposit
from sources.registry import source
from sources.replay.faults import RECORDINGS
from sources.tables.conformity import conform
from sources.tables.extract_changes import SEVERITY, ChangeKind, ChangeSeverity, drifts
from sources.tables.tabular import read_csv
from sources.tables.writing import Writing, with_writing

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


WRITTEN = Writing(separator=";", encoding="Windows-1252", vintage="2022")

DESERVING = [
    (ChangeKind.SEPARATOR, with_writing(pa.table(BASE), replace(WRITTEN, separator="\t"))),
    (ChangeKind.ENCODING, with_writing(pa.table(BASE), replace(WRITTEN, encoding="UTF-8"))),
    (ChangeKind.VINTAGE, with_writing(pa.table(BASE), replace(WRITTEN, vintage="2023"))),
    (ChangeKind.MOVED, with_writing(pa.table(BASE), Writing(tuple(reversed(BASE))))),
    (ChangeKind.ADDED, changed(nouveau=["x"] * ROWS)),
    (ChangeKind.GONE, without("zone")),
    (ChangeKind.RENAMED, {**without("region"), "region_lib": BASE["region"]}),
    (ChangeKind.MOVED, dict(reversed(BASE.items()))),
    (ChangeKind.RETYPED, changed(taux=["n.d."] * ROWS)),
    (ChangeKind.RESCALED, changed(taux=scaled(100))),
    (ChangeKind.RESCALED, changed(taux=scaled(1000))),
    (ChangeKind.RESCALED, changed(taux=scaled(0.01))),
    (ChangeKind.RESPELLED, changed(region=["Pays-de-la-Loire", "Bretagne"] * (ROWS // 2))),
    (
        ChangeKind.CODES_ADDED,
        changed(region=["Pays de la Loire", "Bretagne", "Corse", "Corse"] * 10),
    ),
    (ChangeKind.CODES_GONE, changed(region=["Bretagne"] * ROWS)),
    (ChangeKind.ZEROS_LOST, changed(zone=["51", "52"] * (ROWS // 2))),
    (ChangeKind.KEY_REPEATED, changed(id=["F0", *BASE["id"][:-1]])),
    (ChangeKind.DECIMAL_MARK, changed(taux=[cell.replace(".", ",") for cell in BASE["taux"]])),
    (ChangeKind.ROWS_LOST, {name: cells[: ROWS // 2] for name, cells in BASE.items()}),
]


@pytest.mark.parametrize(("kind", "received"), DESERVING)
def test_each_kind_fires_alone_on_what_deserves_it(
    kind: ChangeKind, received: dict[str, list[str]] | pa.Table
) -> None:
    previous = with_writing(pa.table(BASE), WRITTEN)
    found = drifts(CONTRACT, previous, pa.table(received))
    assert [drift.kind for drift in found] == [kind]
    assert found[0].sentence.endswith(".")


def test_the_gravest_is_told_first() -> None:
    received = changed(zone=["51", "52"] * (ROWS // 2), nouveau=["x"] * ROWS)
    found = drifts(CONTRACT, pa.table(BASE), pa.table(received))
    assert [drift.severity for drift in found] == [ChangeSeverity.SERIOUS, ChangeSeverity.TO_KNOW]


def test_a_title_however_long_is_cut_in_its_sentence() -> None:
    (found,) = drifts(CONTRACT, pa.table(BASE), pa.table(changed(**{"x" * 9_999: ["a"] * ROWS})))
    assert len(found.sentence) < 200


def received_as(contract: ExtractContract, names: Iterable[str]) -> pa.Table:
    """Return one row of an extract whose columns come in that order, as it is landed."""
    columns = {name: contract.columns[name] for name in names}
    told = {(it.header or (name,))[0]: it.only[:1] or ("1",) for name, it in columns.items()}
    return conform(contract, pa.table({title: list(cells) for title, cells in told.items()}))


@pytest.mark.parametrize(
    ("source_id", "kinds"),
    [
        ("parcoursup_2019", [ChangeKind.MOVED]),
        ("insee_chomage_zones", [ChangeKind.MOVED]),
        ("insee_emploi_communes", []),  # the members of a JSON object are in no order
    ],
)
def test_columns_that_moved_show_though_they_are_landed_in_the_order_of_the_contract(
    source_id: str, kinds: list[ChangeKind]
) -> None:
    contract = source(source_id).contract
    before = received_as(contract, contract.columns)
    after = received_as(contract, reversed(contract.columns))
    assert before.column_names == after.column_names
    assert [drift.kind for drift in drifts(contract, before, after)] == kinds


def test_a_deposit_says_how_it_was_written(tmp_path: Path) -> None:
    contract = source("dreets_pcrh_2024").contract
    recorded = RECORDINGS / "depots" / "dreets_pcrh_2024.csv"
    text = recorded.read_text("utf-8-sig")
    others = {
        ChangeKind.SEPARATOR: text.replace(";", "\t").encode(),
        ChangeKind.ENCODING: text.encode("cp1252"),
    }
    before = read_deposit(contract, recorded).table(contract)
    for kind, content in others.items():
        path = tmp_path / "depot.csv"
        path.write_bytes(content)
        after = read_deposit(contract, path).table(contract)
        assert [drift.kind for drift in drifts(contract, before, after)] == [kind]


def test_every_kind_is_shown_and_has_a_severity() -> None:
    assert {kind for kind, _ in DESERVING} == set(ChangeKind) == set(SEVERITY)


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
