"""The shapes of what commands write with ``--json``, as docs/operations.md says them.

Here: reading them there, and comparing. Not here: running the commands.
"""

import json
import re
from typing import Any

from tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "operations.md"
BLOCK = re.compile(r"```json-shapes\n(.*?)```", re.DOTALL)
KEY = re.compile(r"(\w+)(?:\[((?:[^\[\]]|\[\])*)\])?")
MARGIN = len("rebuild --verify ")


def documented() -> dict[str, str]:
    """What each document has, by command."""
    found = BLOCK.search(PAGE.read_text("utf-8"))
    assert found is not None
    return {
        command: line[MARGIN:]
        for line in found[1].splitlines()
        for command in line[:MARGIN].strip().split(", ")
    }


def document_of(command: str, printed: str) -> dict[str, Any]:
    """Read what a command wrote, one JSON document and nothing else, of the shape that is said."""
    document: dict[str, Any] = json.loads(printed)
    said = dict(KEY.findall(documented()[command]))
    assert list(document) == list(said), command
    for name, within in said.items():
        if within and document[name]:
            assert list(document[name][0]) == [key for key, _ in KEY.findall(within)], name
    return document
