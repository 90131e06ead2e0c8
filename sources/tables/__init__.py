"""What a file is once it is rows: read, conformed, compared, written.

Here: rows and columns. Not here: how the file came in (``wire``, ``protocols``).
"""
