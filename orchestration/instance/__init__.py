"""What Vigie does to Dagster's own instance: its runs, its history.

Here: what is ended, what is forgotten and what is tried again, there. Not here: what a run does.
"""
