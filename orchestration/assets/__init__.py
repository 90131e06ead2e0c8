"""The assets of Vigie, one module a stage of the line: extracts, indicators, quality, publication.

Here: what is materialised, when, and with which metadata. Not here: the work itself, which is done
by the rooms that each module calls.
"""
