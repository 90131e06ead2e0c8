"""All that a night leaves on disk, each kind read and written in one module.

Here: files and databases. Not here: what is put in them, or when.
"""
