"""The rules: one module a family, pure functions from observations to verdicts.

Every function takes normalised observations, the definitions and the policy, and returns a row for
every cell it looked at, failing or not. Which functions run is in ``expectations.rules.evaluate``;
``named_expectations`` says to Great Expectations, in French, what each rule asks.
"""
