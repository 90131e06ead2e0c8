"""The release: what goes out, in which formats, and how it replaces the previous one.

What is held is decided in ``expectations.decisions.gate``; how the night is told, in ``reporting``.
"""
