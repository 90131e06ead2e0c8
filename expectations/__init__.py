"""What must hold of extracts and of indicators, and what is held back when it does not.

Here: definitions of indicators, rules, verdicts, findings, the gate, and the Great Expectations
suites. Not here: how extracts are obtained (``sources``), how indicators are built
(``dbt_project``), when any of it runs and how it is told (``orchestration``).
"""
