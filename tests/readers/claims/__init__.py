"""What sentences claim, one form a kind of claim, and the truth that each is held against.

Here: the machinery (``claim_reading``, ``claim_forms``, ``claim_check``), and the forms by what
they speak of, one module each. Not here: where sentences come from (``outlets``), how numbers are
written (``french_numerals``), what is so (``station_truth``).
"""
