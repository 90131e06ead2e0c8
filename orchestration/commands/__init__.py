"""The command line: one module a group of commands.

Here: options, and results told in French. Not here: what a command does, which is elsewhere.
"""
