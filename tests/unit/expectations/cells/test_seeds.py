"""A code list that is written wrong is said by its file, its line and its column."""

import subprocess
import sys
from pathlib import Path

import pytest

from expectations.cells import seeds


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("unit_measure,nom\ncos,COS\n", "units.csv .*la colonne « label » manque"),
        ("unit_measure,label\ncos,COS\n52;COS\n", "units.csv .*ligne 3 : "),
        ("unit_measure,label\ncos,COS,trop\n", "units.csv .*ligne 2 : "),
    ],
)
def test_a_seed_written_wrong_is_named_with_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, told: str
) -> None:
    (tmp_path / "units.csv").write_text(content, "utf-8")
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    seeds.rows.cache_clear()
    monkeypatch.setattr(seeds, "codes", seeds.codes.__wrapped__)
    try:
        with pytest.raises(seeds.SeedError, match=told):
            seeds.codes("units", "label")
    finally:
        seeds.rows.cache_clear()


def test_a_command_that_meets_it_as_it_loads_ends_in_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("unit_measure,nom,singular\ncos,COS,COS\n", "utf-8")
    code = f"""
from pathlib import Path
from expectations.cells import seeds
seeds.SEEDS = Path({str(tmp_path)!r})
from orchestration.commands.entry import main
main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "units.csv (dbt_project/seeds) : la colonne « label » manque" in ended.stderr
    assert "Traceback" not in ended.stderr
