"""The container: its image, built as an operator builds it, then a night and the desk in it.

No registry of images is asked. The base is the minimal system of Debian, made of packages from
where this machine has its own; what pip installs is fetched beforehand, from where this machine is
told to, and the build has it from a folder.

Here: what the image holds, who runs in it and where that may write, what a night publishes, that
the desk answers and ends when it is asked to. Not here: the composition (``test_deploy``), the
walls of a container's engine: buildah runs in a ``chroot``, on the machine's own network.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.serving import MOST_PAUSES, PAUSE, free_port, serving

pytestmark = pytest.mark.slow

BASE = "debian:bookworm-slim"
SOURCES = (
    *("apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)"),
    *("Created-By: Packages", "Origin: Debian"),
)
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
SHIPPED = {
    *(".venv", "LICENSE", "README.md", "dbt_project", "expectations", "orchestration"),
    *("pyproject.toml", "requirements", "sources"),
}
STATE = "/var/lib/vigie"
WRITABLE = {STATE, "/run/lock", "/tmp", "/var/tmp"}  # noqa: S108 of the container
RELEASE = "releases/current/observations.csv"
IS_NOT_ITS_OWN = r"! -type l \( ! -user vigie -o -perm /077 \)"


def printed(*command: str, given: str | None = None) -> str:
    """Run a command that ends well, and return what it prints."""
    ended = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@dataclass(frozen=True)
class Builder:
    """Buildah, with images and containers of its own.

    Attributes:
        folder: Where they are.
    """

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of what is asked of it."""
        places = (f"--root={self.folder}/images", f"--runroot={self.folder}/run")
        return ["buildah", *places, *arguments]

    def do(self, *arguments: str) -> str:
        """Have it do something, and return what it prints."""
        return printed(*self.command(*arguments)).strip()

    def make_base(self) -> None:
        """Make the base, configured as this machine's apt is, and with whom it trusts."""
        settings = self.folder / "apt.conf"
        settings.write_text(printed("apt-config", "dump", "Acquire"), "utf-8")
        base = self.do("from", "scratch")
        printed(
            *("mmdebstrap", "--quiet", "--variant=minbase", f"--aptopt={settings}"),
            '--customize-hook=mkdir --parents "$1/etc/ssl/certs"',
            f"--customize-hook=upload {AUTHORITIES} {AUTHORITIES}",
            *("bookworm", self.do("mount", base), "-"),
            given=printed(*SOURCES),
        )
        self.do("commit", "--rm", base, BASE)

    def build(self) -> str:
        """Build the image of the station, and return its name."""
        wheels, settings = self.folder / "wheels", self.folder / "pip.conf"
        lock = PROJECT / "requirements" / "run.lock"
        pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
        hashed = ("--no-deps", "--require-hashes", f"--requirement={lock}")
        printed(*pip, "download", *hashed, f"--dest={wheels}")
        settings.write_text("[global]\nno-index = true\nfind-links = /mnt\n", "utf-8")
        self.do(
            *("build", "--isolation=chroot", "--pull-never", "--tag=vigie"),
            *(f"--volume={wheels}:/mnt:ro", f"--volume={settings}:/etc/pip.conf:ro"),
            *(f"--file={PROJECT / 'deploy' / 'Containerfile'}", str(PROJECT)),
        )
        return "vigie"


@dataclass(frozen=True)
class Container:
    """A container of the station.

    Attributes:
        builder: What runs it.
        name: Its name.
        entry: What the image says to start.
        unless_said: What it gives that, unless told otherwise.
    """

    builder: Builder
    name: str
    entry: list[str]
    unless_said: list[str]

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs something in it."""
        return self.builder.command("run", "--isolation=chroot", self.name, "--", *arguments)

    def look(self, script: str) -> str:
        """Have a shell look at something in it."""
        return printed(*self.command("sh", "-c", script))


@pytest.fixture(scope="module")
def container() -> Iterator[Container]:
    """A container of the image, which is built for that; nothing is left of either."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ended:
        builder = Builder(Path(folder))
        ended.callback(builder.do, "rm", "--all")
        builder.make_base()
        image = builder.build()
        config = json.loads(builder.do("inspect", "--type=image", image))["OCIv1"]["config"]
        name = builder.do("from", "--pull-never", image)
        yield Container(builder, name, config["Entrypoint"], config["Cmd"])


def test_the_image_holds_the_station_which_may_write_its_state_alone(container: Container) -> None:
    assert set(container.look("ls -A /opt/vigie").split()) == SHIPPED
    assert container.look("id --user --name; pwd").split() == ["vigie", STATE]
    writable = "find / -xdev -writable ! -type l 2>/dev/null || true"
    assert set(container.look(writable).split()) == WRITABLE
    authorities = "python -c 'import ssl; print(ssl.create_default_context().cert_store_stats())'"
    assert "'x509': 0" not in container.look(authorities)


def test_a_night_in_the_container_is_that_of_the_clone_and_its_own(
    container: Container, demo_home: Path
) -> None:
    printed(*container.command(*container.entry, "demo"))
    assert container.look(f"cat var/demo/{RELEASE}") == (demo_home / RELEASE).read_text("utf-8")
    assert container.look(f"find {STATE} {IS_NOT_ITS_OWN}") == ""


def test_the_desk_answers_until_it_is_asked_to_end(container: Container, tmp_path: Path) -> None:
    desk = str(free_port())
    ports = {"3000": str(free_port()), "3001": desk}
    of_the_demo = [ports.get(word, word) for word in container.unless_said if word != "--live"]
    telling_its_process = ("sh", "-c", 'echo $$; exec "$@"', "sh")
    log = tmp_path / "desk.log"
    with serving(
        container.command(*telling_its_process, *container.entry, *of_the_demo),
        f"http://127.0.0.1:{desk}",
        cwd=tmp_path,
        environment=os.environ,
        log=log,
    ):
        process = int(log.read_text("utf-8").partition("\n")[0])
        os.kill(process, signal.SIGTERM)
        _wait_for_the_end_of(process)
    assert "subprocess exited" not in log.read_text("utf-8")


def _wait_for_the_end_of(process: int) -> None:
    for _ in range(MOST_PAUSES):
        if not Path(f"/proc/{process}").exists():
            return
        time.sleep(PAUSE)
    raise AssertionError("it did not end")
