"""The quality report of a night: what it says (`night`), the page, the mail, the plots.

Belongs here: how a night is told to stewards and managers, in French. Does not belong here:
deciding what is held (`expectations`), building the release (`orchestration.publication`), Dagster.
"""
