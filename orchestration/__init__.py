"""Dagster's side of Vigie: assets, checks, jobs, the release, the report and the command line.

Here: what runs a night, and what becomes of it. Not here: what the numbers are (``dbt_project``),
where they come from (``sources``), what must hold of them (``expectations``). Nothing imports this
package.
"""

import gc

# The graph of a project, its manifest and what frameworks know of themselves stay for as long as a
# process lives: Python would look through them thousands of times a night, an eighth of it; and
# through all that a search left, a million objects, at every tenth search.
gc.set_threshold(100_000, 40)
