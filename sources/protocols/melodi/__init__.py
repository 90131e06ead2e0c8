"""INSEE's Melodi: its catalogue, its API by pages, its whole data sets in files.

Here: how they are asked for and read. Not here: which data sets, and which rows of them
(``producers/insee``).
"""
