"""What is judged in one night, put in shape once: tonight beside the past.

Here: series, siblings, movements, meanings. Not here: what a rule asks of them (``rules``).
"""
