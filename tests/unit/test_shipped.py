"""What is shipped beside our own code: its bill of materials, its licences.

Here: that both are those of the lock file that stations are installed from. Not here: whether it
has known vulnerabilities (``make audit``, which needs PyPI's advisories).
"""

import json
import re
from functools import cache
from importlib.metadata import metadata

from packaging.requirements import Requirement

from tests.conftest import PROJECT

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "PSF-2.0",
    "Zlib",
    # Of the file or the library that bears it, which is shipped as it came.
    "LGPL-3.0-or-later",
    "MPL-2.0",
    # One of two that may be chosen: the other is the GPL.
    "Artistic-1.0-Perl",
}
AS_WRITTEN = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Artistic License": "Artistic-1.0-Perl",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What packages that do not write SPDX's identifiers write."""

LICENCES = PROJECT / "docs" / "licences.md"
ROW = re.compile(r"^\| (?P<licence>[^|`]+) \| (?P<packages>[^|]+) \|$", re.MULTILINE)


@cache
def locked() -> dict[str, str]:
    """The packages that a station of this machine is given, and their versions."""
    lock = (PROJECT / "requirements" / "run.lock").read_text("utf-8")
    asked = [
        Requirement(line.removesuffix("\\").strip())
        for line in lock.splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    ]
    return {
        each.name: str(each.specifier).removeprefix("==")
        for each in asked
        if each.marker is None or each.marker.evaluate()
    }


def licences_of(package: str) -> list[str]:
    """The licences that a package declares; one of them is enough where they may be chosen."""
    declared = metadata(package)
    if expression := declared.get("License-Expression"):
        return [expression]
    classified = [
        text.rpartition(" :: ")[2]
        for text in declared.get_all("Classifier", [])
        if text.startswith("License :: ")
    ]
    written = classified or [(declared.get("License") or "").splitlines()[0]]
    return [AS_WRITTEN.get(text, text) for text in written]


def is_allowed(expression: str) -> bool:
    """Tell whether one of the choices of an SPDX expression asks for allowed licences only."""
    bare = expression.replace("(", "").replace(")", "")
    return all(
        any(choice.strip() in ALLOWED for choice in part.split(" OR "))
        for part in bare.split(" AND ")
    )


def test_each_package_has_a_licence_that_may_be_shipped() -> None:
    assert not is_allowed("GPL-3.0-only")
    assert not is_allowed("MIT AND AGPL-3.0-only")
    assert is_allowed("MPL-2.0 AND (Apache-2.0 OR GPL-2.0-only)")
    refused = {
        package: declared
        for package in locked()
        if not any(map(is_allowed, declared := licences_of(package)))
    }
    assert refused == {}


def test_the_page_of_licences_says_what_the_packages_do() -> None:
    _titles, *rows = ROW.finditer(LICENCES.read_text("utf-8"))
    listed = {package: row["licence"] for row in rows for package in row["packages"].split(", ")}
    declared = {package: " or ".join(licences_of(package)) for package in locked()}
    assert listed == declared


def test_the_bill_of_materials_is_that_of_the_lock_file() -> None:
    """Where it is not, ``make lock`` was not what changed it; ``make sbom`` writes it again."""
    bill = json.loads((PROJECT / "requirements" / "run.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "vigie")
    billed = {
        (part["name"], part["version"]): {
            written["content"]
            for source in part["externalReferences"]
            for written in source["hashes"]
        }
        for part in bill["components"]
    }
    lock = (PROJECT / "requirements" / "run.lock").read_text("utf-8")
    hashes = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))
    assert {each for package in locked().items() for each in billed[package]} <= hashes
    assert set().union(*billed.values()) == hashes
