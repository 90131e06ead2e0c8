"""What does not hold together in a printed report, found without being told where to look.

Here: the figures and passages of a document, and the rules that compare them with one another. A
printed report is not a source of observations: nothing found here holds a cell back, everything
found is listed. Not here: verdicts on observations (``rules``).
"""
