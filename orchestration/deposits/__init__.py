"""Deposits seen from the partner: the template to fill, and the receipt of what was received.

Here: which deposit feeds an indicator, the workbook to fill, the receipt, its mail. Not here: how a
deposit is found and read (``sources.protocols.depots``), nor what must hold of it
(``expectations``).
"""
