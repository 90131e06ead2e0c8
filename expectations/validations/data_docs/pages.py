"""The pages of the Data Docs, as texts: one a suite, and their index.

Here: filling the templates, escaping, bounding. Not here: what a suite says (``content``), writing
files (``orchestration.reporting``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from expectations.untrusted import LIMIT
from expectations.validations.data_docs.content import Line, LineStatus, lines
from expectations.validations.night_checkpoint import by_fiche
from expectations.validations.suite_result import (
    FICHE,
    RULES_SUITE,
    SOURCE,
    TABLE,
    SuiteResult,
    read_suite_results,
)

INDEX = "index.html"
REPORT = "../../../reports/current/index.html"
"""The last report, from the folder of some Data Docs: both are under the station's home."""
GROUPS = {
    FICHE: "Les règles, fiche par fiche",
    TABLE: "Les tables",
    SOURCE: "Les extraits des sources",
}
SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Page:
    """A suite as its page and the index show it."""

    suite: SuiteResult
    lines: Sequence[Line]

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.suite.name}.html"

    @property
    def counts(self) -> Counter[LineStatus]:
        """How many of its expectations came to what."""
        return Counter(line.status for line in self.lines)

    @property
    def status(self) -> LineStatus:
        """What came of the suite: a failure if there is one, else a success if there is one."""
        judged = (LineStatus.FAILED, LineStatus.PASSED)
        return next((status for status in judged if self.counts[status]), LineStatus.UNKNOWN)


def pages_of(folder: Path, title: str, fiches: Mapping[str, str]) -> dict[str, str]:
    """Return the pages of the suites whose results are kept in a folder, as ``pages`` does.

    Args:
        folder: Where the results are.
        title: What the index is called.
        fiches: The fiche of each indicator: the answers of the rules have a page a fiche.
    """
    return pages(list(_shown(read_suite_results(folder), fiches)), title)


def _shown(results: Sequence[SuiteResult], fiches: Mapping[str, str]) -> Iterator[SuiteResult]:
    for result in results:
        if result.name == RULES_SUITE:
            yield from by_fiche(result, fiches)
        else:
            yield result


def pages(results: Sequence[SuiteResult], title: str) -> dict[str, str]:
    """Return the pages, by the name of their file.

    Args:
        results: What Great Expectations said of each suite.
        title: What the index is called: of which night it is.

    Raises:
        ValueError: The name of a suite says of nothing known that it is the suite.
    """
    made = [Page(result, lines(result)) for result in results]
    groups: dict[str, list[Page]] = {label: [] for label in GROUPS.values()}
    for page in made:
        groups[_group(page.suite.name)].append(page)
    environment = _environment()
    index = environment.get_template("index.html").render(title=title, groups=groups, report=REPORT)
    suite = environment.get_template("suite.html")
    return {
        INDEX: index,
        **{page.file: suite.render(title=title, page=page, index=INDEX) for page in made},
    }


def gone(kept: int) -> str:
    """Return the page that stands for Data Docs that are not kept any more.

    Args:
        kept: Number of nights whose Data Docs are kept.
    """
    return _environment().get_template("gone.html").render(kept=kept, report=REPORT)


def _group(name: str) -> str:
    for prefix, label in GROUPS.items():
        if name.startswith(prefix):
            return label
    message = f"La suite « {name} » n'est d'aucun groupe ; attendu au début : {', '.join(GROUPS)}"
    raise ValueError(message)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("expectations.validations.data_docs", "templates"),
        autoescape=True,
        finalize=_bounded,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _bounded(value: object) -> object:
    """Return a text with a mark for what cannot be seen, no longer than a page can bear.

    What cannot be seen may be why a value fails: it is not taken away, as it is elsewhere.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    cut = value if len(value) <= LIMIT else f"{value[: LIMIT - 1]}…"
    return "".join(
        letter if letter.isprintable() or letter in SPACES else "\N{REPLACEMENT CHARACTER}"
        for letter in cut
    )
