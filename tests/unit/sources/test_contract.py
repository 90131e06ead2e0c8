"""The contracts, and the matching of a received header with the landed columns."""

from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sources import contract as sources_contract
from sources.contract import (
    CONTRACT_FILE,
    PRODUCERS,
    ContractError,
    ExtractContract,
    FolderContract,
    declared_hosts,
    folder_contracts,
    read_contract,
)
from sources.errors import ExtractRefused
from sources.registry import source, sources
from sources.tables.conformity import conform

BASE = {
    "label": "Essai",
    "producer": "essai",
    "protocol": "depot",
    "dataset": "essai",
    "cadence": "annual",
    "format": {"kind": "csv"},
    "rows": {"at_least": 1},
    "columns": {
        "annee": {"header": ["Année", "Millésime"], "type": "year", "mandatory": True},
        "nombre": {"header": "Nombre de PCRH", "type": "integer", "mandatory": True},
        "commentaire": {"header": "Commentaire"},
    },
    "other_columns": "refused",
}


def contract(**changes: object) -> ExtractContract:
    return ExtractContract.model_validate(BASE | changes)


def table(columns: dict[str, list[str | None]]) -> pa.Table:
    return pa.table({title: pa.array(cells, pa.string()) for title, cells in columns.items()})


def test_no_source_nor_producer_of_a_folder_is_lost_on_the_way() -> None:
    folders = [path for path in PRODUCERS.iterdir() if path.is_dir()]
    written = [yaml.safe_load((folder / CONTRACT_FILE).read_text("utf-8")) for folder in folders]
    assert set(sources()) == {name for contract in written for name in contract["extracts"]}
    named = {producer["id"] for contract in written for producer in contract["producers"]}
    assert {known.producer.id for known in sources().values()} == named


def test_no_contract_names_a_region() -> None:
    naming = [
        name
        for folder in folder_contracts()
        for name, declared in folder.extracts.items()
        if "52" in str(declared.params)
    ]
    assert naming == []


def test_the_region_fills_query_and_body() -> None:
    insee = source("insee_emploi_communes").contract.query_for("24")
    assert ("GEO", "REG-24*COM") in insee
    assert [value for name, value in insee if name == "AGE"] == ["Y15T64", "Y55T64"]
    assert [value for name, value in insee if name == "EMPSTA_ENQ"] == ["1", "2", "1T2", "_T"]
    body = source("france_travail_acces_emploi").contract.body_for("24")
    assert body["codeTerritoire"] == "24"
    assert body["dernierePeriode"] is True


def test_a_contract_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValidationError):
        contract(colums={})


def test_a_key_must_be_made_of_columns() -> None:
    with pytest.raises(ValidationError, match="key names columns"):
        contract(key=["zone"])


def test_an_extract_must_have_a_declared_producer() -> None:
    with pytest.raises(ValidationError, match="not declared"):
        FolderContract.model_validate({"producers": [], "extracts": {"essai": BASE}})


def test_titles_are_matched_by_alias_whatever_their_case_spaces_and_order() -> None:
    received = table({"NOMBRE\u00a0de  pcrh": ["4"], "Millésime": ["2024"], "Commentaire": [None]})
    landed = conform(contract(), received)
    assert landed.column_names == ["annee", "nombre", "commentaire"]
    assert landed.to_pylist() == [{"annee": "2024", "nombre": "4", "commentaire": None}]


def test_an_absent_optional_column_is_landed_null() -> None:
    landed = conform(contract(), table({"Année": ["2024"], "Nombre de PCRH": ["4"]}))
    assert landed.column("commentaire").null_count == 1


def test_a_missing_column_is_named_with_the_one_that_replaced_it() -> None:
    with pytest.raises(ExtractRefused) as refused:
        conform(contract(), table({"Année": ["2024"], "Nombre total de PCRH": ["4"]}))
    assert "« Nombre de PCRH » est absente" in refused.value.message
    assert "remplacée par « Nombre total de PCRH »" in refused.value.message


@pytest.mark.parametrize(
    ("title", "name"), [("Année,Nombre de PCRH", "la virgule"), ("Année\tNombre", "la tabulation")]
)
def test_another_separator_is_told_as_such(title: str, name: str) -> None:
    with pytest.raises(ExtractRefused) as refused:
        conform(contract(format={"kind": "csv"}), table({title: ["2024,4"]}))
    assert refused.value.rule == "FDD"
    assert refused.value.message_with_rule == (
        "Le séparateur des colonnes convenu est le point-virgule ; "
        f"celui du fichier est {name}. Règle FDD."
    )


def test_another_session_breaks_the_rule_of_the_envelope() -> None:
    with pytest.raises(ExtractRefused) as refused:
        conform(contract(columns={"annee": {"only": "2024"}}), table({"annee": ["2023"]}))
    assert refused.value.message_with_rule.endswith("ce n'est pas l'extrait attendu. Règle EVA.")


def test_an_unlike_column_is_not_said_to_replace_a_missing_one() -> None:
    with pytest.raises(ExtractRefused) as refused:
        conform(contract(), table({"Année": ["2024"], "Zone": ["4"]}))
    assert "remplacée" not in refused.value.message


@pytest.mark.parametrize(
    ("titles", "reason"),
    [
        (["Année", "Nombre de PCRH", "Zone"], "ne prévoit pas"),
        (["Année", "Nombre de PCRH", "Millésime"], "double emploi"),
        (["Année", "Nombre de PCRH", "année"], "même titre"),
        (["Année", "Nombre de PCRH", " "], "n'a pas de titre"),
        (["Année", "Nombre de PCRH", "_line"], "réservé"),
    ],
)
def test_unclear_headers_are_refused(titles: list[str], reason: str) -> None:
    columns = [pa.array(["2024"], pa.string()) for _ in titles]
    with pytest.raises(ExtractRefused, match=reason):
        conform(contract(), pa.Table.from_arrays(columns, names=titles))


def test_columns_without_title_nor_value_are_dropped() -> None:
    received = table({"Année": ["2024"], "": [None], "Nombre de PCRH": ["4"]})
    assert conform(contract(), received).num_columns == 3


def test_kept_columns_follow_those_of_the_contract() -> None:
    received = table({"autre": ["x"], "Année": ["2024"], "Nombre de PCRH": ["4"]})
    landed = conform(contract(other_columns="kept"), received)
    assert landed.column_names == ["annee", "nombre", "commentaire", "autre"]


def test_an_extract_of_another_year_is_refused() -> None:
    only_2024 = {**BASE["columns"], "annee": {"header": "Année", "only": "2024"}}
    received = table({"Année": ["2024", "2023"], "Nombre de PCRH": ["4", "43"]})
    with pytest.raises(ExtractRefused, match="« 2023 » alors que"):
        conform(contract(columns=only_2024), received)


@given(st.lists(st.text(max_size=12), max_size=6))
def test_any_header_gives_a_table_or_a_refusal(titles: list[str]) -> None:
    columns = [pa.array(["2024", None], pa.string()) for _ in titles]
    received = pa.Table.from_arrays(columns, names=titles)
    try:
        landed = conform(contract(other_columns="kept"), received)
    except ExtractRefused:
        return
    assert landed.num_rows == 2
    assert landed.column_names[:3] == ["annee", "nombre", "commentaire"]


def test_the_least_limit_of_a_host_is_kept_whatever_its_other_contracts_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of_one_host = [
        contract(portal="https://api.exemple.fr", calls_per_minute=calls)
        for calls in (60, 30, None)
    ]
    monkeypatch.setattr(sources_contract, "_extract_contracts", lambda: iter(of_one_host))
    declared_hosts.cache_clear()
    try:
        assert declared_hosts() == {"api.exemple.fr": 30}
    finally:
        declared_hosts.cache_clear()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("producers: [", "n'est pas du YAML lisible"),
        ("{producers: [], extracts: {}, extrait: {}}", "extrait : Extra inputs"),
        (
            "{producers: [], extracts: {a: {cadence: mensuelle}}}",
            "extracts.a.cadence : Input should",
        ),
    ],
)
def test_a_contract_that_is_not_well_formed_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "chambre" / "contract.yml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    with pytest.raises(ContractError, match=rf"chambre/contract\.yml.*{told}"):
        read_contract(path)
