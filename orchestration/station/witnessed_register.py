"""The register of decisions beside what the release in force remembers of it.

Here: which decisions can be believed. Not here: the register alone (``register``), what becomes of
one that cannot (``expectations.decisions``).

Who rewrites a record and every seal after it makes a chain that is whole. The release in force
remembers the seal of each decision that it knew, and which finding it was on: one that is another
is altered, one that is there no more keeps what its finding found held.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from expectations.decisions.decision import Choice, DecidedFigures, Decision
from orchestration.settings.folders import Folders
from orchestration.station.register import Register
from orchestration.station.release import Release
from orchestration.station.releases_in_force import current_release
from orchestration.station.sealed_tables import UNREADABLE

TAKEN_OUT = "Décision ôtée du registre"


@dataclass(frozen=True)
class WitnessedRegister:
    """The register, as far as it can be believed.

    Attributes:
        decisions: Every decision, oldest first: those that were altered are marked, and one that
            was taken out stands there as altered when its finding is remembered.
        taken_out: The ranks of those that are there no more.
    """

    decisions: tuple[Decision, ...]
    taken_out: tuple[int, ...]

    @property
    def breaks(self) -> list[int]:
        """The ranks of the decisions that are not what was signed, or are there no more."""
        changed = {each.decision_id for each in self.decisions if each.is_altered}
        return sorted(changed | {*self.taken_out})

    @property
    def last_id(self) -> int:
        """The rank of the last decision, 0 before the first."""
        return max((each.decision_id for each in self.decisions), default=0)


def read_register(folders: Folders) -> WitnessedRegister:
    """Return the decisions of a station, each with whether it can be believed."""
    register, witness = Register(folders.home), remembered(current_release(folders.releases))
    there = {each.decision_id: each for each in register.decisions()}
    gone = {*register.missing(), *(witness.keys() - there.keys())}
    decisions = {rank: _beside(each, witness.get(rank)) for rank, each in there.items()}
    decisions |= dict(_stand_ins(gone, witness))
    return WitnessedRegister(
        decisions=tuple(decisions[rank] for rank in sorted(decisions)),
        taken_out=tuple(sorted(gone)),
    )


def remembered(release: Release | None) -> Mapping[int, Mapping[str, Any]]:
    """Return what a release remembers of each decision."""
    decisions = release.manifest.get("decisions", []) if release else []
    return {each["decision_id"]: each for each in decisions}


def is_as_remembered(decision: Decision, record: Mapping[str, Any]) -> bool:
    """Tell whether a decision is the one that a release remembers, in all that this one says.

    Those of before the chain remember no seal, but who signed what and when.
    """
    signed = {
        "finding_id": decision.finding_id,
        "indicator": decision.subject.indicator,
        "time_period": decision.subject.time_period,
        "decision": decision.choice.value,
        "decided_by": decision.author,
        "decided_at": decision.decided_at.isoformat(timespec="seconds"),
        "motive": decision.motive,
        "figures_sha256": decision.subject.sha256,
        "sha256": decision.sha256,
    }
    return all(signed[name] == record[name] for name in signed.keys() & record.keys())


def _beside(decision: Decision, record: Mapping[str, Any] | None) -> Decision:
    is_other = record is not None and not is_as_remembered(decision, record)
    return replace(decision, is_altered=True) if is_other else decision


def _stand_ins(
    gone: set[int], witness: Mapping[int, Mapping[str, Any]]
) -> Iterator[tuple[int, Decision]]:
    for rank in gone & witness.keys():
        subject = DecidedFigures(witness[rank]["finding_id"], "", "", None, TAKEN_OUT, ())
        yield rank, Decision(rank, subject, Choice.HOLD, "", "", UNREADABLE, is_altered=True)
