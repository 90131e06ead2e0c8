"""The asset checks of Dagster, and only those.

Here: results put in its vocabulary. Not here: how a rule judges (``expectations``).
"""
