"""Dagster's settings of a station: ours, and those that its operator adds.

Here: putting both together. Not here: when they are written (``environment``), what Dagster makes
of them.

Ours are written anew at each start, as an upgrade may change them; an operator's stand beside, in
``dagster.local.yaml`` of the station's home, and have the last word, setting by setting.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.settings.folders import PROJECT, Folders
from sources.storage.register_server import VARIABLE, is_on_server

LOCAL = "dagster.local.yaml"
SHIPPED = PROJECT / "orchestration" / "dagster.yaml"
HISTORY = "var/dagster/"
"""Where the settings that we ship have the history, for a clone where no station is entered."""
HEADER = f"# Fait à chaque démarrage ; vos réglages vont dans {LOCAL}, au-dessus de ce dossier.\n"
SETTINGS = frozenset(
    [
        "auto_materialize",
        "backfills",
        "code_servers",
        "compute_logs",
        "concurrency",
        "event_log_storage",
        "instance_class",
        "local_artifact_storage",
        "nux",
        "python_logs",
        "retention",
        "run_coordinator",
        "run_launcher",
        "run_monitoring",
        "run_queue",
        "run_retries",
        "run_storage",
        "schedule_storage",
        "scheduler",
        "schedules",
        "secrets",
        "sensors",
        "storage",
        "tag_concurrency_limits",
        "telemetry",
    ]
)
"""Those that Dagster's documentation of ``dagster.yaml`` names."""
STORAGES = ("run_storage", "event_log_storage", "schedule_storage")
ON_SERVER = {
    "run_storage": ("dagster_postgres", "PostgresRunStorage"),
    "event_log_storage": ("orchestration.instance.server_history", "ServerEventLogStorage"),
    "schedule_storage": ("dagster_postgres", "PostgresScheduleStorage"),
}
"""The modules and classes of a history that is where the register is."""


class InstanceSettingsError(ValueError):
    """An operator's own settings of Dagster cannot be read; says in French what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"Le fichier {path} est refusé : {reason} Corrigez-le, ou retirez-le pour revenir aux "
            "réglages de Vigie ; rien n'a été démarré."
        )


def instance_settings(folders: Folders) -> str:
    """Return Dagster's settings of a station, its history there, as YAML.

    Raises:
        InstanceSettingsError: The operator's own are no settings of Dagster.
    """
    shipped = _placed(yaml.safe_load(SHIPPED.read_text("utf-8")), folders)
    if is_on_server(folders.home):
        shipped |= {storage: _on_server(*of_a_server) for storage, of_a_server in ON_SERVER.items()}
    own = _own(folders.home / LOCAL)
    if "storage" in own:
        # Dagster takes one storage for all, or one for each.
        shipped = {name: value for name, value in shipped.items() if name not in STORAGES}
    return HEADER + yaml.safe_dump(_merged(shipped, own), sort_keys=False, allow_unicode=True)


def _placed(settings: Mapping[str, Any], folders: Folders) -> dict[str, Any]:
    """Put the history in the station, wherever that is."""
    placed = dict(settings)
    for storage in STORAGES:
        if storage in placed:
            base_dir = placed[storage]["config"]["base_dir"]
            here = str(folders.dagster / str(base_dir).removeprefix(HISTORY))
            placed[storage] = {**placed[storage], "config": {"base_dir": here}}
    return placed


def _on_server(module: str, name: str) -> dict[str, Any]:
    """Return a storage of the server, whose address, a secret, stays in the environment."""
    return {"module": module, "class": name, "config": {"postgres_url": {"env": VARIABLE}}}


def _own(path: Path) -> dict[str, Any]:
    try:
        own = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise InstanceSettingsError(path, "il n'est pas écrit en UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (ligne {mark.line + 1})" if mark else ""
        raise InstanceSettingsError(path, f"ce n'est pas du YAML{line}.") from None
    if own is None:
        return {}
    if not isinstance(own, dict):
        raise InstanceSettingsError(path, "il doit donner des réglages, « nom: valeur ».")
    if unknown := [str(name)[:80] for name in own if name not in SETTINGS]:
        named = ", ".join(f"« {name} »" for name in unknown[:5])
        raise InstanceSettingsError(path, f"Dagster ne connaît pas le réglage {named}.")
    return own


def _merged(ours: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Put settings over others; a class is replaced with all that configures it."""
    merged = dict(ours)
    for name, value in own.items():
        former = merged.get(name)
        if isinstance(value, dict) and isinstance(former, dict) and "class" not in value:
            merged[name] = _merged(former, value)
        else:
            merged[name] = value
    return merged
