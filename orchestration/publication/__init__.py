"""What goes out: the release, and the decisions that it follows from.

Here: what may go out, from what it was judged, and what a steward may decide of it. Not here: which
cells are held (``expectations.decisions.gate``), the files of a release (``station.release``), how
the night is told (``reporting``).
"""
