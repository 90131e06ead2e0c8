"""What is kept for good: files under their hash, and the file of the register.

Here: bytes, rows, hashes. Not here: what an extract, an outcome or a decision is.
"""
