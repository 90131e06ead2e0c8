"""How well reporting changes are caught: real panels, labelled changes, and the methods compared.

``station`` is what a night looks at; ``panels`` and ``long_panels`` are the numbers it is made of;
``changes`` and ``sized`` the reporting changes that are put into them, ``genuine`` the changes that
must pass; ``stations`` and ``long_nights`` the nights of two corpora; ``judges`` and ``baselines``
what rings on them; ``score`` and ``shares`` the counts. ``python -m tests.benchmarks.breaks`` runs
it, ``python -m tests.benchmarks.breaks.long`` panels of many lengths alone; the figures are in
``docs/detection.md``.
"""
