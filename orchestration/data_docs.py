"""The Data Docs of a release: written beside its report, those of old releases taken away.

Belongs here: where the pages are and how long they are kept. Does not belong here: what they say,
which is for ``expectations.data_docs``. They are linked from the report of the same folder.
"""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from orchestration.publication.release import current_release
from orchestration.reporting.french import date_long
from orchestration.settings import Folders

FOLDER = "data_docs"
LINK = f"{FOLDER}/index.html"
"""The index of the Data Docs, from the report of the same release."""
KEPT = 30
"""Number of releases whose Data Docs are kept: a month of nights that all bring something new."""


def write_data_docs(folders: Folders) -> Path:
    """Write the Data Docs of the release in force, and return their index.

    Raises:
        FileNotFoundError: There is no release yet.
        ValueError: The suites of the night were validated on other observations.
    """
    from expectations.data_docs.pages import gone, pages  # noqa: PLC0415 it costs seconds
    from expectations.data_docs.suite_result import read_suite_results  # noqa: PLC0415

    release = current_release(folders.releases)
    if release is None:
        message = f"Aucune publication dans {folders.releases} ; lancez d'abord la nuit."
        raise FileNotFoundError(message)
    results = read_suite_results(folders.validations)
    observations = release.manifest["observations_sha256"]
    if {it.data_sha256 for it in results if it.is_about_observations} != {observations}:
        message = (
            f"Les suites de {folders.validations} ne portent pas sur les observations de la "
            f"publication {release.release_id}. Relancez la nuit."
        )
        raise ValueError(message)
    night = datetime.fromisoformat(release.manifest["published_at"])
    made = pages(results, f"Les contrôles de la nuit du {date_long(night)}")
    _write(folders.reports / release.release_id / FOLDER, made)
    for old in _whole(folders.reports)[:-KEPT]:
        _write(old, {"index.html": gone(KEPT)})
    return folders.reports / release.release_id / LINK


def _whole(reports: Path) -> list[Path]:
    """Return the Data Docs that have their pages, the oldest first: releases are named by date."""
    folders = sorted(path for path in reports.glob(f"*/{FOLDER}") if not path.parent.is_symlink())
    return [folder for folder in folders if len(list(folder.glob("*.html"))) > 1]


def _write(folder: Path, pages: Mapping[str, str]) -> None:
    """Write pages in the place of those that a folder has, all of them aside first."""
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, page in pages.items():
        (aside / name).write_text(page, "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
