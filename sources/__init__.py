"""Where the numbers come from: what each producer owes us, how it is fetched, kept and landed.

Here: the contracts, the registry, the one HTTP session, the archive of raw extracts, one client a
protocol, the landing of accepted extracts, and a local portal that replays recorded ones. Not here:
what the numbers mean (``dbt_project``), what must hold of them (``expectations``), when to fetch
and what to publish (``orchestration``). Nothing here knows of Dagster.
"""

import os

# Read by whoever imports pyarrow first. Its own allocator keeps what an extract took; the system's
# gives it back before the next: some 50 MB at the peak of ``make bench-parcoursup``.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
