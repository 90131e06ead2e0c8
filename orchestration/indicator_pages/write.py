"""The pages as files: all of them, or none.

Belongs here: filling the templates and writing the folder. Does not belong here: what is told
(``compose``), the drawing (``chart``).
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from expectations import french
from expectations.cells.statuses import STATUSES
from expectations.french import quantity
from orchestration.indicator_pages import chart
from orchestration.indicator_pages import code_words as words
from orchestration.indicator_pages.markdown_templates import environment
from orchestration.indicator_pages.page import IndicatorPage
from orchestration.reporting.markdown import escaped
from orchestration.station.warehouse import Names

INDEX = "README.md"


def render_pages(pages: Sequence[IndicatorPage], names: Names) -> dict[str, str]:
    """Return the content of every file, by its name: a page and a chart each, and the index."""
    env = environment()
    template = env.get_template("indicator.md")
    files = {
        INDEX: env.get_template(INDEX).render(
            pages=pages, statuses=STATUSES.values(), last=_last_value
        )
    }
    for page in pages:
        target = page.definition.target
        files[f"{page.id}.md"] = template.render(
            page=page,
            names=names,
            description=chart.describe(page),
            target=quantity(target.value, page.definition.unit_measure) if target else "",
        )
        files[f"{page.id}.svg"] = chart.draw(page)
    return files


def write_pages(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files aside, then put them in the place of the folder.

    Args:
        folder: Where the pages go; whatever else is in it goes.
        files: Content of each file, by its name.
    """
    aside, former = (folder.with_name(f".{folder.name}.{name}") for name in ("part", "former"))
    for leftover in (aside, former):
        shutil.rmtree(leftover, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, content in files.items():
        (aside / name).write_text(content, "utf-8")
    if folder.exists():
        folder.rename(former)
    aside.rename(folder)
    shutil.rmtree(former, ignore_errors=True)


def _last_value(page: IndicatorPage) -> Markup:
    """Write the last value of each head of an indicator, with its period; the held ones marked."""
    told = []
    for row in page.headline.rows:
        cells = zip(page.headline.periods, row.values, strict=True)
        known = [(period, cell) for period, cell in cells if cell and cell.number is not None]
        label = f"{row.label} : " if len(page.headline.rows) > 1 else ""
        if known:
            period, cell = known[-1]
            mark = " **(retenu)**" if cell.is_held else ""
            told.append(f"{escaped(f'{label}{words.value(cell)} ({french.period(period)})')}{mark}")
        else:
            told.append(f"{escaped(label)} *{escaped(words.value(row.values[-1]))}*".strip())
    return Markup("<br>".join(told))  # noqa: S704 each text was escaped just above
