"""What a page says of a suite: Great Expectations' own rendered content, its few words in French.

Belongs here: reading that content into lines of text and tables. Does not belong here: how a page
looks, and escaping (``pages`` and its templates).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import Any

from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render.components import RenderedStringTemplateContent
from great_expectations.render.renderer.content_block.validation_results_table_content_block import (  # noqa: E501 its name
    ValidationResultsTableContentBlockRenderer,
)

from expectations import french
from expectations.data_docs.suite_result import SuiteResult
from expectations.rules.named_expectations import UNKNOWN

IN_FRENCH = {
    "Unexpected Value": "Valeur",
    "Count": "Nombre",
    "Sampled Unexpected Values": "Quelques valeurs",
    "EMPTY": "vide",
    "null": "vide",
    "--": "–",
    "\n\n$unexpected_count unexpected values found. $unexpected_percent of $element_count total "
    "rows.": "$unexpected_count valeur(s) en échec, soit $unexpected_percent des lignes "
    "($element_count) :",
}
ENDINGS = ((r"% unexpected$", "% en échec"), (r"% not null$", "% remplies"))

Block = Mapping[str, Any]


class Status(StrEnum):
    """What came of an expectation; the values are what a reader sees."""

    FAILED = "Échec"
    UNKNOWN = "Non évalué"
    PASSED = "Réussi"


STATUSES = {"❌": Status.FAILED, UNKNOWN: Status.UNKNOWN, "✅": Status.PASSED}


@dataclass(frozen=True)
class Text:
    """A line of text, which may come from a producer."""

    text: str
    is_code: bool = False


@dataclass(frozen=True)
class Table:
    """Rows that fail, or values."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Line:
    """One expectation: what came of it, what is expected with what fails, what is observed."""

    status: Status
    expected: tuple[Text | Table, ...]
    observed: tuple[Text | Table, ...]


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
    content: Any = (
        NamedTable.render(result.validation.results) if result.validation.results else None
    )
    told = [_line(*row) for row in content.to_json_dict()["table"]] if content else []
    return sorted(told, key=lambda line: list(Status).index(line.status))


def _line(status: Any, expected: Any, observed: Any) -> Line:  # noqa: ANN401 blocks of JSON
    icon = status["string_template"]["params"]["markdown_status_icon"]
    return Line(STATUSES.get(icon, Status.FAILED), tuple(_read(expected)), tuple(_read(observed)))


def _read(block: Any) -> Iterator[Text | Table]:  # noqa: ANN401 a block of JSON
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
        yield Table(header, tuple(tuple(map(_cell, row)) for row in block["table"]))
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
