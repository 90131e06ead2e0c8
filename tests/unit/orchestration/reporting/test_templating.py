"""What templates say has French spaces, whoever wrote it."""

import re

import pytest
from jinja2 import PackageLoader

from orchestration.reporting.templating import environment

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
