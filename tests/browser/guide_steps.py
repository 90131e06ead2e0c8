"""What the steward's guide says to do, read in it: the guide and its test are one text.

Here: the steps of a section, in order. Not here: doing them in a browser.
"""

import re
from dataclasses import dataclass

from tests.conftest import PROJECT

GUIDE = PROJECT / "docs" / "guide-steward.md"
STEPS = re.compile(
    r"[Cc]liquez sur (?:la ligne )?\*\*(?P<click>[^*]+)\*\*"
    r"|cochez \*\*(?P<check>[^*]+)\*\*"
    r"|Dans \*\*(?P<fill>[^*]+)\*\*, écrivez « (?P<text>[^»]+) »"
    r"|vous y lisez \*\*(?P<read>[^*]+)\*\*"
    r"|à l'adresse `(?P<download>/[^`]+)`"
    r"|\]\(images/(?P<picture>[\w-]+\.png)\)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class GuideStep:
    """One step: what is done, to what, and what is written there."""

    deed: str
    target: str
    text: str = ""


def steps_of(section: str) -> list[GuideStep]:
    """Return the steps of a section of the guide, named by the beginning of its title."""
    body = GUIDE.read_text("utf-8").split(f"\n## {section}", 1)[1].split("\n## ", 1)[0]
    found = STEPS.finditer(" ".join(body.split()))
    return [
        _step({name: said for name, said in each.groupdict().items() if said}) for each in found
    ]


def _step(said: dict[str, str]) -> GuideStep:
    text = said.pop("text", "")
    ((deed, target),) = said.items()
    return GuideStep(deed, target, text)
