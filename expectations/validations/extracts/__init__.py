"""Rules on extracts, asked of Great Expectations.

Here: plans, judging, answers. Not here: what is asked (``suites.sources``, ``extracts``).
"""
