"""A plot as SVG that may stand inside a page: own ids, no script, a title and a description.

Here: turning what Matplotlib writes into a fragment of HTML. Not here: drawing (``plots``).
"""

import io
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from expectations.untrusted import cleaned
from orchestration.reporting import plots
from orchestration.reporting.reported_findings import FindingLine

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Colours the page replaces in the dark; the plot's own remain where it says nothing.
VARIABLES = {
    plots.INK: "--plot-ink",
    plots.MUTED: "--plot-muted",
    plots.RULE: "--plot-rule",
    plots.BEFORE: "--plot-before",
    plots.AFTER: "--plot-after",
    plots.PAPER: "--plot-paper",
}
_ALLOWED = frozenset({"svg", "g", "defs", "path", "text", "tspan", "use", "clipPath", "rect"})
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def svg(figure: "Figure", salt: str, title: str = "") -> str:
    """A figure as Matplotlib's SVG, with text as text: the same bytes for the same figure.

    Args:
        figure: The figure.
        salt: What the ids inside are made of.
        title: What the picture shows, for those who cannot see it; empty for none.
    """
    from matplotlib import rc_context  # noqa: PLC0415 it costs half a second

    metadata = {**_NO_METADATA, **({"Title": title} if title else {})}
    target = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        figure.savefig(target, format="svg", metadata=metadata)
    return target.getvalue()


def drawn(finding: FindingLine) -> str:
    """The plot of a finding as Matplotlib's SVG: a check shows it, then the report does."""
    return _drawn(replace(finding, command="", decision=None))


@lru_cache(maxsize=64)
def _drawn(undecided: FindingLine) -> str:
    return svg(plots.draw(undecided), undecided.finding_id)


def inline_svg(finding: FindingLine) -> Markup:
    """The plot of a finding as an `<svg>` element, safe to put in a page as it is.

    Only drawing elements are kept, attributes that could run or fetch something are not among those
    Matplotlib writes and are dropped all the same, and every id begins with the finding's.
    """
    root = ET.fromstring(drawn(finding))  # noqa: S314  written by Matplotlib
    _keep_drawing(root, f"plot-{finding.finding_id}-")
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "class": "plot"}
    title_id, text_id = (f"plot-{finding.finding_id}-{name}" for name in ("title", "desc"))
    root.set("aria-labelledby", f"{title_id} {text_id}")
    for rank, (tag, name, words) in enumerate(
        (
            ("title", title_id, cleaned(finding.title)),
            ("desc", text_id, plots.describe(finding)),
        )
    ):
        element = ET.Element(tag, {"id": name})
        element.text = words
        root.insert(rank, element)
    return Markup(ET.tostring(root, encoding="unicode", short_empty_elements=False))  # noqa: S704


def _keep_drawing(element: ET.Element, prefix: str) -> None:
    """Drop what does not draw; prefix ids and references; name colours by variable."""
    element.tag = _local(element.tag)
    kept = {_local(name): value for name, value in element.attrib.items()}
    element.attrib = {
        name: _rewritten(name, value, prefix)
        for name, value in kept.items()
        if not name.startswith("on") and (name != "href" or value.startswith("#"))
    }
    for child in list(element):
        if isinstance(child.tag, str) and _local(child.tag) in _ALLOWED:
            _keep_drawing(child, prefix)
        else:
            element.remove(child)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _rewritten(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name == "href":
        return f"#{prefix}{value[1:]}"
    value = value.replace("url(#", f"url(#{prefix}")
    return re.sub(r"#[0-9a-f]{6}", _variable, value)


def _variable(match: re.Match[str]) -> str:
    colour = match.group()
    return f"var({VARIABLES[colour]}, {colour})" if colour in VARIABLES else colour
