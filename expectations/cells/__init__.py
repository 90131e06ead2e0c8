"""What is judged: cells, their key, status, period and definition.

Here: the words of an observation. Not here: what a rule asks of it (``rules``).
"""
