"""Dagster's side of Vigie: assets, checks, jobs, the release, the report and the command line.

What the numbers are belongs to ``dbt_project``, where they come from to ``sources``, and what must
hold of them to ``expectations``. Nothing imports this package.
"""
