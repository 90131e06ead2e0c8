"""A station whose register and whose history of runs are in a PostgreSQL database.

Here: what an operator types, from the night after the setting, during which the server is started
again, to a restoration. Not here: the register alone (``test_register_server``).
"""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

import pytest
from sqlalchemy import inspect, text
from starlette.types import ASGIApp, Receive, Scope, Send
from typer.testing import CliRunner

from orchestration.commands.cli import app
from orchestration.commands.replies import console
from orchestration.commands.stations import DEMO_AS_OF
from orchestration.station.register import Register
from sources.replay.app import create_app
from sources.replay.server import serve
from sources.storage.register_file import REGISTER
from sources.storage.register_server import VARIABLE, server_engine, server_url
from tests.conftest import LONGEST_COMMAND, VIGIE, demo_environment
from tests.leaks import leaks
from tests.postgresql import PASSWORD, Cluster

pytestmark = pytest.mark.slow

SECRETS = (PASSWORD, quote(PASSWORD, safe=""))
SIGNED = (
    "--decision",
    "rupture",
    "--auteur",
    "Claire Le Goff",
    "--motif",
    "Recueil devenu national",
)


class Restarting:
    """Portals whose first question starts a server again, in the middle of a night.

    Args:
        server: That server.
        portals: What answers.
    """

    def __init__(self, server: Cluster, portals: ASGIApp) -> None:
        self.restarts, self._server, self._portals = 0, server, portals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the portals do."""
        if not self.restarts:
            self.restarts += 1
            self._server.restart()
        await self._portals(scope, receive, send)


def run(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a command on the station, which ends well and says nothing of the password."""
    ended = subprocess.run(
        [str(VIGIE), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_COMMAND,
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    assert not [secret for secret in SECRETS if secret in said]
    return ended.stdout


def read(environment: Mapping[str, str], *arguments: str) -> str:
    """Call a command that runs no job, in this process, as ``run`` does another."""
    with patch.dict(os.environ, environment, clear=True), console.capture() as shown:
        ended = CliRunner().invoke(app, arguments)
    said = ended.stdout + ended.stderr + shown.get()
    assert ended.exit_code == 0, said
    assert not [secret for secret in SECRETS if secret in said]
    return said


def kept_there(address: str) -> dict[str, str]:
    """Return all that a database holds, as text, table by table."""
    engine = server_engine(server_url(address))
    with engine.connect() as connection:
        return {
            table: "\n".join(connection.scalars(text(f'SELECT t::text FROM "{table}" t')))
            for table in inspect(engine).get_table_names()
        }


def test_a_night_a_decision_and_a_restoration(
    station: Path, postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, another = postgresql.empty_database(), postgresql.empty_database()
    answering = Restarting(postgresql, create_app())
    with serve(answering) as portals:
        environment = {
            **demo_environment(station),
            "VIGIE_HOME": str(station),
            "VIGIE_REPLAY": portals,
            "VIGIE_AS_OF": DEMO_AS_OF,
            "FRANCE_TRAVAIL_CLIENT_ID": "identifiant-rejoue",
            "FRANCE_TRAVAIL_CLIENT_SECRET": "secret-rejoue",
            VARIABLE: address,
        }
        run(environment, "nightly")
        listed = read(environment, "findings", "--live").splitlines()
        finding = next(line.split()[0] for line in listed if "1A4_pcrh_te" in line)
        run(environment, "decide", finding, *SIGNED, "--live")
    assert answering.restarts == 1
    assert "La station est entière" in read(environment, "verify", "--live")
    there = kept_there(address)
    assert len(there["runs"].splitlines()) == 2, "the night and the decision"
    assert there["event_logs"]
    assert not (station / REGISTER).exists()

    read(environment, "backup", "--live", str(tmp_path / "b.tar"))
    restored = {**environment, "VIGIE_HOME": str(tmp_path / "restored"), VARIABLE: another}
    assert "La station est entière" in read(restored, "restore", "--live", str(tmp_path / "b.tar"))
    for home, database in ((station, address), (tmp_path / "restored", another)):
        monkeypatch.setenv(VARIABLE, database)
        (decision,) = Register(home).decisions()
        assert (decision.author, decision.is_altered) == ("Claire Le Goff", False)
        said = json.dumps(kept_there(database))
        assert [secret for secret in SECRETS if secret in said] == []
    assert leaks(tmp_path, SECRETS) == []
