"""The rules: one module a family, pure functions from observations to verdicts.

Here: functions that take what is judged in a night and return a row for every cell they looked at,
failing or not (``standard``, ``reporting``), and which of them run (``evaluate``). Not here: what
each rule asks, in French (``verdicts.rules``), and saying it to Great Expectations
(``validations.rule_classes``).
"""
