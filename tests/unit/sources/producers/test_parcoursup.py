"""The sessions of Parcoursup: real headers of each layout, read under one table of columns."""

import re
from pathlib import Path

import pyarrow as pa
import pytest

from expectations.extracts.contract_rules import TYPES
from sources.errors import ExtractRefused
from sources.layouts import columns_of
from sources.registry import source
from sources.tables.conformity import conform
from sources.tables.tabular import read_csv

SAMPLES = Path(__file__).parent / "parcoursup"
TABLE = Path("sources/producers/parcoursup/columns.csv")
SESSIONS = ("2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025")


def sample(name: str) -> pa.Table:
    return read_csv(SAMPLES / f"{name}.csv", ";")


def landed(name: str) -> pa.Table:
    return conform(source(f"parcoursup_{name[:4]}").contract, sample(name))


@pytest.mark.parametrize(
    ("session", "columns"),
    [("2018", 85), ("2019", 92), ("2020", 115), ("2021", 118), ("2025", 118)],
)
def test_each_session_has_its_columns(session: str, columns: int) -> None:
    contract = source(f"parcoursup_{session}").contract
    assert len(contract.columns) == columns
    assert contract.columns["session"].only == (session,)
    assert contract.columns["acc_tot_f"].type == "integer"


def test_a_session_is_asked_under_its_own_name_and_the_current_one_under_the_alias() -> None:
    asked = {session: source(f"parcoursup_{session}").contract.dataset for session in SESSIONS}
    assert asked["2018"] == "fr-esr-parcoursup-2018"
    assert asked["2019"] == "fr-esr-parcoursup-2019"
    assert all(asked[s] == f"fr-esr-parcoursup_{s}" for s in SESSIONS[2:])
    assert source("parcoursup_courante").contract.dataset == "fr-esr-parcoursup"


@pytest.mark.parametrize("name", ["2020", "2021", "2025", "2020_labels", "2023_labels"])
def test_a_real_header_is_read_by_technical_names_or_by_labels(name: str) -> None:
    table = landed(name)
    assert table.column_names == list(source(f"parcoursup_{name[:4]}").contract.columns)
    assert set(table.column("session").to_pylist()) == {name[:4]}
    assert all(code.isdigit() for code in table.column("cod_aff_form").to_pylist())
    for column, kind in source(f"parcoursup_{name[:4]}").contract.types().items():
        if kind != "text":
            pattern = TYPES[kind][1]
            cells = [cell for cell in table.column(column).to_pylist() if cell is not None]
            assert all(re.fullmatch(pattern, cell) for cell in cells), (column, cells)


def test_repeated_labels_are_read_by_their_place() -> None:
    assert sample("2023_labels").column_names.count("Filière de formation") == 2
    assert sample("2020_labels").column_names.count("Dont % d’admis avec mention") == 3
    row = landed("2023_labels").to_pylist()[0]
    assert row["lib_for_voe_ins"].startswith("DN MADE - Matériaux")
    assert row["form_lib_voe_acc"] == "DN MADE"
    assert landed("2020_labels").to_pylist()[0]["capa_fin"] == "36"


def test_a_label_of_several_columns_is_refused_once_the_order_is_lost() -> None:
    received = sample("2023_labels")
    kept = [i for i, title in enumerate(received.column_names) if title != "Sélectivité"]
    place = kept.pop(received.column_names.index("Filière de formation"))
    with pytest.raises(ExtractRefused, match="peut être celui de plusieurs colonnes"):
        conform(source("parcoursup_2023").contract, received.select(kept))
    assert received.column_names[place] == "Filière de formation"


def test_the_rates_renamed_in_2022_are_landed_under_their_present_names() -> None:
    assert "taux_adm_psup" in sample("2021").column_names
    assert landed("2021").column("taux_acces_ens").null_count == 0
    assert landed("2025").column("taux_acces_ens").null_count == 0


def test_the_alias_says_its_session_by_its_rows_and_has_one_only() -> None:
    contract = source("parcoursup_courante").contract
    received = sample("2025")
    assert conform(contract, received).column("session").to_pylist() == ["2025"] * len(received)
    mixed = pa.concat_tables([received, received])
    place = mixed.column_names.index("session")
    half = ["2025"] * len(received) + ["2026"] * len(received)
    mixed = mixed.set_column(place, "session", pa.array(half))
    with pytest.raises(ExtractRefused, match="« 2025 », « 2026 »") as refused:
        conform(contract, mixed)
    assert refused.value.rule == "EVA"


def test_another_session_under_a_dated_name_is_refused() -> None:
    with pytest.raises(ExtractRefused, match="n'est pas l'extrait attendu"):
        conform(source("parcoursup_2022").contract, sample("2025"))


def test_a_whole_number_is_written_with_a_point_from_2020_on() -> None:
    assert source("parcoursup_2019").contract.types()["acc_tot"] == "integer"
    assert source("parcoursup_2020").contract.types()["acc_tot"] == "whole"
    whole = TYPES["whole"][1]
    assert [bool(re.fullmatch(whole, cell)) for cell in ("260.0", "260", "260.5")] == [1, 1, 0]


def test_a_layout_that_is_not_in_the_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no layout '2017'"):
        columns_of(TABLE, "2017", {})
    holed = tmp_path / "columns.csv"
    holed.write_text("column;type;mandatory;filled;single;titles;a\nx;text;;;;x;1\ny;text;;;;y;3\n")
    with pytest.raises(ValueError, match="whose ranks are"):
        columns_of(holed, "a", {})
