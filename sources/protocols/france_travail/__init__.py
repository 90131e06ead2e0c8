"""France Travail: its statistics APIs behind OAuth2, and its quarterly workbook.

Here: how they are asked for and read. Not here: which indicators and which series
(``producers/france_travail``).
"""
