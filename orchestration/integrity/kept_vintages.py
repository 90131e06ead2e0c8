"""The vintages that are kept beside the warehouse, against those that are in it.

Here: whether both say the same. Not here: which of them is right, which making them again shows
(``rebuilding``).
"""

import pyarrow as pa

from orchestration.integrity.integrity_check import IntegrityCheck, IntegrityFault, gathered
from orchestration.settings.folders import Folders
from orchestration.station.build import read_build
from orchestration.station.troubles import OF_FILES
from orchestration.station.vintages_copy import (
    FILE,
    VintagesDamagedError,
    read_vintages,
    vintages_in_warehouse,
)

_NIGHT = "La prochaine nuit qui construit les tables écrit ce fichier."
_RESTORE = "Restaurez ce fichier depuis une sauvegarde, si l'entrepôt n'a plus ces millésimes."
_WHICH = "« vigie rebuild --verify » dit ce qui diffère ; la nuit garde ce qu'a l'entrepôt."
_REMAKE = "Fermez ce qui le tient ouvert, ou refaites-le : « vigie rebuild »."


def inspect_vintages(folders: Folders) -> IntegrityCheck:
    """Look at every file of vintages; the one in use is compared with the warehouse."""
    names = {path.name for path in folders.vintages.glob("*.parquet")}
    try:
        # Those of a build that was cut short are kept once another one has ended.
        there = vintages_in_warehouse(folders) if read_build(folders) else None
    except OF_FILES:
        wrong = IntegrityFault(folders.warehouse.name, "ne s'ouvre pas.", _REMAKE)
        return gathered("Millésimes", [[wrong]])
    expected = names if there is None else {*names, FILE}
    return gathered("Millésimes", (_faults(folders, name, there) for name in sorted(expected)))


def _faults(folders: Folders, name: str, there: pa.Table | None) -> list[IntegrityFault]:
    place, where = folders.vintages / name, f"vintages/{name}"
    if not place.exists():
        return [IntegrityFault(where, "manque.", _NIGHT)]
    try:
        kept = read_vintages(place)
    except VintagesDamagedError:
        return [IntegrityFault(where, "ne se lit pas.", _RESTORE)]
    if name != FILE or there is None or there.equals(kept):
        return []
    return [IntegrityFault(where, "n'a pas les millésimes de l'entrepôt.", _WHICH)]
