"""The machine itself, as its own network names it.

Here: its names. Not here: who listens there, nor who may be asked there.
"""

ADDRESS = "127.0.0.1"
NAMES = frozenset({"localhost", ADDRESS, "::1"})
