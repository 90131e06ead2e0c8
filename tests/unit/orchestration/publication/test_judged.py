"""What a night judges, put together from tonight and from what was published."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from expectations.cells.indicator_definition import IndicatorDefinition
from expectations.findings.code_names import Names
from orchestration.publication import judged as judging
from orchestration.settings.folders import Folders
from tests.made_definitions import made_definition
from tests.unit.expectations.decisions.deciding import observed


def test_an_indicator_that_is_no_more_ends_no_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tonight = observed({"DEP-0": 4}, {"DEP-0": 5})
    gone = tonight.assign(indicator="9Z9_qui_n_est_plus")
    release = SimpleNamespace(observations=lambda: gone)
    register = SimpleNamespace(decisions=(), breaks=())
    monkeypatch.setattr(judging, "current_release", lambda _folder: release)
    monkeypatch.setattr(judging, "read_register", lambda _folders: register)
    monkeypatch.setattr(judging, "read_names", lambda _warehouse: Names())
    build: Any = SimpleNamespace(unsound=frozenset(), failed=())
    definitions: dict[str, IndicatorDefinition] = {
        name: made_definition(name) for name in tonight["indicator"].unique()
    }
    found = judging.judged(Folders(tmp_path), build, tonight, definitions)
    assert found.withdrawals == []
    assert set(found.observations["indicator"]) == set(definitions)
