"""The page of each indicator in ``docs/indicateurs``: what it is, what it was worth, its chart.

Here: what ``vigie pages`` generates from the definitions and from the demo's night, and which is
committed. Not here: what an indicator is, which is written beside its model; what a night found
(``reporting``).
"""
