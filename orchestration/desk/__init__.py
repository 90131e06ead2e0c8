"""The steward's desk: what the night asks of a person, in French, in a browser.

Here: its pages, the form by which a decision is signed, and what guards them. Not here: what may be
decided (``publication.docket``), how a night is told (``reporting``), the job that a decision
runs, nor who serves the desk (``commands``).
"""
