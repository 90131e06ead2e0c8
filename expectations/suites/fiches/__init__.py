"""What must hold of the indicators of a fiche beyond their definition, as stewards write it.

Here: the suites ``fiche_*.yml``, their words (``entries``, ``controls``, ``conditions``,
``formulas``) and the cells that they expect (``expected_cells``). Not here: how a control is judged
and what several say of one cell together (``rules``), what is tolerated (``policy``), what must
hold of an extract (``suites.sources``).
"""
