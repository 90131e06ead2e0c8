"""Deposits: spreadsheets that partners drop in the inbox, for want of a portal.

Here: how they are found, let in and read. Not here: the templates and the receipts that partners
get (``orchestration.deposits``), nor the rules on values (``expectations``).
"""
