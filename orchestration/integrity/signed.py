"""The register against its seals, and against what each release remembers of it.

Here: the file, the chain of decisions, and the decisions that releases know. Not here: how a record
is sealed (``sources.storage.chain``).

The chain has no key: who writes all of it anew makes another whole one. The releases remember the
seal of the last decision that they knew, and who signed which.
"""

from collections.abc import Iterator
from typing import Any

from expectations.decisions.decision import Decision
from expectations.decisions.tampering import register_troubles
from orchestration.integrity.integrity_check import IntegrityCheck, IntegrityFault
from orchestration.integrity.published import manifests
from orchestration.settings import Folders
from orchestration.station.register import Register
from sources.storage.register_file import REGISTER, unreadable

NAME = "Registre des décisions"
_RESTORE = f"Restaurez {REGISTER} depuis une sauvegarde."


def inspect_file(folders: Folders) -> IntegrityCheck:
    """Look at the file of the register, as SQLite does."""
    wrong = unreadable(folders.home)
    what = f"ne se lit pas : {wrong}."
    faults = (IntegrityFault(REGISTER, what, _RESTORE),) if wrong else ()
    return IntegrityCheck("Fichier du registre", 1, faults)


def inspect_register(folders: Folders) -> IntegrityCheck:
    """Look at every decision, and at what each release remembers of them."""
    register = Register(folders.home)
    decisions, taken_out = register.decisions(), register.missing()
    troubles = register_troubles(decisions, taken_out)
    by_rank = {decision.decision_id: decision for decision in decisions if not decision.is_altered}
    broken = [_broken(sentence) for sentence in troubles]
    known_broken = {each.decision_id for each in decisions if each.is_altered} | {*taken_out}
    remembered: dict[int, IntegrityFault] = {}
    for folder, manifest in manifests(folders):
        for rank in _remembered(manifest or {}, by_rank):
            if rank not in known_broken:
                remembered.setdefault(rank, _otherwise(folder.name, rank))
    checked = len(decisions) + len(taken_out)
    return IntegrityCheck(NAME, checked, (*broken, *remembered.values()))


def _broken(sentence: str) -> IntegrityFault:
    return IntegrityFault(REGISTER, sentence, "")


def _remembered(manifest: dict[str, Any], by_rank: dict[int, Decision]) -> Iterator[int]:
    """Yield the ranks of the decisions that a release remembers otherwise."""
    for said in manifest.get("decisions", []):
        if "decided_by" in said and not _is_same(said, by_rank):
            yield said["decision_id"]
    last, seal = manifest.get("last_decision", 0), manifest.get("register_sha256")
    decision = by_rank.get(last)
    if seal and (decision is None or decision.sha256 != seal):
        yield last


def _is_same(said: dict[str, Any], by_rank: dict[int, Decision]) -> bool:
    decision = by_rank.get(said["decision_id"])
    return decision is not None and (
        decision.finding_id,
        decision.choice.value,
        decision.author,
        decision.decided_at.isoformat(timespec="seconds"),
    ) == (said["finding_id"], said["decision"], said["decided_by"], said["decided_at"])


def _otherwise(release_id: str, rank: int) -> IntegrityFault:
    what = (
        f"ne dit pas de la décision n° {rank} ce que la publication {release_id} en sait : le "
        "registre a été réécrit, ou n'est pas celui de cette station."
    )
    return IntegrityFault(REGISTER, what, _RESTORE)
