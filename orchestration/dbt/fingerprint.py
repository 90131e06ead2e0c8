"""What a night depends on, in one hash, so that a night that brings nothing new is not rebuilt.

Here: the extracts in use, the troubles of the sources, the month (what is due changes with it) and
the code; beside it, a night is quiet only when every decision was published, and whatever was
altered in the register is known. Not here: whether a release is sound, which is for the gate.
"""

import hashlib
import json

from orchestration.settings.settings import Settings
from orchestration.station.build import Build, read_build
from orchestration.station.code_version import code_version
from orchestration.station.release import CURRENT
from orchestration.station.releases_in_force import current_release
from orchestration.station.witnessed_register import read_register
from sources.archive import Archive

ALL_SOURCES = ""
"""The name, among inputs, of what concerns all sources: region, month and code."""


def inputs(settings: Settings) -> dict[str, list[str | None]]:
    """Return what tonight's result depends on: source by source, and what concerns them all."""
    outcomes = Archive(settings.folders.home).latest_outcomes()
    of_sources = {
        source_id: [outcome.extract_in_use, outcome.message, *outcome.repairs]
        for source_id, outcome in outcomes.items()
    }
    return {**of_sources, ALL_SOURCES: [settings.region, settings.month, code_version()]}


def fingerprint(settings: Settings) -> str:
    """Return the SHA-256 of everything that tonight's result depends on."""
    content = json.dumps(inputs(settings), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def changed_since(build: Build, settings: Settings) -> set[str]:
    """Return the sources of which a build was made of something else; all together are one."""
    now = inputs(settings)
    return {name for name in now.keys() | build.inputs if now.get(name) != build.inputs.get(name)}


def can_be_added_to(settings: Settings) -> bool:
    """Tell whether the last build went to its end, of the region, month and code of now."""
    build = read_build(settings.folders)
    return build is not None and ALL_SOURCES not in changed_since(build, settings)


def extracts_in_use(settings: Settings) -> dict[str, str]:
    """Return the extract in use of each source that ever gave one."""
    outcomes = Archive(settings.folders.home).latest_outcomes()
    return {
        source_id: outcome.extract_in_use
        for source_id, outcome in sorted(outcomes.items())
        if outcome.extract_in_use
    }


def is_quiet(settings: Settings) -> bool:
    """Tell whether the build, the release in force and its report were made of the same inputs.

    The tables do not depend on decisions, the release does: one that a kill kept from being
    published is published by the next night. A station from which something was taken away, or
    where a table was built by hand, is never quiet: the night makes it again.
    """
    folders = settings.folders
    build, release = read_build(folders), current_release(folders.releases)
    report = folders.reports / CURRENT
    if not (build and release and report.exists() and folders.warehouse.exists()):
        return False
    is_told = report.resolve().name == release.release_id
    made_of = {build.fingerprint, release.manifest.get("fingerprint")}
    register = read_register(folders)
    is_decided = (release.last_decision, release.breaks) == (register.last_id, register.breaks)
    return is_told and is_decided and made_of == {fingerprint(settings)}
