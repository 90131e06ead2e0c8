"""A station of a few figures, made up by hand: what tests of the reader hold their pages against.

Here: the truth. Not here: the pages, which each test writes as it wants them wrong or right.
"""

from pathlib import Path

from tests.readers.station_truth import CellKey, Figure, StationTruth

COUNT, SHARE = "1A4_pcrh_te", "4B1_taux_transformation"
REGION = "REG-52"
TITLE = "Nombre de PCRH avec un volet vert : Pays de la Loire, 43 en 2023, 41 en 2024"


def made_up_truth(home: Path = Path()) -> StationTruth:
    """A count of a region and of two departments in two years; the last total is held."""
    truth = StationTruth(home, region=REGION, periods={"2023", "2024"})
    _add_figures(truth)
    _add_names(truth)
    truth.held = {CellKey(COUNT, REGION, "2024")}
    truth.held_by.update({"38037085d670": 1})
    truth.manifest = {
        "indicators": {COUNT: {"published": 5, "held": 1, "excluded": 0, "state": "held"}},
        "decisions": [],
    }
    truth.findings = {
        "38037085d670": {
            "finding_id": "38037085d670",
            "indicator": COUNT,
            "title": TITLE,
            "time_period": "2024",
            "period_before": "2023",
            "numbers": [
                {"now": _told("2024", 41.0), "before": _told("2023", 43.0), "publication": "held"}
            ],
            "severity": "Warning",
        }
    }
    return truth


def _told(period: str, value: float) -> dict[str, object]:
    cell = {"indicator": COUNT, "ref_area": REGION, "time_period": period, "category": "_T"}
    return {"cell": cell, "value": value, "vintage": "tonight"}


def _add_figures(truth: StationTruth) -> None:
    for area, before, after in (
        (REGION, 43.0, 41.0),
        ("DEP-49", 26.0, 24.0),
        ("DEP-72", 17.0, 17.0),
    ):
        truth.cells[CellKey(COUNT, area, "2023")] = Figure(before, "A", "pcrh")
        truth.cells[CellKey(COUNT, area, "2024")] = Figure(after, "A", "pcrh")
    truth.cells[CellKey(SHARE, REGION, "2024", "men")] = Figure(5.26, "A", "pct", 10.0, 190.0)
    truth.breakdowns = {"_T": "_T", "men": "ministere"}
    truth.vintages[CellKey(COUNT, REGION, "2024")] = [
        Figure(4.0, "A", "pcrh"),
        Figure(41.0, "A", "pcrh"),
    ]
    for key, figure in truth.cells.items():
        if key != CellKey(COUNT, REGION, "2024"):
            truth.released[key] = figure
    truth.released[CellKey(COUNT, REGION, "2024")] = Figure(4.0, "B", "pcrh")
    truth.releases[CellKey(COUNT, REGION, "2024")] = [4.0]


def _add_names(truth: StationTruth) -> None:
    for code, name in (
        (REGION, "Pays de la Loire"),
        ("DEP-49", "Maine-et-Loire"),
        ("DEP-72", "Sarthe"),
    ):
        truth.lexicon.add("A", name, [code])
        truth.lexicon.add("A", code, [code])
    truth.lexicon.add("C", "MEN (éducation nationale)", ["men"])
    truth.lexicon.add("I", "Nombre de PCRH avec un volet vert", [COUNT])
    truth.lexicon.add("I", COUNT, [COUNT])
    truth.lexicon.add("I", "Taux de transformation", [SHARE])
    truth.unit_labels = {"pcrh": "PCRH", "pct": "%"}
    truth.lexicon.units = ("PCRH", "points", "point", "%")
    truth.absences = {"L": "absent", "O": "vide"}
    truth.codes = {"men"}
