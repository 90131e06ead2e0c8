"""What a cell of a deposit may hold, and what each code means: the drop-down lists of a template.

Here: the lists by which the deposit will be judged, from the rules of its source and the seeds they
name. Not here: the workbook (``template``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.cells import seeds
from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.suites.sources.code_lists import code_list, code_pairs
from expectations.suites.sources.record_controls import Codes, Pairs
from expectations.suites.sources.record_entries import rules_of
from orchestration.deposits.feeding import INDICATOR
from sources.registry import Source

TOTAL = "total"
AREA, UNIT, REPORTERS = "territoire", "unite", "repondants"
LABELS = {
    "unites": ("units", "unit_measure", "label"),
    "modes_de_collecte": ("collections", "collection", "label"),
    "ventilations": ("breakdowns", "breakdown", "label"),
    "categories": ("categories", "category", "label"),
    "departements": ("departments", "department_code", "department_label"),
    "regions": ("regions", "region_code", "region_label"),
    "clpe": ("clpe", "clpe_code", "clpe_label"),
}
"""Lists whose codes have a label: their seed, the column of the code, that of the label."""


@dataclass(frozen=True)
class CodeChoice:
    """A code, and what it means in French."""

    code: str
    meaning: str = ""


def choices_of(
    source: Source, indicators: Sequence[IndicatorDefinition], region: str
) -> dict[str, tuple[CodeChoice, ...]]:
    """Return what each column may hold, for those that hold a code.

    Args:
        source: The deposit.
        indicators: The indicators that it feeds.
        region: INSEE code of the region that is followed.
    """
    choices = {name: tuple(choices) for name, choices in _of_rules(source, region)}
    choices |= {
        name: tuple(CodeChoice(value, _meaning(value)) for value in column.only)
        for name, column in source.contract.columns.items()
        if column.only
    }
    names = {definition.id: definition.label for definition in indicators}
    choices[INDICATOR] = tuple(CodeChoice(name, label) for name, label in names.items())
    choices[UNIT] = tuple(
        CodeChoice(unit, _meaning(unit)) for unit in dict.fromkeys(_units(indicators))
    )
    choices[AREA] = (
        CodeChoice(region, _meaning(region, ["regions"])),
        *(
            CodeChoice(code, _meaning(code))
            for code in code_list("departements_de_la_region", region)
        ),
        *(CodeChoice(row["clpe_code"], row["clpe_label"]) for row in _committees(region)),
    )
    return {name: choices[name] for name in source.contract.columns if choices.get(name)}


def words_of(source: Source, region: str) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Return the columns that say a code again in words: the code's column, the words by code."""
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    for rule in rules_of(source.id):
        if isinstance(rule.control, Pairs) and rule.control.code_list == "departements_et_noms":
            code, label = rule.control.columns
            names = dict(code_pairs(rule.control.code_list))
            found[label] = (code, {**names, TOTAL: _meaning(region, ["regions"])})
    return found


def reporters_of(source: Source) -> tuple[CodeChoice, ...]:
    """Return the bodies that may answer in a deposit: its producer, or each body it stands for."""
    if REPORTERS not in source.contract.columns:
        return ()
    producer = source.producer.id
    return tuple(
        CodeChoice(row["reporter_label"], row["reporter_name"])
        for row in seeds.rows("reporters")
        if producer in {row["reporter_code"], row["reporter_kind"].casefold()}
    )


def _of_rules(source: Source, region: str) -> Iterator[tuple[str, Sequence[CodeChoice]]]:
    """Yield the codes of each column that a rule of the source asks for, once."""
    for rule in rules_of(source.id):
        control = rule.control
        if isinstance(control, Codes) and not rule.only_if:
            codes = control.values or code_list(str(control.code_list), region)
            choices = [CodeChoice(code, _meaning(code)) for code in (*codes, *rule.excused)]
            yield from ((column, choices) for column in control.columns)
        elif isinstance(control, Pairs) and control.code_list == "ventilations_et_categories":
            breakdown, category = control.columns
            pairs = code_pairs(control.code_list)
            yield breakdown, _with_total(first for first, _ in pairs)
            yield category, _with_total(second for _, second in pairs)


def _with_total(codes: Iterator[str]) -> list[CodeChoice]:
    kept = [code for code in dict.fromkeys(codes) if code != "_T"]
    return [CodeChoice(TOTAL, "Ensemble"), *(CodeChoice(code, _meaning(code)) for code in kept)]


def _units(indicators: Sequence[IndicatorDefinition]) -> Iterator[str]:
    for definition in indicators:
        yield definition.unit_measure
        yield from definition.other_units.values()


def _committees(region: str) -> list[seeds.SeedRow]:
    departments = set(code_list("departements_de_la_region", region))
    return [row for row in seeds.rows("clpe") if row["department_code"] in departments]


def _meaning(code: str, lists: Sequence[str] = tuple(LABELS)) -> str:
    """Return what a code means, from the first list that has it; nothing when none has."""
    if code == TOTAL:
        return "Ensemble"
    for seed, column, label in (LABELS[name] for name in lists):
        for row in seeds.rows(seed):
            if row[column] == code and row[label] != code:
                return row[label]
    return ""
