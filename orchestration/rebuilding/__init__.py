"""A station made again from what was received and what was signed, to replace or to prove it.

Here: the releases of the past, making them again in a station beside, what differs; a warehouse
that is lost. Not here: what a night makes (``assets``), whether files are whole (``integrity``).
"""
