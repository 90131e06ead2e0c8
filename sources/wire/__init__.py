"""How anything comes in: HTTP, patience, bounds, strict JSON.

Here: transport. Not here: what is asked for (``protocols``), nor what it holds (``tables``).
"""
