"""What a rule may ask of the records of an extract: the closed list of controls, as YAML says them.

Here: models only; a control is data that a steward wrote, checked word by word and never executed.
Not here: how each control is put to Great Expectations (``validations.extracts.plans``).
"""

import re
from collections.abc import Collection
from typing import Annotated, ClassVar, Generic, Literal, Self, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, field_validator, model_validator

from expectations.suites.sources.code_lists import LISTS, PAIRS
from expectations.suites.words import Words

LONGEST_PATTERN = 200
"""Characters of a pattern, beyond which nobody reads it."""

INERT = re.compile(r"\\[^0-9A-Za-z]|\[[^\]]*\]")
"""An escaped sign, or a class of characters: what is written there is no operator."""

UNSAFE_CLASS = re.compile(r"\\[0-9A-Za-z]")
UNSAFE = re.compile(r"[\^$]|\((?!\?:)")
"""What would make pandas leave RE2, whose time is linear, for Python's own engine: classes such as
``\\d``, anchors (a pattern is about the whole value), groups that capture or look around."""

Bound = TypeVar("Bound", int, float)

Columns = Annotated[tuple[str, ...], Field(min_length=1, alias="colonnes")]


class ColumnControl(Words):
    """What all controls have: the fields that name the columns they read."""

    naming: ClassVar[tuple[str, ...]] = ("columns",)

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that the control reads, each once, in the order it names them."""
        named = (getattr(self, field) for field in self.naming)
        listed = ((names,) if isinstance(names, str) else names for names in named)
        return tuple(dict.fromkeys(column for names in listed for column in names))


class BoundedControl(ColumnControl, Generic[Bound]):
    """What has a lower or an upper bound, or both, bounds included."""

    at_least: Bound | None = Field(None, alias="au_moins")
    at_most: Bound | None = Field(None, alias="au_plus")

    @model_validator(mode="after")
    def _bounds_are_possible(self) -> Self:
        bounds = [bound for bound in (self.at_least, self.at_most) if bound is not None]
        if not bounds:
            message = "au_moins ou au_plus est attendu"
            raise ValueError(message)
        if bounds != sorted(bounds):
            message = "au_moins est plus grand que au_plus"
            raise ValueError(message)
        return self


class ColumnsPresent(ColumnControl):
    """The columns are there (core: columns to match set)."""

    kind: Literal["colonnes_presentes"] = Field("colonnes_presentes", alias="quoi")
    columns: Columns


class Pattern(ColumnControl):
    """Each whole value matches a regular expression of RE2 (core: values to match regex)."""

    kind: Literal["motif"] = Field("motif", alias="quoi")
    columns: Columns
    expression: str = Field(max_length=LONGEST_PATTERN)

    @field_validator("expression")
    @classmethod
    def _is_an_expression_of_re2(cls, expression: str) -> str:
        bare = INERT.sub("", expression)
        if unsafe := UNSAFE_CLASS.search(expression) or UNSAFE.search(bare):
            message = f"« {unsafe[0]} » n'est pas admis dans un motif : écrire [0-9], [ ], (?:a|b)"
            raise ValueError(message)
        try:
            pc.match_substring_regex(pa.array([""]), whole(expression))
        except pa.ArrowInvalid:
            message = "ce motif n'est pas une expression régulière de RE2"
            raise ValueError(message) from None
        return expression


class Periods(ColumnControl):
    """Each value is written as a period is, or as those of the indicator that another column names.

    What is written as no period is not looked at then (core: values to be in set).
    """

    naming = ("by", "columns")
    kind: Literal["periodes"] = Field("periodes", alias="quoi")
    columns: Columns
    by: tuple[str, ...] = Field((), max_length=1, alias="selon")


class Length(BoundedControl[int]):
    """Each value has a number of characters (core: value lengths to be between)."""

    kind: Literal["longueur"] = Field("longueur", alias="quoi")
    columns: Columns


class Codes(ColumnControl):
    """Each value is in a list, written here or kept as a seed (core: values to be in set)."""

    kind: Literal["codes"] = Field("codes", alias="quoi")
    columns: Columns
    values: tuple[str, ...] = Field((), alias="parmi")
    code_list: str | None = Field(None, alias="nomenclature")

    @model_validator(mode="after")
    def _there_is_one_list(self) -> Self:
        if bool(self.values) == bool(self.code_list):
            message = "parmi ou nomenclature est attendu, l'un des deux"
            raise ValueError(message)
        if self.code_list:
            _refuse_unknown(self.code_list, LISTS)
        return self


class Bounds(BoundedControl[float]):
    """Each number is between two others (core: values to be between)."""

    kind: Literal["bornes"] = Field("bornes", alias="quoi")
    columns: Columns


class Filled(ColumnControl):
    """No value is missing (core: values to not be null)."""

    kind: Literal["rempli"] = Field("rempli", alias="quoi")
    columns: Columns


class Empty(ColumnControl):
    """Every value is missing (core: values to be null)."""

    kind: Literal["vide"] = Field("vide", alias="quoi")
    columns: Columns


class Key(ColumnControl):
    """No two records have the same values (core: compound columns to be unique)."""

    kind: Literal["cle"] = Field("cle", alias="quoi")
    columns: Columns


class Pairs(ColumnControl):
    """Two codes of a record go together (core: column pair values to be in set)."""

    kind: Literal["couples"] = Field("couples", alias="quoi")
    columns: tuple[str, str] = Field(alias="colonnes")
    code_list: str = Field(alias="nomenclature")

    @field_validator("code_list")
    @classmethod
    def _list_is_known(cls, name: str) -> str:
        return _refuse_unknown(name, PAIRS)


class OneEach(ColumnControl):
    """A column has one value for each value of others, or for the whole file.

    Core: column values to be unique, on the distinct combinations; column unique value count.
    """

    naming = ("by", "column")
    kind: Literal["une_seule_valeur"] = Field("une_seule_valeur", alias="quoi")
    column: str = Field(alias="colonne")
    by: tuple[str, ...] = Field((), alias="selon")


class ColumnComparison(ColumnControl):
    """Numbers of a record are compared with another (core: column pair values A ≥ B, A = B).

    Codes too, for what they can be: equal, or not; two values are compared as numbers when both are
    (``1,0`` is ``1``), letter by letter else.
    """

    naming = ("columns", "other")
    kind: Literal["comparaison"] = Field("comparaison", alias="quoi")
    columns: Columns
    operator: Literal["<", "<=", "=", "!=", ">=", ">"] = Field(alias="operateur")
    other: str = Field(alias="que")


class Tolerant(ColumnControl):
    """What admits a gap between a number and what it should be.

    Attributes:
        tolerance: The gap, in the unit of the number.
        relative_tolerance: The same, as a share of the number; both are admitted together.
    """

    tolerance: float = Field(0.0, ge=0, alias="ecart_admis")
    relative_tolerance: float = Field(0.0, ge=0, lt=1, alias="ecart_relatif_admis")


class ColumnSum(Tolerant):
    """A number of a record is the sum of others."""

    naming = ("total", "parts")
    kind: Literal["somme"] = Field("somme", alias="quoi")
    total: str
    parts: tuple[str, ...] = Field(min_length=2, alias="de")


class Percentages(ColumnControl):
    """A series of rates has one greater than 1, or the numbers may be ratios.

    A series of several numbers from 0 to 1, one of them neither, is looked at (core: column values
    to be between).
    """

    naming = ("by", "columns")
    kind: Literal["pas_des_rapports"] = Field("pas_des_rapports", alias="quoi")
    columns: Columns
    by: tuple[str, ...] = Field((), alias="selon")


class Quotient(Tolerant):
    """A rate of a record is its numerator over its denominator."""

    naming = ("rate", "numerator", "denominator")
    kind: Literal["rapport"] = Field("rapport", alias="quoi")
    rate: str = Field(alias="taux")
    numerator: str = Field(alias="numerateur")
    denominator: str = Field(alias="denominateur")
    scale: float = Field(100.0, gt=0, alias="echelle")


class Aggregate(Tolerant):
    """A record gives the total of other records of its group: all of them, or those listed."""

    naming = ("by", "member", "value")
    kind: Literal["total_des_lignes"] = Field("total_des_lignes", alias="quoi")
    value: str = Field(alias="valeur")
    by: tuple[str, ...] = Field((), alias="selon")
    member: str = Field(alias="colonne")
    total: str
    details: tuple[str, ...] = Field((), alias="de")


class RowCount(BoundedControl[int]):
    """The number of records, of the file or of each group (core: row count to be between)."""

    naming = ("by",)
    kind: Literal["lignes"] = Field("lignes", alias="quoi")
    by: tuple[str, ...] = Field((), alias="selon")


class Expected(ColumnControl):
    """The records expected are there: each group has the codes listed, has no other, or both.

    Core: distinct values to contain set; values to be in set.
    """

    naming = ("by", "column")
    kind: Literal["attendus"] = Field("attendus", alias="quoi")
    presence: Literal["au_moins", "seulement", "exactement"] = "au_moins"
    column: str = Field(alias="colonne")
    by: tuple[str, ...] = Field((), alias="selon")
    values: tuple[str, ...] = Field((), alias="parmi")
    code_list: str | None = Field(None, alias="nomenclature")

    @model_validator(mode="after")
    def _there_is_a_list(self) -> Self:
        if not self.values and not self.code_list:
            message = "parmi ou nomenclature est attendu"
            raise ValueError(message)
        if self.code_list:
            _refuse_unknown(self.code_list, LISTS)
        return self


RecordControl = Annotated[
    ColumnsPresent
    | Pattern
    | Periods
    | Length
    | Codes
    | Bounds
    | Filled
    | Empty
    | Key
    | Pairs
    | OneEach
    | ColumnComparison
    | ColumnSum
    | Percentages
    | Quotient
    | Aggregate
    | RowCount
    | Expected,
    Field(discriminator="kind"),
]


def whole(expression: str) -> str:
    """Return the pattern of a whole value."""
    return rf"\A(?:{expression})\z"


def _refuse_unknown(name: str, names: Collection[str]) -> str:
    if name not in names:
        message = f"nomenclature inconnue : « {name} » ; attendu : {', '.join(sorted(names))}"
        raise ValueError(message)
    return name
