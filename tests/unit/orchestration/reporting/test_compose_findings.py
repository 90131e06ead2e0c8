"""The table of a finding says what all its lines are of, when none of them does."""

import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.findings.code_names import Names
from expectations.verdicts.table import Cell
from orchestration.reporting.compose_findings import Observations
from tests.unit.expectations.decisions.deciding import about, observed
from tests.unit.orchestration.publication.test_gatekeeping import DEFINITION

DEFINITIONS: dict[str, IndicatorDefinition] = {"a": DEFINITION}
NAMES = Names(areas={"DEP-44": "Loire-Atlantique"}, categories={"rsa": "Bénéficiaires du RSA"})


@pytest.mark.parametrize(
    ("places", "heading"),
    [
        ([("DEP-44", "rsa"), ("DEP-49", "rsa")], "Territoire, « Bénéficiaires du RSA »"),
        ([("DEP-44", "rsa"), ("DEP-44", "boe")], "Catégorie, Loire-Atlantique"),
        ([("REG-52", "rsa"), ("REG-52", "boe")], "Catégorie"),
        ([("DEP-44", "_T"), ("DEP-49", "_T")], "Territoire"),
        ([("DEP-44", "rsa")], "Catégorie"),
    ],
)
def test_what_all_lines_are_of_is_in_their_heading(
    places: list[tuple[str, str]], heading: str
) -> None:
    cells = [Cell("a", area, "2024", "public", category) for area, category in places]
    line = Observations(observed({}), NAMES, ()).finding_line(about(*cells), DEFINITIONS)
    assert line.of_lines.replace("\N{NO-BREAK SPACE}", " ") == heading
