"""Real numbers as stations: one region, or the whole country, on one night.

Each panel is a producer's open data in the uniform observation, with definitions as somebody who
adds an indicator would write them. Nothing is invented and no value is touched; what is left out of
a panel, and why, is said in its module: ``parcoursup``, ``labour_market``, ``srefop``. A series of
years is cut at a year drawn for each night, so that the newest one may be 2009 or 2020.
"""

import pandas as pd

from tests.benchmarks.breaks import srefop
from tests.benchmarks.breaks.labour_market import (
    job_seekers_by_epci,
    job_seekers_by_profile,
    job_seekers_by_region,
    unemployment,
)
from tests.benchmarks.breaks.parcoursup import parcoursup
from tests.benchmarks.breaks.station import Station
from tests.benchmarks.breaks.uniform import COUNTRY

REGIONS = ("11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", COUNTRY)


def station(region: str, year: int, *, with_event: bool = False) -> Station:
    """Return the station of a region on a night.

    Args:
        region: Its code, or ``FR`` for the country, whose parts are then the regions.
        year: The newest year of the series of years.
        with_event: Whether the schools that entered Parcoursup in 2019 are in it.
    """
    panels = {
        "parcoursup": parcoursup(region, with_event=with_event),
        "chomage": unemployment(region, min(year, 2020)),
        "demandeurs_regions": job_seekers_by_region(year),
        "demandeurs_profil": job_seekers_by_profile(year),
    }
    if region != COUNTRY:
        panels["demandeurs_epci"] = job_seekers_by_epci(region)
    indicators = {
        name: tuple(own.id for own in panel.definitions) for name, panel in panels.items()
    }
    definitions = {own.id: own for panel in panels.values() for own in panel.definitions}
    report = srefop.definitions()
    tables = [*(panel.observations for panel in panels.values()), srefop.observations()]
    return Station(
        observations=pd.concat(tables, ignore_index=True),
        definitions={**definitions, **report},
        files={**indicators, **{name: (name,) for name in report}},
        shares={name: of for panel in panels.values() for name, of in panel.shares.items()},
        orders={name: of for panel in panels.values() for name, of in panel.orders.items()},
        deserved=srefop.DESERVED,
    )
