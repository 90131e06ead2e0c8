"""The mathematics of reporting changes: pure functions of arrays, no framework, no table.

Here: for each test its hypotheses, its formula, its reference, and the history that it needs at
least. Not here: what is tested and what is said of it (``rules``), which thresholds hold
(``suites/policy.yml``). Nothing of Vigie is imported.
"""
