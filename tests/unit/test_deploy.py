"""What is installed around a station: as systemd and nginx read it (slow tests), else linted.

Not here: the container, which is built (``test_container``). The composition is linted: no engine
is at hand that would run it.
"""

import json
import re
import shlex
import subprocess
from configparser import ConfigParser
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import pytest
import trustme
import yaml
from typer.testing import CliRunner

from orchestration.alarms.alarm import of_missing_nights
from orchestration.commands.cli import app
from orchestration.commands.dagster_services import DAGSTER
from orchestration.settings.folders import Folders
from orchestration.settings.settings import Settings
from tests.conftest import PROJECT, VIGIE
from tests.syscall_filter import settings_of

DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
INSTALLED = "/opt/vigie/.venv/bin/vigie"
MOST_EXPOSED = "20"
"""In tenths, of what systemd-analyze calls exposure: 10.0 is a service that nothing confines."""


def runs(command: list[str]) -> bool:
    """Tell whether a command of ours exists, with the options it is given."""
    return CliRunner().invoke(app, [*command, "--help"]).exit_code == 0


@pytest.mark.slow
def test_each_unit_is_one_for_systemd(tmp_path: Path) -> None:
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace(INSTALLED, str(VIGIE)))
    places = [str(tmp_path / unit.name) for unit in UNITS]
    services = [str(tmp_path / unit.name) for unit in SERVICES]
    exposure = ["security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager"]
    for asked in (["verify", *places], *([*exposure, service] for service in services)):
        said = subprocess.run(
            ["systemd-analyze", *asked], capture_output=True, text=True, check=False
        )
        assert (said.returncode, said.stderr) == (0, ""), said.stdout


def test_each_service_starts_a_command_that_exists() -> None:
    for unit in SERVICES:
        parser = ConfigParser(strict=False, interpolation=None)
        parser.read(unit, "utf-8")
        command = shlex.split(parser.get("Service", "ExecStart"))
        assert command[0] == INSTALLED
        assert runs(command[1:]), unit


def test_what_opens_the_register_waits_for_its_server_where_both_start_with_the_machine() -> None:
    """A backup that was missed is made as the machine starts; the watch reads no register."""
    after = {unit.name: settings_of(unit, "After") for unit in SERVICES}
    assert {name for name, (said,) in after.items() if "postgresql.service" in said.split()} == {
        "vigie.service",
        "vigie-backup.service",
    }


def test_an_alarm_says_to_look_at_every_unit(tmp_path: Path) -> None:
    alarm = of_missing_nights(None, datetime(2026, 11, 29, tzinfo=UTC), Folders(tmp_path))
    (pattern,) = re.findall(r"systemctl status '(\S+)'", " ".join(alarm.paragraphs))
    assert [unit.name for unit in UNITS if not fnmatch(unit.name, pattern)] == []


def test_the_example_of_the_environment_has_settings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (DEPLOY / "vigie.env.example").read_text("utf-8").splitlines()
    said = [line.lstrip("#") for line in lines if re.match(r"#?[A-Z_]+=", line)]
    names = {
        str(field.validation_alias or f"VIGIE_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }
    for line in said:
        name, _, value = line.partition("=")
        assert name in names, name
        # Where the file has nothing, a password is to be written.
        monkeypatch.setenv(name, value or "à-écrire")
    assert Settings().smtp is not None


def test_nginx_asks_for_a_password_and_leads_to_the_loopback_alone() -> None:
    site = (DEPLOY / "nginx" / "vigie.conf").read_text("utf-8")
    (unit,) = (unit for unit in SERVICES if unit.name == "vigie.service")
    started = unit.read_text("utf-8")
    ports = re.search(r"--port (\d+) --bureau (\d+)", started)
    assert ports
    led = dict(re.findall(r"location (\S+) \{\s+proxy_pass +(\S+);", site))
    assert led == {
        "/": f"http://127.0.0.1:{ports[2]}",
        DAGSTER: f"http://127.0.0.1:{ports[1]}",
    }
    assert "auth_basic_user_file" in site.partition("location")[0]
    assert site.count("{") == site.count("}")


def test_nginx_passes_the_port_of_the_address_on() -> None:
    """A websocket says its origin alone, which is compared with the host, port included."""
    site = (DEPLOY / "nginx" / "vigie.conf").read_text("utf-8")
    hosts = re.findall(r"proxy_set_header Host +(\S+);", site)
    assert set(hosts) == {"$http_host"}
    assert len(hosts) == len(re.findall(r"proxy_pass ", site)) == 2


@pytest.mark.slow
def test_nginx_takes_the_site(tmp_path: Path) -> None:
    authority = trustme.CA().issue_cert("vigie.exemple.fr")
    authority.cert_chain_pems[0].write_to_path(tmp_path / "fullchain.pem")
    authority.private_key_pem.write_to_path(tmp_path / "privkey.pem")
    (tmp_path / "vigie.htpasswd").write_text("", "utf-8")
    site = (DEPLOY / "nginx" / "vigie.conf").read_text("utf-8")
    for place in ("/etc/ssl/vigie", "/etc/nginx"):
        site = site.replace(place, str(tmp_path))
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{site}\n}}\n", "utf-8")
    said = subprocess.run(
        ["nginx", "-t", "-q", "-c", str(main), "-e", "stderr"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def test_the_container_installs_by_hash_and_starts_what_the_service_does() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert "--require-hashes --requirement requirements/run.lock" in text
    started = json.loads(re.findall(r"^CMD (.+)$", text, re.MULTILINE)[0])
    unit = (DEPLOY / "systemd" / "vigie.service").read_text("utf-8")
    assert shlex.join(["ExecStart=" + INSTALLED, *started]) in unit.splitlines()


def test_the_composition_names_files_that_are_there() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))["services"]
    vigie, nginx = services["vigie"], services["nginx"]
    assert (DEPLOY / vigie["build"]["context"] / vigie["build"]["dockerfile"]).is_file()
    assert (DEPLOY / nginx["volumes"][0].partition(":")[0]).is_file()
    assert nginx["network_mode"] == "service:vigie"
    assert runs(vigie["healthcheck"]["test"][2:])
