"""Who has the rows of a release alone can look up their codes, and whose each extract is."""

import hashlib
from pathlib import Path

import pandas as pd

from expectations.findings.code_names import Names
from orchestration.publication.re_use import code_labels, row_sources
from sources.archive import Archive
from sources.client import Fetched, FetchedPart
from tests.made_definitions import made_definition

NAMES = Names({"DEP-44": "Loire-Atlantique", "DEP-49": "Maine-et-Loire"}, {}, {"_T": "Ensemble"})
ROWS = pd.DataFrame(
    {
        "indicator": ["1A4_pcrh_te"],
        "ref_area": ["DEP-44"],
        "breakdown": ["_T"],
        "category": ["inconnue"],
        "unit_measure": ["pcrh"],
        "obs_status": ["B"],
        "conf_status": ["F"],
        "collection": [None],
    }
)


def archived(archive: Archive, source_id: str, content: bytes) -> str:
    path = archive.home / f"{source_id}.received"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    part = FetchedPart(source_id, path, digest, len(content))
    return archive.store(source_id, Fetched((part,), "inbox/x", {}, None, {})).extract_id


def test_each_code_of_the_rows_is_named_and_no_other() -> None:
    labels = code_labels(
        ROWS, {name: made_definition(name) for name in ("1A4_pcrh_te", "other")}, NAMES
    )
    assert labels["ref_area"] == {"DEP-44": "Loire-Atlantique"}
    assert labels["obs_status"] == {"B": "rupture"}
    assert labels["unit_measure"] == {"pcrh": "PCRH"}
    assert list(labels["indicator"]) == ["1A4_pcrh_te"]
    assert labels["category"] == labels["collection"] == {}


def test_each_extract_says_whose_it_is_and_under_which_licence(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sent = archived(archive, "dreets_pcrh_2024", b"sent")
    open_data = archived(archive, "parcoursup_2019", b"open")
    archived(archive, "insee_regions", b"read by no row")
    of_none = archived(archive, "withdrawn_source", b"no contract any more")
    rows = pd.DataFrame({"extract_id": [sent, open_data, sent, of_none, None]})
    told = row_sources(rows, archive)
    assert {extract_id: each["source_id"] for extract_id, each in told.items()} == {
        sent: "dreets_pcrh_2024",
        open_data: "parcoursup_2019",
    }
    assert told[sent]["licence"] == "Données transmises pour le suivi de la stratégie régionale"
    assert told[open_data]["licence"] == "Licence Ouverte 2.0"
