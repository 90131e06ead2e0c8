"""A reader that believes nothing: it reads what people read, and finds every number again.

Here: reading a station's pages, mails, receipts and descriptions as text, and its warehouse, its
releases and its extracts as figures. Not here: anything of the code that wrote either.
"""
