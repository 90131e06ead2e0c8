"""All of Great Expectations: nothing else imports it.

Here: suites, their results and their pages; importing a module costs seconds. Not here: what a
rule computes (``rules``).
"""
