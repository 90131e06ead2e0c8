"""The rules of our own: what a change of reporting looks like.

Here: one module a kind of change. Not here: the European types (``standard``).
"""
