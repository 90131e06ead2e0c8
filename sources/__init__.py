"""Where the numbers come from: what each producer owes us, how it is fetched, kept and landed.

Here: the contracts, the registry, the one HTTP session, the archive of raw extracts, one client a
protocol, the landing of accepted extracts, and a local portal that replays recorded ones.

Not here: what the numbers mean (``dbt_project``), what must hold of them (``expectations``), when
to fetch and what to publish (``orchestration``). Nothing here knows of Dagster.
"""
