"""What a page says of a suite: Great Expectations' own rendered content, its few words in French.

Here: reading that content into lines of text and tables. Not here: how a page looks, and escaping
(``pages`` and its templates).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import Any

from expectations import french
from expectations.validations import contradictions, rule_classes  # noqa: F401 registers them
from expectations.validations.batch import meta_of
from expectations.validations.extracts import (  # noqa: F401 registers them
    core_classes as _of_extracts,
)
from expectations.validations.french_rendering import BROKEN, MET, UNKNOWN
from expectations.validations.suite_result import SuiteResult
from expectations.validations.undocumented import (
    ExpectationConfiguration,
    RenderedStringTemplateContent,
    ValidationResultsTableContentBlockRenderer,
)

IN_FRENCH = {
    "Unexpected Value": "Valeur",
    "Count": "Nombre",
    "Sampled Unexpected Values": "Quelques valeurs",
    "EMPTY": "vide",
    "null": "vide",
    "--": "–",
    "\n\n$unexpected_count unexpected values found. $unexpected_percent of $element_count total "
    "rows.": "Valeurs en échec : $unexpected_count, soit $unexpected_percent des lignes "
    "($element_count) :",
}
ENDINGS = ((r"% unexpected$", "% en échec"), (r"% not null$", "% remplies"))

Block = Mapping[str, Any]


class LineStatus(StrEnum):
    """What came of an expectation; the values are what a reader sees."""

    FAILED = "Échec"
    UNKNOWN = "Non évalué"
    PASSED = "Réussi"


STATUSES = {BROKEN: LineStatus.FAILED, UNKNOWN: LineStatus.UNKNOWN, MET: LineStatus.PASSED}


@dataclass(frozen=True)
class Text:
    """A line of text, which may come from a producer."""

    text: str
    is_code: bool = False


@dataclass(frozen=True)
class ContentTable:
    """Rows that fail, or values."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Line:
    """One expectation: what came of it, what is expected with what fails, what is observed."""

    status: LineStatus
    expected: tuple[Text | ContentTable, ...]
    observed: tuple[Text | ContentTable, ...]


class NamedTable(ValidationResultsTableContentBlockRenderer):
    """The table of Great Expectations, where each expectation gives its name as well."""

    @classmethod
    def _render_expectation_description(
        cls,
        configuration: ExpectationConfiguration,
        runtime_configuration: dict[str, Any],
        **kwargs: object,
    ) -> list[RenderedStringTemplateContent]:
        described = super()._render_expectation_description(
            configuration, runtime_configuration, **kwargs
        )
        name = {"template": configuration.type, "tag": "code"}
        return [*described, RenderedStringTemplateContent(string_template=name)]


def lines(result: SuiteResult) -> list[Line]:
    """Return what a suite says, an expectation a line, what fails first."""
    answers = result.validation.results
    content: Any = NamedTable.render(answers) if answers else None
    rows = content.to_json_dict()["table"] if content else []
    asked = [_line(meta_of(answer), *row) for answer, row in zip(answers, rows, strict=True)]
    not_asked = [
        Line(LineStatus.UNKNOWN, (Text(expected),), (Text(reason),))
        for expected, reason in result.not_asked.items()
    ]
    return sorted([*asked, *not_asked], key=lambda line: list(LineStatus).index(line.status))


def _line(meta: Block, status: Any, expected: Any, observed: Any) -> Line:  # noqa: ANN401 JSON
    icon = status["string_template"]["params"]["markdown_status_icon"]
    line_status = STATUSES.get(icon, LineStatus.FAILED)
    description = tuple(_read(expected))
    if "records" not in meta:
        return Line(line_status, description, tuple(_read(observed)))
    judged = french.typeset(f"Enregistrements jugés : {french.number(meta['evaluated'])}.")
    return Line(line_status, (*description[:2], *_records(meta)), (Text(judged),))


def _records(meta: Block) -> Iterator[Text | ContentTable]:
    """Give the records of an extract that fail: the answer itself is about values."""
    if meta["failing"]:
        yield Text(french.typeset(f"{french.number(meta['failing'])} cas en écart, les premiers :"))
    if meta["records"]:
        rows = tuple(tuple(map(_cell, record)) for record in meta["records"])
        yield ContentTable(("Ligne", "Ce qu'elle porte"), rows)


def _read(block: Any) -> Iterator[Text | ContentTable]:  # noqa: ANN401 a block of JSON
    """Give the texts and tables of a block, whatever it is nested in."""
    if isinstance(block, list):
        for part in block:
            yield from _read(part)
    elif not isinstance(block, Mapping):
        yield Text(_in_french(str(block)))
    elif "string_template" in block:
        template = block["string_template"]
        yield Text(_filled(template), is_code=template.get("tag") == "code")
    elif "table" in block:
        header = tuple(_in_french(str(name)) for name in block.get("header_row", ()))
        yield ContentTable(header, tuple(tuple(map(_cell, row)) for row in block["table"]))
    else:
        yield from _read(block.get("collapse", []))


def _filled(template: Block) -> str:
    """Return the text of a template; without parameters, a ``$`` in it is a dollar."""
    text = _in_french(str(template["template"]))
    params = template.get("params")
    return french.typeset(Template(text).safe_substitute(params) if params else text)


def _cell(value: object) -> str:
    return _in_french(french.number(value) if isinstance(value, (int, float)) else str(value))


def _in_french(text: str) -> str:
    for english, ending in ENDINGS:
        text = re.sub(english, ending, text)
    return IN_FRENCH.get(text, text)
