"""Verdicts: their vocabulary, their table, the alarms among them.

Here: one record a rule type (``rules``). Not here: what a rule computes.
"""
