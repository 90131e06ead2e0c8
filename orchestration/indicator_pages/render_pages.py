"""The pages of the indicators as files: a page and a chart each, and the index.

Here: filling the templates. Not here: what is told (``compose_pages``), the drawing (``chart``),
writing the folder (``storage.aside``).
"""

from collections.abc import Sequence

from markupsafe import Markup

from expectations import french
from expectations.cells.statuses import STATUSES
from expectations.findings.code_names import Names
from expectations.french import quantity
from orchestration.indicator_pages import chart, code_words
from orchestration.indicator_pages.markdown_templates import environment
from orchestration.indicator_pages.page import IndicatorPage
from orchestration.reporting.markdown import escaped

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


def _last_value(page: IndicatorPage) -> Markup:
    """Write the last value of each head of an indicator, with its period; the held ones marked."""
    lines = []
    for row in page.headline.rows:
        cells = zip(page.headline.periods, row.values, strict=True)
        filled = [(period, cell) for period, cell in cells if cell and cell.number is not None]
        label = f"{row.label} : " if len(page.headline.rows) > 1 else ""
        if filled:
            period, cell = filled[-1]
            mark = " **(retenu)**" if cell.is_held else ""
            lines.append(
                f"{escaped(f'{label}{code_words.value(cell)} ({french.period(period)})')}{mark}"
            )
        else:
            lines.append(f"{escaped(label)} *{escaped(code_words.value(row.values[-1]))}*".strip())
    lines = lines or [f"*{escaped(code_words.nothing_of_the_region(page))}*"]
    return Markup("<br>".join(lines))  # noqa: S704 each text was escaped just above
