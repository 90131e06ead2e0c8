"""What must hold of the indicators of a fiche beyond their definition, as stewards write it.

Here: the words of ``suites/fiche_*.yml`` (``suites``, ``controls``, ``conditions``, ``formulas``)
and how what several of them say of one cell becomes one verdict (``statements``). Not here: how a
control is judged (``rules``), what is tolerated (``policy``), what must hold of an extract.
"""
