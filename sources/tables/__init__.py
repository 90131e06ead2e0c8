"""What a file is once it is rows: read, conformed, compared, written.

Here: rows and columns of text. Not here: how the file came in (``wire``, ``protocols``), nor what
its cells mean (``expectations``).
"""
