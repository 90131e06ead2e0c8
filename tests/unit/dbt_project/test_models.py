"""A model and what is said of it stand side by side, so that who opens a folder sees both."""

import re
from typing import get_args

import yaml

from expectations.cells.dbt_files import variable
from expectations.cells.periods import PeriodKind, is_of_kind, may_be_deposited
from expectations.validations.observation_table import WITHOUT_A_NEXT
from sources.registry import families, sources
from tests.conftest import PROJECT

MODELS = PROJECT / "dbt_project" / "models"
SUITES = PROJECT / "expectations" / "suites"


def test_every_model_is_described_in_a_file_of_its_name() -> None:
    described = {
        path.with_suffix(""): [model["name"] for model in models]
        for path in MODELS.rglob("*.yml")
        if (models := yaml.safe_load(path.read_text("utf-8")).get("models"))
    }
    assert described == {path.with_suffix(""): [path.stem] for path in MODELS.rglob("*.sql")}


def test_every_landed_table_that_models_read_is_that_of_a_source_or_of_a_family() -> None:
    (landed,) = yaml.safe_load((MODELS / "staging" / "sources.yml").read_text("utf-8"))["sources"]
    known = {source.table for source in sources().values()}
    assert {table["name"] for table in landed["tables"]} <= known
    assert set(families()) <= known


def test_a_family_is_read_whole_whatever_its_members_are() -> None:
    (landed,) = yaml.safe_load((MODELS / "staging" / "sources.yml").read_text("utf-8"))["sources"]
    read = {table["name"]: table.get("identifier") for table in landed["tables"]}
    assert {name: read[name] for name in families()} == {name: f"{name}_*" for name in families()}


def test_every_model_names_its_columns() -> None:
    for path in MODELS.rglob("*.sql"):
        assert not re.search(r"select\s+([a-z_]+\.)?\*", path.read_text("utf-8")), path.name


PERIODS = {
    "year": "2024",
    "school_year": "2023-2024",
    "campaign": "2019",
    "census": "2017",
    "quarter": "2025-Q1",
    "reading": "2025-04",
}


def test_a_period_of_every_kind_can_be_deposited() -> None:
    assert PERIODS.keys() == set(get_args(PeriodKind)) == set(variable("period_codes"))
    for kind, period in PERIODS.items():
        assert is_of_kind(period, kind), kind
        assert may_be_deposited(period, [kind]), kind


def test_how_periods_are_written_is_said_in_the_project_alone() -> None:
    code = re.compile(r"Q\[1-4\]|0\[1-9\]\|1\[0-2\]\)\"|20\[0-9\]\{2\}-20")
    read = [*(PROJECT / "dbt_project").rglob("*.sql"), PROJECT / "expectations/cells/periods.py"]
    read.append(SUITES / "sources" / "depots.yml")
    assert [path.name for path in read if code.search(path.read_text("utf-8"))] == []


def test_what_follows_by_arithmetic_is_the_same_for_dbt_and_for_the_checks() -> None:
    macro = (PROJECT / "dbt_project" / "macros" / "expected_periods.sql").read_text("utf-8")
    following = set(re.findall(r'"([a-z_]+)": \{"last_month"', macro))
    assert following == set(get_args(PeriodKind)) - WITHOUT_A_NEXT
