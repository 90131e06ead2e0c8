"""From an indicator to the template files of its deposits.

Here: what is read (the manifest, the last deposit) and what is written. Not here: what a template
is (``template``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from expectations.french import PARIS
from orchestration.deposits.choices import choices_of, reporters_of, words_of
from orchestration.deposits.feeding import deposits_of, find_indicator, indicators_of
from orchestration.deposits.prefilled import TemplateRequest, prefilled_rows
from orchestration.deposits.template import Template, template_workbook
from orchestration.settings.settings import Settings
from orchestration.station.landed import landed_rows
from sources.registry import Source
from sources.storage.aside import write_aside


@dataclass(frozen=True)
class Written:
    """A template file: the deposit it is for, where it is, how many rows it already has."""

    source: Source
    path: Path
    rows: int


def write_templates(
    settings: Settings, manifest: Mapping[str, Any], asked: str, folder: Path
) -> list[Written]:
    """Write the template of each deposit that feeds an indicator.

    Args:
        settings: The station whose last deposits are given back.
        manifest: Content of dbt's ``manifest.json``.
        asked: The indicator, or the beginning of its id.
        folder: Where to write; created when it does not exist.

    Raises:
        NotDepositedError: No such indicator, or no deposit feeds it.
    """
    indicator = find_indicator(asked, manifest)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for source in deposits_of(indicator, manifest):
        wanted = TemplateRequest(indicator, settings.region, datetime.now(PARIS).date())
        choices = choices_of(source, indicators_of(source, manifest), settings.region)
        last = landed_rows(settings.folders.home, source.id, list(source.contract.columns))
        words = words_of(source, settings.region)
        rows = prefilled_rows(source.contract, wanted, choices, words, last)
        template = Template(source, indicator, choices, reporters_of(source), rows)
        path = folder / f"{source.contract.dataset}.xlsx"
        write_aside(path, template_workbook(template))
        written.append(Written(source, path, len(rows)))
    return written
