"""Each of the 21 European types on the standard's own worked example.

The tables are those of Eurostat, *Main types of validation rules for ESS data* (version 1.03,
2018): see ``tests/data/NOTICE``. Of those that are about records, the standard says which ones
fail; here they are told by their line. Where an example is about figures (RTS, VCO, VAD, VSA),
countries stand for areas. VNO, RRL, VRT and VMP have figures of ours, which its definitions ask.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from expectations.extracts.contract_rules import contract_rules
from expectations.extracts.distinct import Records
from expectations.suites.sources.record_entries import RecordRule
from expectations.validations.extracts.judge import judge as judge_records
from expectations.verdicts.rules import RULES
from sources.contract import ExtractContract
from sources.errors import ExtractRefused
from sources.tables.conformity import conform

Make = Callable[..., Any]
GROUP = ["TABLE", "FREQ", "TIME_PERIOD", "REPORTING", "PARTNER", "DIRECTION", "AGE"]
FIELDS = [*GROUP, "ADJUST", "OBS_VALUE", "OBS_STATUS"]

QUARTER = "T02;Q;2016Q3;DE;ES"
VALUES = {
    "FDT": [
        f"{QUARTER};IN;TOTAL;N;20;",
        f"{QUARTER};IN;TOTAL;S;15x;",
        f"{QUARTER};OUT;TOTAL;N;NA;P",
        f"{QUARTER};OUT;TOTAL;S;:;P",
    ],
    "FDL": [
        "T02;Q;2016Q3;DE;ES;IN;TOTAL;N;20.234;",
        "T02;Q;2016Q3;DE;EUR28;IN;TOTAL;S;150;",
        "T02;Q;2016Q3;DE;E;OUT;TOTAL;N;21.19998;P",
        "T02;Q;2016Q3;DE;EU28;OUT;TOTAL;S;160.78;P",
    ],
    "FDM": ["T01;A;2016;DE;ES;IN;TOTAL;N;20;", "T01;A;2016;DE;ES;OUT;TOTAL;N;21;P"],
    "COV": [
        f"{QUARTER};IN;TOTAL;N;20;",
        f"{QUARTER};FROM;TOTAL;S;15;",
        f"{QUARTER};OUT;TOTAL;N;21;P",
        f"{QUARTER};OUT;TOTAL;S;16;P",
    ],
    "RWD": [
        f"{QUARTER};IN;TOTAL;N;20;",
        f"{QUARTER};IN;TOTAL;S;15;",
        f"{QUARTER};OUT;TOTAL;N;21;P",
        f"{QUARTER};OUT;TOTAL;N;25;P",
        f"{QUARTER};OUT;TOTAL;S;16;P",
    ],
    "REP": [
        f"{QUARTER};OUT;TOTAL;N;21;P",
        f"{QUARTER};OUT;TOTAL;S;16;P",
        f"{QUARTER};IN;TOTAL;N;20;",
    ],
    "RNR": [
        "T01;A;2008;MT;DE;IN;TOTAL;N;200;",
        "T01;A;2009;MT;DE;IN;TOTAL;N;203;",
        "T01;A;2010;MT;DE;IN;TOTAL;N;202;",
    ],
    "COC 1": [
        "T01;Q;2016;FR;DE;IN;TOTAL;N;200;",
        "T01;A;2016;FR;ES;IN;TOTAL;N;150;",
        "T01;A;2016;FR;ES;OUT;TOTAL;N;160;",
    ],
    "COC 2": [
        "T02;Q;2016Q3;FR;ES;IN;TOTAL;N;20;",
        "T02;A;2016Q3;FR;ES;IN;TOTAL;S;15;",
        "T02;A;2016Q3;FR;ES;OUT;TOTAL;N;21;P",
        "T02;Q;2016Q3;FR;ES;OUT;TOTAL;S;16;P",
    ],
    "COC 3": [
        "T01;A;2016;EL;ES;IN;TOTAL;N;150;",
        "T01;A;2016;EL;ES;OUT;TOTAL;N;160;",
        "T01;A;2016;GR;DE;OUT;TOTAL;N;210;",
    ],
    "COC 4": [
        "T02;Q;2016Q3;FR;ES;IN;TOTAL;S;15;",
        "T02;Q;2016Q3;FR;ES;OUT;TOTAL;N;21;P",
        "T02;Q;2016Q3;FR;FR;IN;TOTAL;N;20;",
        "T02;Q;2016Q3;FR;ES;OUT;TOTAL;S;16;P",
    ],
    "COC 5": [
        "T01;A;2016;FR;DE;IN;TOTAL;N;200;",
        "T01;A;2016;FR;ES;IN;TOTAL;N;150;",
        "T01;A;2016;FR;DE;OUT;TOTAL;S;210;",
        "T01;A;2016;FR;ES;OUT;TOTAL;N;160;",
    ],
    "VIR": [
        "T02;Q;2016Q3;FR;ES;IN;TOTAL;N;0;",
        "T02;Q;2016Q3;FR;ES;IN;TOTAL;S;-15;",
        "T02;Q;2016Q3;FR;ES;OUT;TOTAL;N;21;P",
        "T02;Q;2016Q3;FR;ES;OUT;TOTAL;S;16;P",
    ],
    "VAD": [
        *(f"T01;A;2016;FR;IT;IN;{age};N;{value};" for age, value in
          (("TOTAL", 201), ("Y0_18", 100), ("Y19_64", 50), ("Y65_MAX", 50))),
        *(f"T01;A;2016;FR;ES;IN;{age};N;{value};" for age, value in
          (("TOTAL", 204), ("Y0_18", 100), ("Y19_64", 50), ("Y65_MAX", 50))),
    ],
}  # fmt: skip
"""The records of each example."""

IN_TABLE = {name: [{"colonne": "TABLE", "est": name}] for name in ("T01", "T02")}
EXAMPLES: dict[str, tuple[str, dict[str, Any], dict[str, Any], list[int]]] = {
    "a value that is no number": (
        "FDT",
        {"quoi": "motif", "colonnes": ["OBS_VALUE"], "expression": "[0-9]+"},
        {"sauf": ["NA"]},
        [2, 4],
    ),
    "a partner of two to four letters": (
        "FDL",
        {"quoi": "longueur", "colonnes": ["PARTNER"], "au_moins": 2, "au_plus": 4},
        {},
        [2, 3],
    ),
    "a value of two or three decimals": (
        "FDL",
        {"quoi": "motif", "colonnes": ["OBS_VALUE"], "expression": "[0-9]+[.][0-9]{2,3}"},
        {},
        [2, 3],
    ),
    "a status that must be empty": ("FDM", {"quoi": "vide", "colonnes": ["OBS_STATUS"]}, {}, [2]),
    "a status that is mandatory": ("FDM", {"quoi": "rempli", "colonnes": ["OBS_STATUS"]}, {}, [1]),
    "a direction in its code list": (
        "COV",
        {"quoi": "codes", "colonnes": ["DIRECTION"], "parmi": ["IN", "OUT"]},
        {},
        [2],
    ),
    "every record of a key that is there twice": (
        "RWD",
        {"quoi": "cle", "colonnes": [*GROUP, "ADJUST"]},
        {},
        [3, 4],
    ),
    "each direction adjusted and not": (
        "REP",
        {"quoi": "attendus", "colonne": "ADJUST", "selon": GROUP, "parmi": ["N", "S"]},
        {},
        [3],
    ),
    "four records at least": ("RNR", {"quoi": "lignes", "au_moins": 4}, {}, [1, 2, 3]),
    "annual records in the annual table": (
        "COC 1",
        {"quoi": "codes", "colonnes": ["FREQ"], "parmi": ["A"]},
        {"seulement_si": IN_TABLE["T01"]},
        [1],
    ),
    "quarterly records in the quarterly table": (
        "COC 2",
        {"quoi": "codes", "colonnes": ["FREQ"], "parmi": ["Q"]},
        {"seulement_si": IN_TABLE["T02"]},
        [2, 3],
    ),
    "the country of the envelope": (
        "COC 3",
        {"quoi": "codes", "colonnes": ["REPORTING"], "parmi": ["EL"]},
        {},
        [3],
    ),
    "a partner that is another country": (
        "COC 4",
        {"quoi": "comparaison", "colonnes": ["REPORTING"], "operateur": "!=", "que": "PARTNER"},
        {},
        [3],
    ),
    "no adjusted record in the annual table": (
        "COC 5",
        {"quoi": "codes", "colonnes": ["ADJUST"], "parmi": ["N"]},
        {"seulement_si": IN_TABLE["T01"]},
        [3],
    ),
    "a value of one at least": (
        "VIR",
        {"quoi": "bornes", "colonnes": ["OBS_VALUE"], "au_moins": 1},
        {},
        [1, 2],
    ),
    "a total within one per cent of its ages": (
        "VAD",
        {
            "quoi": "total_des_lignes",
            "valeur": "OBS_VALUE",
            "selon": ["REPORTING", "PARTNER"],
            "colonne": "AGE",
            "total": "TOTAL",
            "ecart_relatif_admis": 0.01,
        },
        {},
        [5],
    ),
}
"""The records, what is asked of them, on what condition, and the lines that the standard fails."""


def records_of(lines: list[str]) -> Records:
    """Return the records that some lines are, empty cells as null."""
    rows = [line.split(";") for line in lines]
    columns = {
        name: pa.array([row[place] or None for row in rows], pa.string())
        for place, name in enumerate(FIELDS)
    }
    return Records(pa.table(columns))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_records_that_the_standard_fails_are_named(name: str) -> None:
    example, control, other, lines = EXAMPLES[name]
    code = example.partition(" ")[0]
    asked = {"code": code, "nom": "essai", "explication": "Ce que demande la norme.", **other}
    rule = RecordRule.model_validate({**asked, "question": "Pourquoi ?", "controle": control})
    (judgement,) = judge_records(records_of(VALUES[example]), [rule], "52")
    assert judgement.lines.tolist() == lines
    assert judgement.verdict.records


def contract(columns: dict[str, Any]) -> ExtractContract:
    """Return what is agreed of the file of the examples."""
    return ExtractContract.model_validate(
        {
            "label": "Essai",
            "producer": "essai",
            "protocol": "depot",
            "dataset": "essai",
            "cadence": "annual",
            "format": {"kind": "csv"},
            "rows": {"at_least": 1},
            "columns": columns,
            "other_columns": "kept",
        }
    )


@pytest.mark.parametrize(
    ("code", "columns", "received"),
    [
        ("EVA", {"REPORTING": {"only": "FR"}}, {"REPORTING": ["DE"]}),
        ("FDD", {"REPORTING": {}, "PARTNER": {}}, {"REPORTING,PARTNER": ["DE,ES"]}),
    ],
)
def test_a_file_that_is_not_the_one_agreed_is_refused(
    code: str, columns: dict[str, Any], received: dict[str, list[str]]
) -> None:
    with pytest.raises(ExtractRefused) as refused:
        conform(contract(columns), pa.table(received))
    assert refused.value.rule == code


@pytest.mark.parametrize(("code", "columns", "value"), [
    ("FLF", ["TABLE", "OBS_VALUE"], "20.5"),
    ("DES", ["OBS_VALUE"], "20,5"),
])  # fmt: skip
def test_a_file_of_another_format_or_decimal_mark_fails(
    code: str, columns: list[str], value: str
) -> None:
    rules = contract_rules(
        columns=dict.fromkeys(columns, "text") | {"OBS_VALUE": "decimal"},
        mandatory=[],
        key=[],
        rows_at_least=1,
        rows_at_most=None,
        decimal_mark=".",
    )
    judged = judge_records(Records(pa.table({"OBS_VALUE": [value]})), rules, "52")
    assert [item.verdict.code for item in judged if item.verdict.outcome == "fail"] == [code]


def test_a_series_with_a_hole_is_named(judge: Make, observe: Make, define: Make) -> None:
    """RTS: France has 2008, 2009 and 2010 of Germany, 2008 and 2010 of Spain."""
    rows = [("DE", "2008", 200), ("DE", "2009", 203), ("DE", "2010", 202)]
    spain = [("ES", "2008", 150), ("ES", "2009", "L"), ("ES", "2010", 158)]
    assert judge("RTS", observe(*rows, *spain), define("a")).failing == {("ES", "2009")}


YOUNG = {"breakdown": "ministere", "category": "men"}


def test_the_young_are_less_than_half(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    """VCO: 120 of the 200 who came in are under 18, 45 of the 100 who went out."""
    control = {
        "quoi": "relation",
        "termes": {"jeunes": {"ventilation": "ministere", "categorie": "men"}, "tous": {}},
        "gauche": "jeunes",
        "operateur": "<",
        "droite": "0,5 × tous",
    }
    rows = [("IN", "2016", 200), ("IN", "2016", 120, YOUNG)]
    rows += [("OUT", "2016", 100), ("OUT", "2016", 45, YOUNG)]
    asked = entry("VCO", control, seulement_si={"categories": ["_T"]})
    verdicts = judge("VCO", observe(*rows), define("a"), entries=(asked,))
    assert verdicts.failing == {("IN", "2016")}


def test_a_total_is_within_one_per_cent_of_its_details(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    """VAD: 201 and 204, of which the details make 200."""
    details = {code: {"ventilation": "ministere", "categorie": code} for code in ("men", "masa")}
    control = {"quoi": "somme", "details": details, "ecart_relatif_admis": 0.01}
    rows = [
        (country, "2016", value, {"breakdown": "ministere", "category": code})
        for country in ("IT", "ES")
        for code, value in (("men", 100), ("masa", 100))
    ]
    observations = observe(("IT", "2016", 201), ("ES", "2016", 204), *rows)
    asked = entry("VAD", control, seulement_si={"categories": ["_T"]})
    verdicts = judge("VAD", observations, define("a"), entries=(asked,))
    assert verdicts.failing == {("ES", "2016")}


def test_an_adjusted_year_is_within_one_per_cent_of_the_raw_one(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    """VSA: 126 adjusted beside 127 raw, whatever the seasons; and 126 beside 137."""
    quarters = [f"2016-Q{quarter}" for quarter in range(1, 5)]
    raw = {"OUT": [19, 30, 55, 23], "IN": [19, 30, 55, 33]}
    sides = {
        "a": [(way, *row) for way in raw for row in zip(quarters, [30, 31, 32, 33], strict=True)],
        "b": [(way, *row) for way in raw for row in zip(quarters, raw[way], strict=True)],
    }
    observations = pd.concat([observe(*rows, indicator=name) for name, rows in sides.items()])
    definitions = [define(name, cadence="quarterly", period_kind="quarter") for name in sides]
    control = {"quoi": "serie_corrigee", "brute": {"indicateur": "b"}}
    verdicts = judge("VSA", observations, *definitions, entries=(entry("VSA", control),))
    assert verdicts.failing == {("IN", quarter) for quarter in quarters}


PAST = [203, 201, 202, 204, 202, 200, 203, 202, 201, 204]


@pytest.mark.parametrize(("last", "failing"), [(205, set()), (300, {("FR", "2016")})])
def test_the_last_value_is_where_its_past_leads(
    judge: Make, observe: Make, define: Make, last: float, failing: set[tuple[str, str]]
) -> None:
    """VNO: ten periods around 202, which move by one or two."""
    periods = zip(range(2006, 2017), [*PAST, last], strict=True)
    observations = observe(*(("FR", str(year), value) for year, value in periods))
    assert judge("VNO", observations, define("a")).failing == failing


@pytest.mark.parametrize("code", ["VRT", "RRL"])
def test_a_tenth_is_revised_and_no_more(
    judge: Make, observe: Make, define: Make, code: str
) -> None:
    """VRT: one value in 2015 moves by a fifth. RRL: two in five do in 2016."""
    countries = ["DE", "ES", "FR", "IT", "MT"]
    published = observe(*((c, year, 200) for c in countries for year in ("2015", "2016")))
    tonight = published.assign(
        obs_value=[
            240 if key in {("DE", "2015"), ("DE", "2016"), ("ES", "2016")} else 200
            for key in zip(published["ref_area"], published["time_period"], strict=True)
        ]
    )
    failing = judge(code, tonight, define("a"), published=published).failing
    years = {"VRT": {"2015", "2016"}, "RRL": {"2016"}}[code]
    assert {year for _, year in failing} == years


def test_two_sources_of_one_fact_agree_within_a_tenth(
    judge: Make, observe: Make, define: Make, entry: Make
) -> None:
    """VMP: what France says comes from Spain, and what Spain says goes to France."""
    observations = pd.concat(
        [
            observe(("FR", "2015", 100), ("FR", "2016", 100)),
            observe(("FR", "2015", 91), ("FR", "2016", 80), indicator="b"),
        ]
    )
    control = {"quoi": "miroir", "autre": {"indicateur": "b"}}
    asked = entry("VMP", control)
    verdicts = judge("VMP", observations, define("a"), define("b"), entries=(asked,))
    assert verdicts.failing == {("FR", "2016")}


def test_no_type_of_the_standard_is_left_out() -> None:
    told = {example.partition(" ")[0] for example, *_ in EXAMPLES.values()}
    told |= {"EVA", "FLF", "FDD", "DES", "RTS", "VCO", "VSA", "VNO", "RRL", "VRT", "VMP"}
    assert told == {code for code, rule in RULES.items() if rule.is_standard}
    assert len(told) == 21
