"""What no core expectation of Great Expectations says of the records of an extract.

Here: thin named classes over a number that is worked out for each row, which assert it and name the
rows that fail. Not here: working it out (``plans``).
"""

from great_expectations import expectations as gxe

GAP, SAME, CONFORMS = "_ecart", "_egaux", "_conforme"


class ExpectGapToBeTolerated(gxe.ExpectColumnValuesToBeBetween):
    """The gap between what is written and what it should be is within a tolerance."""

    column: str = GAP


class ExpectTotalToBeSumOfParts(ExpectGapToBeTolerated):
    """A number of a record is the sum of others of the same record."""

    description = "Le total d'un enregistrement est la somme de ses parties."


class ExpectRateToBeItsQuotient(ExpectGapToBeTolerated):
    """A rate of a record is its numerator over its denominator."""

    description = "Un taux est le quotient de son numérateur par son dénominateur."


class ExpectTotalRecordToBeSumOfDetails(ExpectGapToBeTolerated):
    """The record of a total is the sum of the records of its group."""

    description = "L'enregistrement d'un total est la somme des enregistrements de son groupe."


class ExpectCodesToDiffer(gxe.ExpectColumnValuesToBeBetween):
    """Two codes of a record are not the same: 1 where they are, 0 where they are not."""

    column: str = SAME
    max_value: float = 0
    description = "Deux codes d'un enregistrement diffèrent."


class ExpectRecordsToBeProvided(gxe.ExpectColumnValuesToBeBetween):
    """The combinations that are there are those that are expected: 1 where one is, 0 else."""

    column: str = CONFORMS
    min_value: float = 1
    description = "Les combinaisons d'enregistrements sont celles qui sont attendues."
