"""The rules about a file and its records: what an extract must be before it is let in, and after.

One way in: the rules of a source are those that follow from its contract (``contract``) and those
of its suite (``suites``, read from ``expectations/suites/sources``); ``judge`` gives a verdict on
each of them, record by record. Rules about the cells of an indicator are in ``expectations.rules``.

What a verdict does is decided by its severity. An *Error* refuses the extract: the last good one
stays in use. A *Warning* or an *Information* lets it in and is told (the check of the extract, the
night's report, with the question to ask); it holds no cell by itself, because a record in doubt
does not say which published number is wrong: the rules about cells do, and they hold that one only.
"""
