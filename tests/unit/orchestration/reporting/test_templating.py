"""What templates say has French spaces, whoever wrote it."""

import re
from dataclasses import replace

import pytest
from jinja2 import PackageLoader

from orchestration.reporting.reported_night import FigureLine
from orchestration.reporting.templating import environment
from tests.unit.orchestration.reporting.nights import quiet_night

OF_THE_DESK = ("sentence", "step", "day_of")
BREAKS = re.compile(r"« | [»?]|\w [;:!] ")


@pytest.mark.parametrize("package", ["reporting", "desk", "deposits"])
def test_no_line_begins_with_a_mark_that_ends_a_word(package: str) -> None:
    loader = PackageLoader(f"orchestration.{package}", "templates")
    templates = environment().overlay(loader=loader)
    templates.filters = {**templates.filters, **dict.fromkeys(OF_THE_DESK, str)}
    # What compiling keeps as it stands is what readers are shown.
    for name in templates.list_templates(extensions=["html", "txt"]):
        content, *_ = loader.get_source(templates, name)
        code = templates.compile(content, name, raw=True)
        for text in re.findall(r"yield '(.*)'", code):
            assert not BREAKS.search(text), (name, text)


@pytest.mark.parametrize(
    ("status", "is_held", "said"),
    [
        ("Y", False, "pas encore disponible"),
        ("Y", True, "retenu"),
        ("", False, "aucun chiffre publié"),
    ],
)
def test_the_desk_and_the_mail_say_why_there_is_no_figure_as_the_page_does(
    status: str, is_held: bool, said: str
) -> None:
    figure = FigureLine("", None, None, status=status, is_held=is_held)
    line = replace(quiet_night().indicators[0], figures=(figure,))
    assert environment().filters["figures"](line) == said
