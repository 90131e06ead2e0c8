"""The quality report of a night.

Here: how a night is told to stewards and managers, in French: the page, the mail, the plots.
Not here: deciding what is held (``expectations``), building the release (``publication``), Dagster.
"""
