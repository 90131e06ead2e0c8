"""Everything that knows dbt: its project, its run, its graph.

Here: the only imports of dbt. Not here: the SQL, which is in ``dbt_project``.
"""
