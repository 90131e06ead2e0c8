"""What a steward may write: the YAML, and beside it the models that read it.

Here: words, policy, fiches, sources. Not here: any judgement (``rules``, ``validations.extracts``).
"""
