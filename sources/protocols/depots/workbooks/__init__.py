"""What a workbook shows, beside what the engine that reads its values says.

Here: its parts, its formats, what is odd in its cells. Not here: whether it is safe (``guards``),
which of its sheets is read, nor what is said of it (``grid``).
"""
