"""Great Expectations' Data Docs: the suites of the night, as pages that need nothing else.

What a suite asks, and how it is validated, is elsewhere (``assertions``, ``extracts``, ``mart``);
here its result is kept, then rendered. Importing a module of this package costs the seconds that
Great Expectations takes.
"""
