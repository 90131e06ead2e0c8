"""How well reporting changes are caught: real panels, labelled changes, and the methods compared.

``station`` is what a night looks at, ``panels`` the real numbers it is made of, ``changes`` the
reporting changes that are put into them and ``genuine`` the changes that must pass, ``baselines``
the methods of others, ``score`` the count of what was caught. ``python -m tests.benchmarks.breaks``
runs it; the figures are in ``docs/detection.md``.
"""
