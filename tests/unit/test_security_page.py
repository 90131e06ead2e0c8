"""The page on security: what it leads to is there.

Here: that each test it names exists. Not here: what they show.
"""

import re

from tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "security.md"
NAMED = re.compile(r"`(?P<path>tests/[\w/]+\.py)?(?:::(?P<test>test_\w+))?`")


def test_each_test_that_the_page_names_is_there() -> None:
    path, missing, found = "", [], 0
    for named in NAMED.finditer(PAGE.read_text("utf-8")):
        path = named["path"] or path
        file = PROJECT / path
        found += 1
        if not file.is_file() or (
            named["test"] and f"def {named['test']}(" not in file.read_text("utf-8")
        ):
            missing.append(named[0])
    assert missing == []
    assert found > 50
