"""What the benchmark leaves out because the truth is not known: how much, and what is held of it.

Here: course families whose meaning changed or that left an area, and indicators of the report with
a known fault. Not here: why each is left out (``parcoursup.REFORMED``, ``srefop.DESERVED``).
"""

import pandas as pd

from expectations.cells.observations import KEY, TOTAL
from expectations.verdicts.table import Cell
from tests.benchmarks.breaks.code_lists import with_codes_of
from tests.benchmarks.breaks.judges import held, vigie
from tests.benchmarks.breaks.panels import station
from tests.benchmarks.breaks.parcoursup import REFORMED, parcoursup
from tests.benchmarks.breaks.station import Station, cells_of
from tests.benchmarks.breaks.uniform import COUNTRY

YEAR = 2024
COLUMNS = ["left out", "newest cells", "share", "held if left in"]


def excluded(region: str = COUNTRY) -> pd.DataFrame:
    """Return what is left out of the station of a region: how much, and what is held of it."""
    return pd.DataFrame([*_families(region), _indicators(region)], columns=COLUMNS)


def _families(region: str) -> list[tuple[object, ...]]:
    whole = parcoursup(region, with_all=True)
    names = tuple(own.id for own in whole.definitions)
    night = Station(
        whole.observations.reset_index(drop=True),
        dict(zip(names, whole.definitions, strict=True)),
        {"parcoursup": names},
        whole.shares,
    )
    kept = _keys(parcoursup(region).observations)
    newest = night.newest[night.newest["category"] != TOTAL]
    out = newest[
        ~_keys(newest).isin(kept) & (newest["obs_value"].notna() | newest["before"].notna())
    ]
    is_reformed = out["category"].isin(REFORMED)
    families = out[is_reformed]["category"].nunique()
    in_doubt = _held(night)
    return [
        _line(f"{families} reformed course families", out[is_reformed], newest, in_doubt),
        _line(
            "a family of which 20 or more, and half, leave or enter an area with their schools",
            out[~is_reformed],
            newest,
            in_doubt,
        ),
    ]


def _indicators(region: str) -> tuple[object, ...]:
    night = station(region, YEAR)
    is_out = night.newest["indicator"].isin(night.deserved)
    name = f"{len(night.deserved)} indicators of the report with a known fault"
    return _line(name, night.newest[is_out], night.newest, _held(night))


def _held(night: Station) -> frozenset[Cell]:
    with with_codes_of(night.observations):
        return held(vigie(night))


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[KEY].astype("object"))


def _line(
    name: str, out: pd.DataFrame, every: pd.DataFrame, in_doubt: frozenset[Cell]
) -> tuple[object, ...]:
    of_them = len(cells_of(out) & in_doubt)
    return name, len(out), f"{len(out) / len(every):.0%}", f"{of_them}"
