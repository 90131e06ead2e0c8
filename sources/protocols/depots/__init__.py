"""Deposits: spreadsheets that partners drop in the inbox, for want of a portal."""
