"""The page on adding a check, followed to the letter."""

import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from expectations.suites.fiches.entries import FOLDER, Entry, load_suites

MEN = {"breakdown": "ministere", "category": "men"}
PAGE = Path(__file__).parents[5] / "docs" / "adding-a-check.md"


def block(name: str) -> str:
    """Return a block of the page, by the name in the comment before it."""
    found = re.search(
        rf"<!-- {name} -->\n *```\w+\n(.*?)\n *```", PAGE.read_text("utf-8"), re.DOTALL
    )
    assert found, f"{PAGE.name} n'a pas de bloc « {name} »"
    return textwrap.dedent(found[1])


@pytest.fixture
def added(tmp_path: Path) -> Entry:
    """Return the entry of the page, read from a copy of the suites to which it was added."""
    for path in FOLDER.glob("fiche_*.yml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    suite = tmp_path / "fiche_4b.yml"
    suite.write_text(
        f"{suite.read_text('utf-8')}\n{textwrap.indent(block('entry'), '  ')}\n", "utf-8"
    )
    read = load_suites(tmp_path)
    assert len(read.entries) == len(load_suites().entries) + 1
    (entry,) = (entry for entry in read.entries if entry.name == "fermetures_mesurees")
    return entry


def test_the_entry_fails_on_the_figures_that_deserve_it_only(
    judge: Callable[..., Any], observe: Callable[..., Any], define: Callable[..., Any], added: Entry
) -> None:
    rates = re.findall(r'map_of\("(\d+)", [\d.]+, (\d+), (\d+)\)', block("figures"))
    definitions = [define(name) for name in ("4B2_ouvertures_places", "4B3_fermetures_places")]
    failing = []
    for year, *numbers in rates:
        observations = [
            observe(("REG-52", year, int(number), MEN), indicator=definition.id)
            for number, definition in zip(numbers, definitions, strict=True)
        ]
        told = judge("VCO", pd.concat(observations), *definitions, entries=(added,))
        failing.append(told.rows[told.rows["outcome"] == "fail"])
    sound, wrong = failing
    assert sound.empty
    assert wrong["indicator"].tolist() == ["4B3_fermetures_places"]
    assert wrong["severity"].tolist() == ["Warning"]
    assert "fermetures = 644 ; ouvertures = 205" in wrong["explanation"].iloc[0].replace(
        "\xa0", " "
    )
    assert "échangées" in wrong["evidence"].iloc[0]
