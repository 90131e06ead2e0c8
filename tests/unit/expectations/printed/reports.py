"""Small printed reports to examine: only what a test is about need be told."""

from typing import Any

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.printed.comparisons import PrintedComparison
from expectations.printed.document import Document, Passage, PrintedCell, PrintedFigure
from expectations.printed.numbers import read_number
from tests.made_definitions import made_definition

Told = Any
"""What a test tells of a figure or a passage: any of its fields."""
REGION, TOTAL = "REG-52", "_T"
AREAS = {
    REGION: "Pays de la Loire",
    "DEP-44": "Loire-Atlantique",
    "DEP-49": "Maine-et-Loire",
    "DEP-72": "Sarthe",
    "DEP-85": "Vendée",
    "ZE2020-1": "Laval",
    "ZE2020-2": "Le Mans",
    "ZE2020-3": "Mayenne",
    "ZE2020-4": "Cholet",
    "ZE2020-5": "Angers",
    "ZE2020-6": "Challans",
}
CATEGORIES = {
    TOTAL: "Ensemble",
    "moins_11": "Moins de 11 salariés",
    "11_49": "11 à 49 salariés",
    "50_plus": "50 salariés et plus",
    "college": "Collège",
    "lycee": "Lycée",
    "listes": "Jeunes des listes brutes",
    "connus": "Jeunes connus",
    "suivis": "Jeunes suivis",
}
UNITS = {"pcrh": "PCRH", "pct": "%", "eleve": "élèves", "metier": "métiers"}


def figure(printed_in: str, period: str, number: str, **told: Told) -> PrintedFigure:
    """Return a figure of the indicator ``a``, the total of the region unless told otherwise."""
    usual = {"indicator": "a", "ref_area": REGION, "breakdown": TOTAL, "category": TOTAL}
    cell = PrintedCell(**{key: told.pop(key, value) for key, value in usual.items()})
    line, unit = told.pop("line", 1), told.pop("unit", "pcrh")
    return PrintedFigure(line, printed_in, cell, period, read_number(number), unit, **told)


def cell(printed_in: str, period: str, text: str, **told: Told) -> Passage:
    """Return the text of a table cell of the indicator ``a``."""
    usual = {"line": 1, "section": "Fiche 1.A", "indicator": "a", "element": "cellule"}
    return Passage(**{**usual, "printed_in": printed_in, "period": period, "text": text, **told})


def label(text: str, printed_in: str = "fiche", **told: Told) -> Passage:
    """Return the label of the row of the indicator ``a``."""
    return cell(printed_in, "", text, element="intitule", **told)


def paragraph(text: str, **told: Told) -> Passage:
    """Return a paragraph of the commentary."""
    return cell("commentaire", "", text, **{"element": "paragraphe", "indicator": "", **told})


def report(*printed: PrintedFigure | Passage, **definitions: IndicatorDefinition) -> Document:
    """Return a report of these figures and passages, in their order."""
    return Document(
        figures=tuple(one for one in printed if isinstance(one, PrintedFigure)),
        passages=tuple(one for one in printed if isinstance(one, Passage)),
        definitions=definitions or {"a": made_definition("a")},
        areas=AREAS,
        categories=CATEGORIES,
        units=UNITS,
    )


def told(comparison: PrintedComparison) -> tuple[str, str, str, str]:
    """Return what a contradiction says, with plain spaces: its rule, subject and both sides."""
    sides = (comparison.first.text, comparison.second.text)
    first, second = (text.replace("\u202f", " ").replace("\xa0", " ") for text in sides)
    return (comparison.rule, comparison.subject, first, second)
