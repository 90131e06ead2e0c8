"""A season: one station, many nights in a row, and what must hold after each of them.

Here: what happens (``events``), what partners deposit (``deposited_tables``), the station that
lives through it (``living_station``), what it leaves (``left_behind``) and what must hold of that
(``invariants``). Not here: what one rule or one page says, which has tests of its own.
"""
