"""From verdicts to findings: what is told together, and in which words.

Here: rolling up, causes, sentences. Not here: judging (``rules``), deciding (``decisions``).
"""
