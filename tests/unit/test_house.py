"""The walls of the house, read in the imports: who may use whom, and what lies where.

Here: the invariants of docs/architecture.md, « The rooms ». Not here: what a room does.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.conftest import PROJECT

FLOORS = {
    "sources": """
        errors layouts | contract | storage wire | tables | client | archive protocols
        | landing registry | collect replay
    """,
    "expectations": """
        cells untrusted | french | statistics | verdicts | suites | subject | rules | findings
        | decisions | extracts printed | validations
    """,
    "orchestration": """
        keys settings | station | instance | resources | dbt publication | reporting
        | alarms deposits explain indicator_pages backups checks integrity | assets desk doctor
        | jobs | schedules sensors | definitions | rebuilding | commands
    """,
}
"""The rooms of each folder and the modules of its root, lowest floor first."""

USES = {"sources": set(), "expectations": set(), "orchestration": {"sources", "expectations"}}
DAGSTER = (
    "definitions.py jobs.py schedules.py sensors.py resources.py keys.py assets/"
    " checks/ dbt/ instance/ alarms/failed_runs.py rebuilding/remaking.py commands/night.py"
)
ONLY_IN = {
    "great_expectations": ["expectations/validations/"],
    "dagster": [f"orchestration/{place}" for place in DAGSTER.split()],
    "dagster_dbt": ["orchestration/dbt/"],
    "dagster_postgres": ["orchestration/instance/"],
    "dagster_webserver": ["orchestration/commands/guarded_pages.py"],
    "dbt": ["orchestration/dbt/"],
    "dbt_common": ["orchestration/dbt/"],
    "duckdb": ["orchestration/station/", "sources/tables/"],
    "sqlite3": ["orchestration/station/", "orchestration/instance/", "sources/storage/"],
}
"""Where alone a package may be imported."""

MOST_LOOSE = 8
FORM = re.compile(r"\bHere: .+ Not here: ")
SAME_FILE_NAMES = {
    "client.py": "each protocol has its own, and sources/client.py says what one is",
    "copies.py": "a rule, and the statistic that it rests on",
    "mergers.py": "a rule, and the statistic that it rests on",
    "extracts.py": "assets, and the checks of them",
    "indicators.py": "assets, and the checks of them",
    "printed.py": "assets, and the checks of them",
}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours, by its path from the root of the project."""
    return {
        str(path.relative_to(PROJECT)): ast.parse(path.read_text("utf-8"))
        for folder in FLOORS
        for path in sorted((PROJECT / folder).rglob("*.py"))
    }


def imports() -> Iterator[tuple[str, str]]:
    """Yield each module and each name that it imports, wherever in it."""
    for path, tree in modules().items():
        yield from ((path, name) for name in imported_by(tree))


def imported_by(tree: ast.Module) -> Iterator[str]:
    """Yield each name that a module imports, wherever in it."""
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                yield from (f"{module}.{alias.name}" for alias in node.names)


def room(name: str) -> tuple[str, str]:
    """Return the folder and the room, or the module of its root, that a dotted name is of."""
    folder, _, rest = name.partition(".")
    return folder, rest.partition(".")[0]


def own_imports() -> Iterator[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Yield each import of one of our rooms by another: its module, the room, what it uses."""
    for path, name in imports():
        user, used = room(path.removesuffix(".py").replace("/", ".")), room(name)
        if used[0] in FLOORS and user != used:
            yield path, user, used


def test_every_room_has_its_floor() -> None:
    for folder, floors in FLOORS.items():
        rooms = {path.stem for path in (PROJECT / folder).glob("*.py")} | {
            path.name for path in (PROJECT / folder).iterdir() if any(path.rglob("*.py"))
        }
        assert rooms - {"__init__", "__pycache__"} == set(floors.split()) - {"|"}, folder


def test_no_room_imports_a_room_above_it_or_beside_it() -> None:
    floor = {
        (folder, name): rank
        for folder, floors in FLOORS.items()
        for rank, names in enumerate(floors.split("|"))
        for name in names.split()
    }
    up = [
        f"{path}: {used[1]}"
        for path, user, used in own_imports()
        if user[0] == used[0] and user[1] != "__init__" and floor[used] >= floor[user]
    ]
    assert up == []


def test_dependencies_point_one_way() -> None:
    wrong = [
        f"{path}: {used[0]}"
        for path, user, used in own_imports()
        if used[0] != user[0] and used[0] not in USES[user[0]]
    ]
    assert wrong == []


def test_each_framework_is_imported_in_its_rooms_only() -> None:
    outside = [
        f"{path}: {name}"
        for path, name in imports()
        if (places := ONLY_IN.get(name.partition(".")[0])) and not path.startswith(tuple(places))
    ]
    assert outside == []


def test_tests_import_great_expectations_where_ours_came_first() -> None:
    """Alone it imports PySpark, which ends a worker of pytest-xdist: no test runs, nobody says why.

    The ``conftest`` of that folder imports ``expectations.validations``, by which PySpark is out.
    """
    outside = [
        str(path.relative_to(PROJECT))
        for path in sorted((PROJECT / "tests").rglob("*.py"))
        if not path.is_relative_to(PROJECT / "tests" / "unit" / "expectations" / "validations")
        for name in imported_by(ast.parse(path.read_text("utf-8")))
        if name.partition(".")[0] == "great_expectations"
    ]
    assert outside == []


def test_the_statistics_know_arrays_only() -> None:
    """Not even cells: what they say holds of any series."""
    used = {used[1] for path, user, used in own_imports() if user[1] == "statistics"}
    assert used == set()


def test_what_a_producer_gives_is_data() -> None:
    assert list((PROJECT / "sources" / "producers").rglob("*.py")) == []


def test_a_root_has_few_doors() -> None:
    loose = {
        folder: [path.name for path in (PROJECT / folder).glob("*.py") if path.stem != "__init__"]
        for folder in FLOORS
    }
    assert {folder: names for folder, names in loose.items() if len(names) > MOST_LOOSE} == {}


def test_a_file_name_says_which_file() -> None:
    paths = defaultdict(list)
    for path in modules():
        paths[Path(path).name].append(path)
    twice = {name for name, same in paths.items() if len(same) > 1}
    assert {name: paths[name] for name in twice - {"__init__.py", *SAME_FILE_NAMES}} == {}
    assert set(SAME_FILE_NAMES) <= twice, "a reason that is needed no more"


def test_a_class_name_says_which_class() -> None:
    paths = defaultdict(list)
    for path, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                paths[node.name].append(path)
    assert {name: same for name, same in paths.items() if len(same) > 1} == {}


def test_every_module_says_what_belongs_in_it_and_what_does_not() -> None:
    silent = [
        path
        for path, tree in modules().items()
        if not FORM.search(" ".join((ast.get_docstring(tree) or "").split()))
    ]
    assert silent == []
