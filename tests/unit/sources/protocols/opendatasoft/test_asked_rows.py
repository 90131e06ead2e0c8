"""The filters of an Opendatasoft query are read again in the rows that come."""

import pyarrow as pa
import pytest

from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.opendatasoft.asked_rows import equalities, refuse_other_rows
from sources.protocols.opendatasoft.client import announced_by
from sources.registry import sources

URL = "https://portail.example/api/explore/v2.1/catalog/datasets/demande"
ROWS = pa.table({"code_region": ["52", "52", "53"], "fili": ["BTS", "CPGE", None]})
OURS = ROWS.slice(0, 2)


def test_every_filter_of_every_contract_can_be_read_again() -> None:
    asked = [
        source.contract.query_for("52")
        for source in sources().values()
        if source.contract.protocol == "opendatasoft"
    ]
    assert [found for params in asked for found in equalities(params)] == [
        ("where", "code_region", "52")
    ]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ([("where", 'code_region="52"')], "Demandé : code_region = 52 ; reçu : « 53 » (1 ligne)"),
        ([("refine", 'fili:"BTS"')], "Demandé : fili = BTS ; reçu : « », « CPGE » (2 lignes)"),
        ([("exclude", 'fili:"CPGE"')], "Demandé : fili autre que CPGE ; reçu : « CPGE »"),
        ([("where", 'annee="2024"')], "n'a pas de colonne « annee »"),
    ],
)
def test_a_row_that_was_not_asked_for_refuses_the_whole(
    params: list[tuple[str, str]], said: str
) -> None:
    with pytest.raises(ExtractRefused) as refused:
        refuse_other_rows(ROWS, params)
    assert said in refused.value.message.replace("«  »", "« »")


def test_rows_that_were_asked_for_pass() -> None:
    refuse_other_rows(OURS, [("where", "code_region='52' and code_region=\"52\""), ("select", "*")])
    refuse_other_rows(OURS, [("refine", 'fili:"BTS"'), ("refine", 'fili:"CPGE"')])
    refuse_other_rows(ROWS, [])


def test_a_filter_that_cannot_be_read_again_is_no_filter_of_ours() -> None:
    with pytest.raises(ValueError, match="cannot be checked"):
        equalities([("where", 'search(*, "x")')])


def test_metadata_of_another_data_set_are_refused_with_both() -> None:
    metas = {"metas": {"default": {"data_processed": "2026-01-01", "records_count": 3}}}
    assert announced_by({"dataset_id": "demande", **metas}, URL)["records_count"] == 3
    with pytest.raises(FetchFailed, match="Demandé : « demande » ; reçu : « autre »"):
        announced_by({"dataset_id": "autre", **metas}, URL)
