"""What Vigie does to Dagster's own instance: its runs, its history, its schedule.

Here: what is ended, forgotten, tried again and read, there. Not here: what a run does.
"""
