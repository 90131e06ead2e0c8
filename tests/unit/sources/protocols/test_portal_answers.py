"""What the clients make of the portals' answers, whole, partial or hostile."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.client import Extract
from sources.errors import ExtractRefused, FetchFailed
from sources.protocols.opendatasoft.client import announced_by
from sources.registry import source

# An example of a parser costs next to nothing: six for one of the profile's.
FUZZED = settings(max_examples=6 * settings.default.max_examples)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
DIMENSIONS = {
    "GEO": "2020-COM-44001",
    "TIME_PERIOD": "2017",
    "AGE": "Y15T64",
    "SEX": "_T",
    "EDUC": "_T",
    "EMPSTA_ENQ": "1",
    "RP_MEASURE": "POP",
    "FREQ": "A",
}


def read(source_id: str, folder: Path, *contents: bytes, **announced: int) -> pa.Table:
    paths = []
    for rank, content in enumerate(contents):
        path = folder / f"part-{rank}"
        path.write_bytes(content)
        paths.append(path)
    known = source(source_id)
    return known.client.read(known, Extract("x", tuple(paths), 0, announced))


def observation(**changes: str) -> dict[str, Any]:
    return {
        "dimensions": DIMENSIONS | changes,
        "measures": {"OBS_VALUE_NIVEAU": {"value": 890.109787164649}},
    }


def page(observations: list[Any], count: int | None) -> bytes:
    paging = {} if count is None else {"count": count}
    return json.dumps({"observations": observations, "paging": paging}).encode()


def test_melodi_pages_are_put_end_to_end_with_missing_values_null(tmp_path: Path) -> None:
    missing = observation(EMPSTA_ENQ="2") | {
        "measures": {"OBS_VALUE_NIVEAU": {}},
        "attributes": {"OBS_STATUS": "L", "CONF_STATUS": "F"},
    }
    landed = read("insee_emploi_communes", tmp_path, page([observation()], 2), page([missing], 2))
    assert landed.column("obs_value").to_pylist() == ["890.109787164649", None]
    assert landed.column("obs_status").to_pylist() == [None, "L"]
    assert landed.column_names == list(source("insee_emploi_communes").contract.columns)


def test_melodi_rows_that_were_not_asked_for_are_left_out(tmp_path: Path) -> None:
    rows = [
        observation(),
        observation(AGE="Y55T64"),
        observation(AGE="Y25T54"),
        observation(SEX="F"),
        observation(EMPSTA_ENQ="31"),
    ]
    landed = read("insee_emploi_communes", tmp_path, page(rows, 5))
    assert landed.column("age").to_pylist() == ["Y15T64", "Y55T64"]


def test_a_melodi_dimension_that_vanishes_is_named(tmp_path: Path) -> None:
    renamed = observation()
    renamed["dimensions"] = {k.replace("_ENQ", ""): v for k, v in DIMENSIONS.items()}
    with pytest.raises(ExtractRefused, match="« EMPSTA_ENQ » est absente ; elle semble"):
        read("insee_emploi_communes", tmp_path, page([renamed], 1))


@pytest.mark.parametrize("count", [0, 2, None])
def test_a_melodi_count_that_does_not_agree_is_refused(tmp_path: Path, count: int | None) -> None:
    with pytest.raises(ExtractRefused, match="observations"):
        read("insee_emploi_communes", tmp_path, page([observation()], count))


def test_an_empty_melodi_answer_is_refused_for_its_columns(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match="« GEO » est absente"):
        read("insee_emploi_communes", tmp_path, page([], 0))


@FUZZED
@given(ANYTHING | st.fixed_dictionaries({"observations": st.lists(ANYTHING, max_size=3)}))
def test_any_melodi_answer_is_read_or_refused(tmp_path: Path, answer: object) -> None:
    with pytest.raises(ExtractRefused):
        read("insee_emploi_communes", tmp_path, json.dumps(answer).encode())


def indicator(**changes: object) -> dict[str, Any]:
    period = {
        "codeTypeTerritoire": "REG",
        "codeTerritoire": "24",
        "codeTypePeriode": "MOIS",
        "codePeriode": "2025-04",
        "codeNomenclature": "ACCES_6_MOIS",
        "valeurSecondaireTaux": "40,5",
    }
    answer = {"datMaj": "2025-04-15", "codeIndicateur": "ACC_1"}
    return answer | {"listeValeursParPeriode": [period | changes]}


def test_france_travail_gives_the_total_then_its_publics(tmp_path: Path) -> None:
    publics = [
        {"codeTypeCaract": "PUBLIC", "codeCaract": "RSA", "libCaract": "RSA", "pourcentage": 22.9},
        {"codeTypeCaract": "PUBLIC", "codeCaract": "BOE", "libCaract": "BOE", "masque": True},
    ]
    answer = json.dumps(indicator(listeValeurParCaract=publics)).encode()
    rows = read("france_travail_acces_emploi", tmp_path, answer).to_pylist()
    assert [(r["code_caract"], r["taux"], r["masque"]) for r in rows] == [
        ("_T", "40,5", "false"),
        ("RSA", "22.9", "false"),
        ("BOE", None, "true"),
    ]
    assert {row["date_maj"] for row in rows} == {"2025-04-15"}


@FUZZED
@given(ANYTHING | st.builds(lambda v: {"listeValeursParPeriode": [v]}, ANYTHING))
def test_any_france_travail_answer_is_read_or_refused(tmp_path: Path, answer: object) -> None:
    with suppress(ExtractRefused):
        read("france_travail_acces_emploi", tmp_path, json.dumps(answer).encode())


@FUZZED
@given(ANYTHING)
def test_france_travail_characteristics_of_any_shape(tmp_path: Path, value: object) -> None:
    answer = json.dumps(indicator(listeValeurParCaract=value)).encode()
    try:
        landed = read("france_travail_acces_emploi", tmp_path, answer)
    except ExtractRefused:
        return
    assert landed.num_rows >= 1


def parcoursup_csv(rows: int) -> bytes:
    titles = list(source("parcoursup_2018").contract.columns)
    row = ";".join("2018" if title == "session" else "" for title in titles)
    return "\n".join([";".join(titles), *[row] * rows, ""]).encode()


def test_an_export_with_the_announced_rows_is_read(tmp_path: Path) -> None:
    landed = read("parcoursup_2018", tmp_path, parcoursup_csv(3), records_count=3)
    assert landed.num_rows == 3
    assert landed.num_columns == 85


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (parcoursup_csv(2), "2 lignes de données alors que le portail en annonce 3"),
        (parcoursup_csv(3)[:-20], "cellule"),
        (parcoursup_csv(0), "que sa ligne de titres ; le portail annonce 3"),
        (parcoursup_csv(2) + b"Streaming interrupted due to x", "interrompu son export"),
        (b"\xef\xbb\xbf <!DOCTYPE html><html>", "page web"),
        (parcoursup_csv(3).replace(b"\n2018", b"\n2019"), "pas l'extrait attendu"),
    ],
)
def test_an_export_that_is_not_whole_is_refused(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(ExtractRefused, match=reason):
        read("parcoursup_2018", tmp_path, content, records_count=3)


@FUZZED
@given(st.binary(max_size=60))
def test_any_export_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ExtractRefused):
        read("parcoursup_2018", tmp_path, content, records_count=3)


@FUZZED
@given(ANYTHING)
def test_metadata_of_another_shape_are_a_lasting_failure(metadata: object) -> None:
    with pytest.raises(FetchFailed) as failed:
        announced_by(metadata, "https://portail.example/api")
    assert failed.value.permanent
