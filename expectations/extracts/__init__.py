"""The rules about a file and its records: what an extract must be before it is let in, and after.

Here: the rules that follow from its contract (``contract_rules``), its records as rules look at
them (``distinct``, ``views``, ``filters``), and what a rule says of them (``rule_verdict``). What a
verdict does is decided by its severity. An *Error* refuses the extract: the last good one stays in
use. A *Warning* or an *Information* lets it in and is told (the check of the extract, the night's
report, with the question to ask); it holds no cell by itself, because a record in doubt does not
say which published number is wrong: the rules about cells do, and they hold that one only. Not
here: the rules that stewards write (``suites.sources``), judging (``validations.extracts``), the
rules about the cells of an indicator (``rules``).
"""
