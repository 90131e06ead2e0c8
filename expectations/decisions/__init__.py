"""What a steward decides, and what goes out of it: decisions, standings, the gate.

Here: pure functions. Not here: the register that keeps decisions (``orchestration.station``).
"""
