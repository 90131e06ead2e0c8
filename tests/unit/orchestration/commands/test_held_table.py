"""What holds values, as the command line shows it: a line a cause."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from orchestration.commands.docket_replies import held_table
from tests.unit.expectations.decisions.deciding import found


def test_a_cause_names_the_other_indicators_that_it_explains_and_its_own_once() -> None:
    leader, half = (replace(found("DEP-0", rank=rank), indicator="1C1_pcrh") for rank in (1, 2))
    kin = replace(found("DEP-1", rank=3), indicator="1B1_etablissements_apprentissage")
    told = StringIO()
    Console(file=told, width=200).print(held_table([(leader, half), (leader, half, kin)]))
    said = told.getvalue().replace("\xa0", " ")
    assert said.count("1C1_pcrh : ") == 1
    assert f"1C1_pcrh (et {kin.indicator}) : " in said
