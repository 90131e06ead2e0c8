"""The assets of Vigie, one module a stage of the line: extracts, indicators, quality, publication.

Each module says what is materialised and with which metadata; the work itself is done by the
packages it calls.
"""
