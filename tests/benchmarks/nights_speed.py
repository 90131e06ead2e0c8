"""What a night costs, by who launches it and by what changed: seconds, processor, and ratios.

Here: in rounds, on stations of the demo that have parsed the project, each its own, as one has that
is not of today: a full night of the command line and one that ``vigie ui`` launches from its pages;
then, on the same stations, a night with nothing new, a deposit that the sensor sees arrive, the
night after it, a decision. Processor is that of all processes together, pages, daemon and code
server too, from a run's launch to its end. Not here: what dbt costs beside DuckDB
(``dbt_against_duckdb``).
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median

from orchestration.dbt.project import read_manifest
from orchestration.settings.settings import Settings
from orchestration.station.environment import enter_environment
from tests.conftest import PROJECT, VIGIE, demo_environment, run_vigie
from tests.dagster_pages import ended, launch, runs, until
from tests.serving import PAUSE, free_port, serving

ROUNDS = 3
DEPOSIT, RECORDED = "dreets_pcrh_2024.csv", (";264;", ";265;")
MOTIVE = "Mesure du temps que prend une décision"
SIGNED = ("--decision", "maintien", "--auteur", "Mesure", "--motif", MOTIVE)
Cost = tuple[float, float]
"""Seconds of the clock, and of the processor."""

TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the median cost of each way, and its ratio to a full night of the command line."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    costs: dict[str, list[Cost]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="vigie-nights-") as folder:
        for rank in range(rounds):
            for way in (_on_the_command_line, _launched):
                home = Path(folder) / f"{way.__name__}-{rank}"
                _parse(home)
                for name, cost in way(home):
                    costs[name].append(cost)
                    print(f"{name:58}{cost[0]:8.1f} s{cost[1]:8.1f} s", flush=True)
    _print_ratios(costs)


def _parse(home: Path) -> None:
    """Parse the project for a station: dbt parses it again for a warehouse of another path."""
    settings = Settings(home=home)
    enter_environment(settings)
    read_manifest(settings.folders)


def _print_ratios(costs: dict[str, list[Cost]]) -> None:
    full = [median(values) for values in zip(*costs[FULL], strict=True)]
    print(f"\n{'':58}{'clock':>10}{'processor':>10}{'ratios':>16}")
    for name, each in costs.items():
        clock, processor = (median(values) for values in zip(*each, strict=True))
        ratios = f"{clock / full[0]:10.2f}{processor / full[1]:6.2f}"
        print(f"{name:58}{clock:8.1f} s{processor:8.1f} s{ratios}")


FULL = "vigie demo: a full night"


def _on_the_command_line(home: Path) -> Iterator[tuple[str, Cost]]:
    yield FULL, _typed(home, "demo")
    yield "vigie demo: nothing new", _typed(home, "demo")
    listed = run_vigie(home, "findings").stdout.splitlines()
    finding = next(line.split()[0] for line in listed if "1A4_pcrh_te" in line)
    yield "vigie decide: a decision, until all is out", _typed(home, "decide", finding, *SIGNED)
    yield "vigie demo: nothing new, after the decision", _typed(home, "demo")


def _typed(home: Path, *arguments: str) -> Cost:
    return cost_of([str(VIGIE), *arguments], demo_environment(home))


def cost_of(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Run a command from the project's root, and return what it cost with all that it started."""
    before, start = _of_children(), time.monotonic()
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.monotonic() - start, _of_children() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _launched(home: Path) -> Iterator[tuple[str, Cost]]:
    address = f"http://127.0.0.1:{(port := free_port())}"
    with serving(
        [str(VIGIE), "ui", "--port", str(port), "--bureau", str(free_port())],
        f"{address}/server_info",
        cwd=PROJECT,
        environment=demo_environment(home),
        log=home / "ui.log",
    ):
        yield "vigie ui: a full night", _run(lambda: launch(address, "nightly"), address)
        yield "vigie ui: nothing new", _run(lambda: launch(address, "nightly"), address)
        deposit = home / "inbox" / DEPOSIT
        deposit.write_text(deposit.read_text("utf-8").replace(*RECORDED), "utf-8")
        yield (
            "vigie ui: a deposit, from its run to all that is out",
            _run(
                lambda: str(until(lambda: runs(address, pipelineName="deposit"))["runId"]), address
            ),
        )
        yield (
            "vigie ui: nothing new, after the deposit",
            _run(lambda: launch(address, "nightly"), address),
        )


def _run(begin: Callable[[], str], address: str) -> Cost:
    """Wait for a run and for the end of its process, and return what it cost."""
    run_id = begin()
    before, start = _of_descendants(), time.monotonic()
    if ended(address, run_id)["status"] != "SUCCESS":
        sys.exit(f"the run {run_id} failed")
    clock = time.monotonic() - start
    _idle()
    return clock, _of_descendants() - before


def _idle() -> None:
    """Wait until the code server has no run that goes on."""
    while any("api grpc" in parent and "spawn_main" in command for parent, command, _ in _below()):
        time.sleep(PAUSE)


def _of_descendants() -> float:
    return sum(seconds for *_, seconds in _below())


def _below() -> Iterator[tuple[str, str, float]]:
    """Yield, of each process below this one, whose it is, its command, and its processor.

    What those used that it has buried is in its own.
    """
    all_of_them = dict(_processes())
    below = {os.getpid()}
    while more := {pid for pid, (parent, *_) in all_of_them.items() if parent in below} - below:
        below |= more
    for pid in below - {os.getpid()}:
        parent, command, seconds = all_of_them[pid]
        yield all_of_them[parent][1], command, seconds


def _processes() -> Iterator[tuple[int, tuple[int, str, float]]]:
    """Yield each process: whose child it is, its command, the processor that it used."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # The name of a command may have spaces and parentheses.
            numbers = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
            command = (folder / "cmdline").read_text("utf-8").replace("\0", " ")
            ticks = sum(map(int, numbers[11:15]))
            yield int(folder.name), (int(numbers[1]), command, ticks / TICKS)


if __name__ == "__main__":
    main()
