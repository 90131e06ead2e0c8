"""A local portal that replays recorded extracts under the producers' own wire formats.

Here: what stands in for the producers in the demonstration and the tests. Not here: anything that
the clients use; they do not know whether they speak to it (``wire.http`` alone does).
"""
