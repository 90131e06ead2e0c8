"""What Vigie does to Dagster's own instance: its runs, its history.

Here: what is ended, and what is forgotten, there. Not here: what a run does.
"""
