"""What a steward may ask of the extracts of a source.

Here: the YAML of each producer and its models. Not here: judging (``validations.extracts``).
"""
