"""What can be decided: the findings of the release in force, beside the decisions so far.

Here: reading it, and what waits for a decision. Not here: taking one (``deciding``), what a
decision means (``expectations``), what is done about doubts meanwhile (``doubt_cares``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from expectations import french
from expectations.cells.observations import digest
from expectations.decisions.admissible import allowed, refusal
from expectations.decisions.decision import Choice, DecidedFigures, Decision
from expectations.decisions.standings import (
    Ruling,
    exclusion_of,
    explanation_of,
    holding,
    in_force,
    standings,
)
from expectations.decisions.tampering import register_troubles
from expectations.findings.causes import are_alike, by_cause, is_half_corrected
from expectations.findings.roll_up import Finding
from expectations.untrusted import cleaned
from orchestration.publication.judged import sound_observations
from orchestration.settings.folders import Folders
from orchestration.station.build import is_of_another_version, read_build
from orchestration.station.findings import read_findings
from orchestration.station.release import Release
from orchestration.station.releases_in_force import current_release
from orchestration.station.warehouse import (
    WarehouseBusyError,
    WarehouseDamagedError,
    read_observations,
)
from orchestration.station.witnessed_register import read_register

LISTED = 20


class UndecidableError(ValueError):
    """What was typed is no decision that can be taken; the message, in French, says why."""


@dataclass(frozen=True)
class Docket:
    """What can be decided: the findings of the release in force, and what was decided so far.

    Attributes:
        release: The release in force.
        findings: Its findings.
        observations: The observations that it was made of.
        decisions: The register.
        taken_out: The ranks of the decisions that the register has no more.
        unsound: The indicators that could not be built: what they observe cannot be trusted.
    """

    release: Release
    findings: tuple[Finding, ...]
    observations: pd.DataFrame
    decisions: tuple[Decision, ...]
    taken_out: tuple[int, ...] = ()
    unsound: frozenset[str] = frozenset()

    def as_released(self) -> "Docket":
        """Return the same with the decisions that the release knows, and none that came later."""
        last = self.release.last_decision
        released = tuple(each for each in self.decisions if each.decision_id <= last)
        return replace(self, decisions=released)

    @cached_property
    def sound(self) -> pd.DataFrame:
        """The observations that findings and decisions speak of."""
        return sound_observations(self.observations, self.unsound)

    @cached_property
    def troubles(self) -> tuple[str, ...]:
        """What is wrong with the register, in French."""
        return register_troubles(self.decisions, self.taken_out)

    @cached_property
    def rulings(self) -> tuple[Ruling, ...]:
        """Every decision with its standing, oldest first."""
        return standings(self.decisions, self.sound)

    @cached_property
    def in_force(self) -> dict[str, Decision]:
        """The decisions that apply, by finding."""
        return in_force(self.decisions, self.sound)

    @cached_property
    def open(self) -> tuple[Finding, ...]:
        """The findings that hold something."""
        return tuple(holding(self.findings, self.in_force))

    @cached_property
    def causes(self) -> tuple[tuple[Finding, ...], ...]:
        """The findings that hold something, those that one cause may explain together."""
        extracts_used = self.sound[["indicator", "extract_id"]].dropna().drop_duplicates()
        by_indicator = extracts_used.groupby("indicator")["extract_id"]
        extracts = {str(indicator): set(ids) for indicator, ids in by_indicator}
        return tuple(by_cause(self.open, extracts, are_alike, is_half_corrected))

    def cause_of(self, finding_id: str) -> tuple[str, ...]:
        """Return the findings that the same cause may explain, the one that is named first."""
        groups = ([finding.finding_id for finding in group] for group in self.causes)
        found = next((group for group in groups if finding_id in group), [])
        return (finding_id, *(other for other in found if other != finding_id))

    def applied(self, finding: Finding) -> Decision | None:
        """Return the decision that says what becomes of a finding, None when none does.

        One that accepts what is an error by now does not: it holds as if nobody had signed.
        """
        own = self.in_force.get(finding.finding_id)
        explanation = explanation_of(finding, self.in_force)
        keeps = own if own and own.choice.withholds else None
        return exclusion_of(finding, self.in_force) or explanation or keeps

    def of_causes(self, *, decided: bool) -> tuple[tuple[Finding, ...], ...]:
        """Return what each cause holds that a decision holds, or that waits for one."""
        parts = (
            tuple(each for each in group if (self.applied(each) is not None) is decided)
            for group in self.causes
        )
        return tuple(part for part in parts if part)

    def choices(self, finding: Finding) -> tuple[Choice, ...]:
        """Return what may be decided of a finding."""
        return allowed(finding.severity, finding.period_before)

    def subject(self, prefix: str, choice: Choice) -> DecidedFigures:
        """Return what a decision would speak of.

        A decision in force whose finding is not made any more can still be replaced.

        Args:
            prefix: The beginning of the id of a finding.
            choice: What somebody wants to decide of it.

        Raises:
            UndecidableError: No finding, or several, begin so; or that cannot be decided of it.
        """
        raised = {finding.finding_id: finding for finding in self.findings}
        finding_id = self._only(prefix, raised.keys() | self.in_force.keys())
        finding = raised.get(finding_id)
        subject = (
            DecidedFigures.of(finding, self.sound, choice)
            if finding
            else self.in_force[finding_id].subject
        )
        reason = refusal(choice, finding.severity if finding else None, subject.period_before)
        if reason:
            message = f"Constat {finding_id} : {reason}"
            raise UndecidableError(french.typeset(message))
        return subject

    def _only(self, prefix: str, finding_ids: Iterable[str]) -> str:
        """Return the only id that begins so."""
        wanted = prefix.strip().lower()
        found = [finding_id for finding_id in sorted(finding_ids) if finding_id.startswith(wanted)]
        if wanted and len(found) == 1:
            return found[0]
        shown = french.quoted(cleaned(prefix, 40))
        reason = "en désigne plusieurs" if wanted and found else "n'en désigne aucun"
        message = (
            f"Constat inconnu : {shown} {reason}. Ceux qui retiennent des valeurs : "
            f"{self._listed() or 'aucun'}."
        )
        raise UndecidableError(french.typeset(message))

    def _listed(self) -> str:
        shown = (
            f"{finding.finding_id} ({finding.indicator}, {finding.time_period})"
            for finding in self.open
        )
        return french.listing(shown, LISTED)


def read_docket(folders: Folders) -> Docket:
    """Return what can be decided in a station.

    Raises:
        UndecidableError: There is no release yet, or no warehouse, or not the one it was made of.
        WarehouseDamagedError: The warehouse is to be made again.
    """
    release = current_release(folders.releases)
    if release is None:
        message = f"Aucune publication dans {folders.releases} : lancez d'abord une nuit."
        raise UndecidableError(message)
    try:
        return docket_of(folders, release)
    except WarehouseDamagedError:
        raise
    except WarehouseBusyError as error:
        raise UndecidableError(_BUSY if folders.warehouse.exists() else _NO_TABLES) from error


def docket_of(folders: Folders, release: Release) -> Docket:
    """Return what can be decided of a release.

    Raises:
        UndecidableError: The warehouse is not the one it was made of.
        WarehouseBusyError: The warehouse cannot be read now.
    """
    build, observations = read_build(folders), read_observations(folders.warehouse)
    if build is None or digest(observations) != release.manifest["observations_sha256"]:
        is_upgraded = is_of_another_version(folders)
        raise UndecidableError(_OTHER_VERSION if is_upgraded else _OTHER_OBSERVATIONS)
    register = read_register(folders)
    return Docket(
        release=release,
        findings=tuple(read_findings(folders, release.release_id)),
        observations=observations,
        decisions=register.decisions,
        taken_out=register.taken_out,
        unsound=frozenset(build.unsound),
    )


_BUSY = "L'entrepôt est occupé : une nuit se déroule. Recommencez quand elle sera finie."

_NO_TABLES = (
    "Les tables manquent, comme après une restauration. La prochaine nuit les refait, et « vigie "
    "rebuild » aussi (avec « --live » hors démonstration) ; d'ici là, la publication et son "
    "rapport restent en place."
)

_OTHER_OBSERVATIONS = (
    "Les tables ont changé depuis la dernière publication : une nuit se déroule, ou a été "
    "interrompue. Recommencez quand elle sera finie, ou relancez-la."
)

_OTHER_VERSION = (
    "Une autre version de Vigie a construit les tables, et celle-ci ne peut rien y décider : la "
    "prochaine nuit les refait, ou une nuit lancée à la main. D'ici là, la publication et son "
    "rapport restent en place."
)
