"""The European types of validation rules, on cells.

Here: one module a type, or a few that go together. Not here: our own rules (``reporting``).
"""
