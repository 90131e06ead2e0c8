"""Dagster's side of Vigie: assets, checks, jobs, the release, the report and the command line.

Here: what runs a night, and what becomes of it. Not here: what the numbers are (``dbt_project``),
where they come from (``sources``), what must hold of them (``expectations``). Nothing imports this
package.
"""
