"""Reference tables shipped with the code.

Here: the client that takes them as extracts. Not here: the tables, in the ``reference`` folder of
their producer (``producers``).
"""
