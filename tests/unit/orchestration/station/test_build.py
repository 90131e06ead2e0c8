"""What a night keeps for the next one to be quick: one that is damaged is made again."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from expectations.findings.unbuilt import FailedCheck, Whereabouts
from orchestration.settings.folders import Folders
from orchestration.station.build import BUILD, Build, read_build, write_build
from orchestration.station.extract_verdicts import read_kept, read_verdicts_on_extract, write_kept

FAILED = FailedCheck("unique", "stg_depot", "deux lignes", ("1A4_pcrh_te",), "retenu", "Laquelle ?")
SET_ASIDE = replace(FAILED, indicators=("1C1_pcrh",), whereabouts=(Whereabouts("2024", None),))
DAMAGED = pytest.mark.parametrize(
    "damaged", [b"", b'{"failed": [', b"null", b"[]", b"{}", b'{"failed": [{}]}', b"\xff\xfe\x00"]
)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    folders.quality.mkdir(parents=True)
    return folders


def test_a_build_is_read_as_it_was_written(folders: Folders) -> None:
    build = Build("a" * 64, "b" * 64, {"depot": "c" * 64}, "d" * 64, (FAILED, SET_ASIDE))
    assert read_build(folders) is None
    write_build(folders, build)
    assert read_build(folders) == build
    assert build.unsound == {"1A4_pcrh_te"}
    assert json.loads((folders.quality / BUILD).read_bytes()).keys() == asdict(build).keys()


@DAMAGED
def test_a_build_that_cannot_be_read_is_none(folders: Folders, damaged: bytes) -> None:
    (folders.quality / BUILD).write_bytes(damaged)
    assert read_build(folders) is None


@DAMAGED
def test_an_extract_of_which_nothing_can_be_read_is_judged_again(
    folders: Folders, damaged: bytes
) -> None:
    kept = {"extract_id": "a" * 64, "region": "52", "code": "b", "verdicts": []}
    write_kept(folders, "depot", kept)
    assert read_kept(folders, "depot") == kept
    (folders.quality / "extracts" / "depot.json").write_bytes(damaged)
    assert read_kept(folders, "depot") is None
    assert read_verdicts_on_extract(folders, "depot") == []
