"""A station as it is served: Dagster's code server, its pages, its daemon, and the desk.

Here: which services these are, and how they find each other. Not here: how services are run
(``services``).

``dagster dev`` is Dagster's development server. Pages and daemon are the services that it runs
apart in production, and share one code server here: definitions are loaded once.
"""

import contextlib
import json
import os
import socket
import sysconfig
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from orchestration.commands.services import (
    Service,
    run_module,
    run_services,
    until_asked_to_end,
)
from orchestration.settings.settings import Settings
from orchestration.station.environment import LOCAL_DESK
from orchestration.station.job_names import LOCATION
from sources.wire import loopback

MODULE = "orchestration.definitions"
DAGSTER = "/dagster"
"""Where Dagster's pages are, under the address of the desk."""
LONGEST_LOAD = "300"
"""Seconds that definitions may take to load, on a machine that does something else."""


def serve_station(
    settings: Settings,
    port: int,
    desk_port: int,
    say: Callable[[str], None],
    *,
    read_only: bool = False,
) -> int:
    """Run the services of the station that the environment describes, until asked to end.

    Args:
        settings: The station's.
        port: That of Dagster's pages, on 127.0.0.1.
        desk_port: That of the desk, likewise.
        say: Is given what happens to the services, in French.
        read_only: Whether nothing can be launched from Dagster's pages.

    Returns:
        The code that the command ends with.
    """
    os.environ.setdefault("DAGSTER_GRPC_TIMEOUT_SECONDS", LONGEST_LOAD)
    os.environ[LOCAL_DESK] = served_desk_address(settings, desk_port)
    with (
        until_asked_to_end() as asked,
        # The address of a socket is short, the path of a station may be long.
        tempfile.TemporaryDirectory(prefix="vigie-") as folder,
    ):
        dagster = dagster_services(port, Path(folder), read_only=read_only)
        services = [*dagster, desk_service(desk_port, port)]
        return run_services(services, asked, say)


def desk_service(port: int, dagster_port: int) -> Service:
    """Return the desk, which leads to Dagster's pages."""
    module = run_module("orchestration.commands.desk_service")
    return Service("Bureau", [*module, str(port), str(dagster_port)])


def served_desk_address(settings: Settings, port: int) -> str:
    """Return the address at which a browser asks for the desk."""
    # Who is asked for is checked by its name, of which an address of IPv6 in brackets is none.
    is_named = settings.desk_address.version == 6
    host = "localhost" if is_named else settings.desk_address
    return settings.url or f"http://{host}:{port}"


def hosts_of(settings: Settings) -> tuple[str, ...]:
    """Return the names by which a browser may ask for the desk, and for Dagster's pages."""
    own = urlsplit(settings.url).hostname if settings.url else None
    return (loopback.ADDRESS, "localhost", str(settings.desk_address), *([own] if own else []))


def dagster_address(url: str, port: int) -> str:
    """Return the address of Dagster's pages: under that of the desk, when it has one of its own."""
    return f"{url.rstrip('/')}{DAGSTER}" if url else f"http://127.0.0.1:{port}"


def dagster_services(port: int, folder: Path, *, read_only: bool) -> list[Service]:
    """Return the services, which find each other in a folder."""
    code, workspace = folder / "code", folder / "workspace.yaml"
    server = {"socket": str(code), "location_name": LOCATION}
    workspace.write_text(json.dumps({"load_from": [{"grpc_server": server}]}), "utf-8")
    scripts = Path(sysconfig.get_path("scripts"))
    loaded = ["--module-name", MODULE, "--location-name", LOCATION, "--lazy-load-user-code"]
    # Else modules are first looked for where one happens to stand.
    loaded.append("--empty-working-directory")
    asked = ["--workspace", str(workspace)]
    pages = ["--host", "127.0.0.1", "--port", str(port)]
    if os.environ.get("VIGIE_URL"):
        pages += ["--path-prefix", DAGSTER]
    if read_only:
        pages.append("--read-only")
    loads = [str(scripts / "dagster"), "api", "grpc", "--socket", str(code), *loaded]
    serves = [*run_module("orchestration.commands.guarded_pages"), *asked, *pages]
    acts = [str(scripts / "dagster-daemon"), "run", *asked]
    is_there = partial(_answers, code)
    return [
        Service("Définitions", loads),
        Service("Pages", serves, may_start=is_there),
        Service("Automate", acts, may_start=is_there),
    ]


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
        probe.connect(str(address))
        return True
    return False
