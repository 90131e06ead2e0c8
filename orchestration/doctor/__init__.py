"""How a station is doing, subject by subject: what an operator looks at before asking for help.

Here: cheap looks, each at one subject, that change nothing. Not here: reading all that is kept
(``integrity``), the words for a broken disk (``commands.framed``), the command.
"""
