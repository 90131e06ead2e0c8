"""The parts of an office file, under the names by which its other parts call them.

Here: names written with backslashes, or in another case, are one name. Not here: whether the file
is safe (``guards``), nor what its parts hold (``xlsx_cells``, ``ods_cells``).
"""

import zipfile
from collections.abc import Iterator
from typing import IO


class Package:
    """A ZIP archive read by the names of its parts; two parts of one name are a damaged archive."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """List the parts of an archive.

        Raises:
            zipfile.BadZipFile: Two parts have the same name: readers would not read the same.
        """
        self._archive = archive
        self._members = {part_name(member.filename): member for member in archive.infolist()}
        if len(self._members) < len(archive.infolist()):
            raise zipfile.BadZipFile

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a part."""
        return part_name(name) in self._members

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the parts."""
        return iter(self._members)

    def read(self, name: str) -> bytes:
        """Return a part whole.

        Raises:
            KeyError: There is no such part.
        """
        return self._archive.read(self._members[part_name(name)])

    def open(self, name: str) -> IO[bytes]:
        """Open a part to read it bit by bit.

        Raises:
            KeyError: There is no such part.
        """
        return self._archive.open(self._members[part_name(name)])


def part_name(written: str) -> str:
    """Return the name of a part as parts are compared: slashes and case do not matter."""
    return written.replace("\\", "/").lstrip("/").casefold()
