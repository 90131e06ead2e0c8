"""A port that cannot be had is told in a sentence before anything starts."""

import errno
import os
import socket
from pathlib import Path
from unittest.mock import patch

import pytest
import typer

from orchestration.commands.ports import refuse_taken_ports
from orchestration.settings.settings import Settings
from tests.serving import free_port


@pytest.mark.parametrize("option", ["--port", "--bureau"])
def test_a_port_already_taken_is_told_with_what_to_do(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = (port, free_port()) if option == "--port" else (free_port(), port)
        with pytest.raises(typer.Exit) as ended:
            refuse_taken_ports(Settings(home=tmp_path), *ports)
    assert ended.value.exit_code == os.EX_TEMPFAIL
    (told,) = capsys.readouterr().err.splitlines()
    assert f"Le port {port} est déjà pris" in told
    assert f"choisissez un autre port par {option}." in told


def test_a_port_of_the_administrator_is_told_as_a_right_that_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = OSError(errno.EACCES, "Permission denied")
    with (
        patch.object(socket, "create_server", side_effect=refused),
        pytest.raises(typer.Exit) as ended,
    ):
        refuse_taken_ports(Settings(home=tmp_path), 80, 3001)
    assert ended.value.exit_code == os.EX_NOPERM
    assert "Permission" not in capsys.readouterr().err


@pytest.mark.parametrize("ports", [(3000, 3000), (0, 3001), (free_port(), 65_536)])
def test_what_is_no_two_ports_is_typed_wrong(ports: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter):
        refuse_taken_ports(Settings(home=tmp_path), *ports)


def test_ports_that_are_free_are_had(tmp_path: Path) -> None:
    refuse_taken_ports(Settings(home=tmp_path), free_port(), free_port())
