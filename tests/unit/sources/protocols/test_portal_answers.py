"""What the clients make of the portals' answers, whole, partial or hostile."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

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


def read(source_id: str, folder: Path, *contents: bytes, **announced: int | str) -> pa.Table:
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


def test_an_empty_melodi_answer_is_told_as_such(tmp_path: Path) -> None:
    """Another region of which nothing was recorded: not one column lacks because of a change."""
    with pytest.raises(ExtractRefused, match=r"aucune observation .*\(GEO = "):
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


DARES = "dares_etablissements_apprentissage"


def dares_page(*regions: str) -> bytes:
    rows = [
        {"annee": "2024", "code_region": region, "code_departement": f"0{rank}"}
        | {"nombre_d_etablissements": 5}
        for rank, region in enumerate(regions)
    ]
    return json.dumps({"total_count": len(rows), "results": rows}).encode()


def test_the_rows_of_another_region_are_refused_and_ours_are_read(tmp_path: Path) -> None:
    asked = {"query": "where=code_region%3D%2252%22"}
    assert read(DARES, tmp_path, dares_page("52", "52"), **asked).num_rows == 2
    with pytest.raises(ExtractRefused, match="Demandé : code_region = 52 ; reçu : « 53 »"):
        read(DARES, tmp_path, dares_page("52", "53"), **asked)


def melodi_page(*observations: dict[str, Any], **others: str) -> bytes:
    return json.dumps(json.loads(page(list(observations), 2)) | others).encode()


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (
            {"identifier": "DS_AUTRE"},
            "jeu de données = DS_RP_EMPLOI_LR_PRINC ; reçu : « DS_AUTRE »",
        ),
        ({"GEO": "2020-COM-35001"}, "GEO = REG-52*COM ; reçu : « 2020-COM-35001 » (1 ligne)"),
        ({"TIME_PERIOD": "2023"}, "le millésime 2022 ; reçu : « 2023 » (1 ligne)"),
        ({"GEO": "2027-COM-44001"}, "géographie de « 2027 »"),
    ],
)
def test_one_page_of_several_about_something_else_refuses_them_all(
    tmp_path: Path, second: dict[str, str], said: str
) -> None:
    announced = {"query": "GEO=REG-52%2ACOM", "vintage": "2022", "geography": "2026"}
    named = {"identifier": "DS_RP_EMPLOI_LR_PRINC"}
    codes = {name: code for name, code in second.items() if name != "identifier"}
    first = melodi_page(observation(), **named)
    ours = melodi_page(observation(GEO="2026-COM-44002"), **named)
    assert read("insee_emploi_communes", tmp_path, first, ours, **announced).num_rows == 2
    other = melodi_page(observation(**codes), **{**named, **second})
    with pytest.raises(ExtractRefused) as refused:
        read("insee_emploi_communes", tmp_path, first, other, **announced)
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"codeTerritoire": "53"}, "codeTerritoire = 52 ; reçu : « 53 »"),
        ({"codeTypeTerritoire": "DEP"}, "codeTypeTerritoire = REG ; reçu : « DEP »"),
        ({"codePeriode": "2026-04"}, "une période de type TRIMESTRE ; reçu : « 2026-04 »"),
        ({"codeTypeActivite": "ROME"}, "codeTypeActivite = CUMUL ; reçu : « ROME »"),
        ({"codeIndicateur": "OFF_1"}, "« OFF_1 » alors que cet extrait doit porter sur « DE_1 »"),
    ],
)
def test_an_indicator_about_something_else_is_refused_with_both(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    seekers = "france_travail_demandeurs_emploi"
    asked = urlencode(source(seekers).contract.query_for("52"))
    quarter = {"codeTerritoire": "52", "codeTypePeriode": "TRIMESTRE", "codePeriode": "2026T1"}
    numbers = {"valeurPrincipaleNombre": 10, "codeIndicateur": "DE_1"}
    ours = json.dumps(indicator(**quarter, **numbers)).encode()
    assert read(seekers, tmp_path, ours, query=asked).num_rows == 1
    other = json.dumps(indicator(**(quarter | numbers | changes))).encode()
    with pytest.raises(ExtractRefused) as refused:
        read(seekers, tmp_path, other, query=asked)
    assert said in refused.value.message
