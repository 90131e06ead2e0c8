"""The code lists that the rules of a source may name: seeds of the dbt project, by French names.

Here: which seed and which column each name stands for; a list whose name ends with ``de_la_region``
depends on the region that is followed. Not here: the codes themselves (``cells.seeds``).
"""

from functools import cache

from expectations.cells.seeds import SeedRow, rows

LISTS = {
    "departements": ("departments", "department_code"),
    "departements_de_la_region": ("departments", "department_code"),
    "territoires_de_la_region": ("departments", "department_code"),
    "regions": ("regions", "region_code"),
    "communes_des_clpe": ("clpe_communes", "commune_code"),
    "clpe": ("clpe", "clpe_code"),
    "unites": ("units", "unit_measure"),
    "modes_de_collecte": ("collections", "collection"),
    "ventilations": ("breakdowns", "breakdown"),
    "categories": ("categories", "category"),
    "organismes": ("reporters", "reporter_label"),
    "lignes_de_ce_depot": ("deposit_lines", "line_code"),
    "series_de_demandeurs_emploi": ("job_seeker_series", "series"),
}
"""Name of a list to its seed and its column."""

TERRITORIES = "territoires_de_la_region"
"""The region, its departments and its local committees: what a deposit may speak of."""

OF_DEPOSIT = "lignes_de_ce_depot"
"""What the lines of the deposit that is judged may bear: each deposit has a list of its own."""

PAIRS = {
    "departements_et_noms": ("departments", "department_code", "department_label"),
    "departements_et_regions": ("departments", "department_code", "region_code"),
    "departements_et_noms_de_regions": ("departments", "department_code", "region_label"),
    "ventilations_et_categories": ("categories", "breakdown", "category"),
}
"""Name of a list of pairs to its seed and its two columns."""


def code_list(name: str, region: str) -> list[str]:
    """Return the codes of a list, sorted.

    Args:
        name: One of ``LISTS``.
        region: INSEE code of the region that is followed.
    """
    if name == TERRITORIES:
        return [region, *code_list("departements_de_la_region", region), *_committees(region)]
    seed, column = LISTS[name]
    kept = _rows(seed)
    if name.endswith("_de_la_region"):
        kept = tuple(row for row in kept if row["region_code"] == region)
    return sorted({row[column] for row in kept})


def lines_of_deposit(source_id: str) -> tuple[str, ...]:
    """Return what the lines of a deposit may bear, sorted: its indicators, or its themes."""
    listed = (row for row in _rows("deposit_lines") if row["source_id"] == source_id)
    return tuple(sorted({row["line_code"] for row in listed}))


def _committees(region: str) -> list[str]:
    departments = set(code_list("departements_de_la_region", region))
    listed = (row for row in _rows("clpe") if row["department_code"] in departments)
    return sorted(row["clpe_code"] for row in listed)


def code_pairs(name: str) -> list[tuple[str, str]]:
    """Return the pairs of a list, one of ``PAIRS``, sorted."""
    seed, first, second = PAIRS[name]
    return sorted({(row[first], row[second]) for row in _rows(seed)})


@cache
def _rows(seed: str) -> tuple[SeedRow, ...]:
    if seed != "departments":
        return rows(seed)
    names = {row["region_code"]: row["region_label"] for row in rows("regions")}
    return tuple(
        SeedRow(seed, {**row, "region_label": names.get(row["region_code"], "")})
        for row in rows(seed)
    )
