"""The Data Docs: the suites of the night as pages that need nothing else.

Here: their content and their HTML. Not here: where they are kept (``orchestration.reporting``).
"""
