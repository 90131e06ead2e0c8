"""The contracts, and the matching of a received header with the landed columns."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sources.contract import ExtractContract, FolderContract, folder_contracts
from sources.errors import ExtractRefused
from sources.registry import source, sources
from sources.tables.conformity import conform

DECLARING = {
    "agora",
    "cariforef",
    "dares",
    "drafpic",
    "dreets",
    "education_nationale",
    "france_travail",
    "opco",
    "orion",
    "region",
}
BASE = {
    "label": "Essai",
    "producer": "essai",
    "protocol": "depot",
    "dataset": "essai",
    "cadence": "annual",
    "expected_lag_days": 1,
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


def test_the_sources_are_declared_with_their_producer() -> None:
    assert set(sources()) == {
        *(f"parcoursup_{session}" for session in (*range(2018, 2026), "courante")),
        "inserjeunes_lycee_pro",
        "inserjeunes_cfa",
        "dares_etablissements_apprentissage",
        "insee_emploi_communes",
        "insee_departements",
        "insee_regions",
        "insee_activite_departements",
        "insee_chomage_zones",
        "insee_emploi_zones",
        "insee_zones_emploi",
        "dgcl_epci",
        "cariforef_bilan_2023_2024",
        "cariforef_bilan_2023_2024_texte",
        "france_travail_acces_emploi",
        "france_travail_demandeurs_emploi",
        "france_travail_emploi_apres_formation",
        "france_travail_tableau_de_bord",
        "france_travail_series_cvs",
        "dreets_pcrh_2023",
        "dreets_pcrh_2024",
        "cariforef_seniors_zones",
        *(f"{producer}_indicateurs" for producer in DECLARING),
    }
    assert {one.producer.id for one in sources().values()} == {
        "mesr",
        "depp",
        "dares_diffusion",
        "insee",
        "dgcl",
        *DECLARING,
    }
    assert source("dreets_pcrh_2024").label.endswith("année 2024")


def test_no_contract_names_a_region() -> None:
    for folder in folder_contracts():
        for declared in folder.extracts.values():
            assert "52" not in str(declared.params)


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
