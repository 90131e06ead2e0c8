"""What the environment decides of a station, and where its state is.

Here: the settings, the folders that follow from them, what is said of those that are refused. Not
here: what the *sources* declare about themselves, which is in their contracts, nor what a *check*
tolerates (``expectations/suites``).
"""
