"""The register against its seals, and against what each release remembers of it.

Here: the file, the chains of decisions and of follow-ups, the decisions that releases know. Not
here: how a record is sealed (``sources.storage.chain``).

The chain has no key: who writes all of it anew makes another whole one. The releases remember the
seal of the last decision that they knew, and who signed which.
"""

from collections.abc import Iterator
from typing import Any

from expectations.decisions.decision import Decision
from expectations.decisions.tampering import register_troubles
from orchestration.integrity.integrity_check import IntegrityCheck, IntegrityFault
from orchestration.integrity.published import manifests
from orchestration.settings.folders import Folders
from orchestration.station.follow_ups import FollowUps
from orchestration.station.register import Register
from orchestration.station.witnessed_register import (
    WitnessedRegister,
    is_as_remembered,
    read_register,
)
from sources.storage.register_store import register_name, unreadable

NAME = "Registre des décisions"
_RESTORE = "Restaurez le registre depuis une sauvegarde."


def inspect_file(folders: Folders) -> IntegrityCheck:
    """Look at the file of the register, or at its tables on a server, as their engine does."""
    wrong = unreadable(folders.home)
    what = f"ne se lit pas : {wrong}."
    faults = (IntegrityFault(register_name(folders.home), what, _RESTORE),) if wrong else ()
    return IntegrityCheck("Fichier du registre", 1, faults)


def inspect_register(folders: Folders) -> IntegrityCheck:
    """Look at every decision, and at what each release remembers of them."""
    register = _register(folders)
    by_rank = {each.decision_id: each for each in register.decisions if not each.is_altered}
    troubles = register_troubles(register.decisions, register.taken_out)
    where = register_name(folders.home)
    broken = [IntegrityFault(where, sentence, "") for sentence in troubles]
    remembered: dict[int, IntegrityFault] = {}
    for folder, manifest in manifests(folders):
        for rank in _remembered(manifest or {}, by_rank):
            if rank not in register.breaks:
                remembered.setdefault(rank, _otherwise(where, folder.name, rank))
    faults = (*broken, *remembered.values())
    return IntegrityCheck(NAME, len(register.decisions), faults)


def inspect_follow_ups(folders: Folders) -> IntegrityCheck:
    """Look at every step that was taken about a doubt."""
    follow_ups = FollowUps(folders.home)
    steps, where = follow_ups.steps(), register_name(folders.home)
    broken = [*(step.rank for step in steps if step.is_altered), *follow_ups.missing()]
    what = "du suivi des doutes a été modifiée ou ôtée après coup ; elle ne compte plus."
    faults = [
        IntegrityFault(where, f": l'étape n° {rank} {what}", _RESTORE) for rank in sorted(broken)
    ]
    return IntegrityCheck("Suivi des doutes", len(steps), tuple(faults))


def _register(folders: Folders) -> WitnessedRegister:
    """Return the register beside what the release in force says, or alone when that says nothing.

    What is wrong with a link or a manifest is told of the releases.
    """
    try:
        return read_register(folders)
    except (OSError, ValueError):
        register = Register(folders.home)
        return WitnessedRegister(tuple(register.decisions()), register.missing())


def _remembered(manifest: dict[str, Any], by_rank: dict[int, Decision]) -> Iterator[int]:
    """Yield the ranks of the decisions that a release remembers otherwise."""
    for recorded in manifest.get("decisions", []):
        decision = by_rank.get(recorded["decision_id"])
        if decision is None or not is_as_remembered(decision, recorded):
            yield recorded["decision_id"]


def _otherwise(where: str, release_id: str, rank: int) -> IntegrityFault:
    what = (
        f"ne dit pas de la décision n° {rank} ce que la publication {release_id} en sait : le "
        "registre a été réécrit, ou n'est pas celui de cette station."
    )
    return IntegrityFault(where, what, _RESTORE)
