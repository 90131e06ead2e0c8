"""A station in one file, and a station made of that file.

Here: what is kept, packing it, checking and unpacking it. Not here: what a night rebuilds, whether
what is kept is whole (``integrity``).
"""
