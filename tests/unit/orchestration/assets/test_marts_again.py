"""When a test of a mart fails, the marts below it are made all the same; what it found is kept."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import dagster as dg
import pytest

from orchestration.assets import indicators
from orchestration.assets.indicators import BELOW_THE_MARTS, TESTS, Builder
from orchestration.dbt.run import DbtRun
from orchestration.settings.folders import Folders

RATE, FIGURES = "test.vigie.rate_not_its_fraction", "model.vigie.fct_printed_figure"
OBSERVATIONS, INDICATOR = "model.vigie.fct_observation", "model.vigie.1A4_pcrh_te"
MANIFEST: Mapping[str, Any] = {
    "nodes": {
        RATE: {"name": "rate_not_its_fraction", "resource_type": "test", "description": "Non."},
        FIGURES: {"name": "fct_printed_figure", "resource_type": "model", "fqn": ["v", "marts"]},
        OBSERVATIONS: {"name": "fct_observation", "resource_type": "model", "fqn": ["v", "marts"]},
        INDICATOR: {"name": "1A4_pcrh_te", "resource_type": "model", "fqn": ["v", "indicators"]},
    },
    "parent_map": {RATE: [OBSERVATIONS]},
    "exposures": {"exposure.vigie.publication": {"depends_on": {"nodes": [OBSERVATIONS]}}},
}
FAILED = {"unique_id": RATE, "status": "fail", "failures": 1, "message": "", "compiled_code": ""}
SKIPPED = {"unique_id": FIGURES, "status": "skipped"}
MADE = {"unique_id": FIGURES, "status": "success"}


def test_the_marts_below_a_failed_test_of_a_mart_are_made_without_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left out, no verdict could be given: the night ended there, and said that all was quiet."""
    left_out: list[str] = []

    def build(_c: object, _m: object, _f: object, selection: Sequence[str], **_: object) -> DbtRun:
        left_out.append(selection[-1] if selection else "")
        return DbtRun((), (MADE,) if TESTS in left_out[-1] else (FAILED, SKIPPED))

    rows = [{"indicator": "1A4_pcrh_te"}]
    monkeypatch.setattr(indicators, "build", build)
    monkeypatch.setattr(indicators, "_make_missing_tables", lambda *_: None)
    monkeypatch.setattr(indicators, "_rows_found", lambda *_: rows)
    context = cast("dg.AssetExecutionContext", None)
    builder = Builder(context, MANIFEST, Folders(tmp_path), tmp_path)
    run, failed = builder.build(unsound=set())
    _, found = indicators._build_marts(builder, run, failed)
    assert left_out == ["", BELOW_THE_MARTS, f"{BELOW_THE_MARTS} {TESTS}"]
    assert {check.indicators for check in (*failed, *found)} == {("1A4_pcrh_te",)}
