"""The Opendatasoft protocol, Explore 2.1.

Here: its client, its exports and its records. Not here: what is asked of it, which the contracts
say (``producers``).
"""
