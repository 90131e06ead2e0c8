"""What a rule may ask of the cells of an indicator: the closed list of controls, as YAML says them.

Here: models only; a control is data that a steward wrote, checked word by word, and ``codes`` says
of which rule types it can be. Not here: how each control is judged (``rules``).
"""

from functools import cached_property
from math import inf
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from expectations.cells import seeds
from expectations.suites.fiches.conditions import Area, AreaType, BreakdownCode, Category
from expectations.suites.fiches.formulas import Formula
from expectations.suites.words import Words

Operator = Literal["=", "<=", "<", ">=", ">"]
FIELDS = {"valeur": "obs_value", "numerateur": "numerator", "denominateur": "denominator"}
COLUMNS = {
    "type_de_territoire": "area_type",
    "territoire": "ref_area",
    "ventilation": "breakdown",
    "categorie": "category",
    "unite": "unit_measure",
    "statut": "obs_status",
}
ColumnWord = Literal[
    "type_de_territoire", "territoire", "ventilation", "categorie", "unite", "statut"
]


def _as_text(value: object) -> object:
    """Return a number as it would be written in a formula; anything else as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


FormulaText = Annotated[str, BeforeValidator(_as_text)]
TermName = Annotated[str, Field(pattern=r"\A[a-z][a-z0-9_]{0,39}\z")]


class Term(Words):
    """A number of another cell: that of the same area, period and category, but for what is told.

    Attributes:
        indicator: Its indicator.
        area: Its area.
        breakdown: Its breakdown.
        category: Its category.
        period: ``precedente`` for the period before.
        field: Which of the numbers of the cell.
    """

    indicator: str | None = Field(None, alias="indicateur")
    area: Area | None = Field(None, alias="territoire")
    breakdown: BreakdownCode | None = Field(None, alias="ventilation")
    category: Category | None = Field(None, alias="categorie")
    period: Literal["precedente"] | None = Field(None, alias="periode")
    field: Literal["valeur", "numerateur", "denominateur"] = Field("valeur", alias="champ")

    @model_validator(mode="after")
    def _category_is_of_its_breakdown(self) -> Self:
        codes = (self.breakdown, self.category)
        if None not in codes and codes not in seeds.categories_of_breakdowns():
            message = f"« {self.category} » n'est pas une catégorie de « {self.breakdown} »"
            raise ValueError(message)
        return self


Terms = Annotated[dict[TermName, Term], Field(min_length=1, alias="termes")]


class Bounded(Words):
    """What has a lower or an upper bound, or both, bounds included."""

    at_least: float | None = Field(None, alias="au_moins")
    at_most: float | None = Field(None, alias="au_plus")

    @model_validator(mode="after")
    def _bounds_are_possible(self) -> Self:
        if self.at_least is None and self.at_most is None:
            message = "au_moins ou au_plus est attendu"
            raise ValueError(message)
        if self.least > self.most:
            message = "au_moins est plus grand que au_plus"
            raise ValueError(message)
        return self

    @property
    def least(self) -> float:
        """The lower bound, infinite when there is none."""
        return -inf if self.at_least is None else self.at_least

    @property
    def most(self) -> float:
        """The upper bound, infinite when there is none."""
        return inf if self.at_most is None else self.at_most


class Relation(Words):
    """Two formulas on the cell and others compare as told.

    Attributes:
        terms: The numbers that the formulas are made of.
        left: The first formula.
        operator: How it compares.
        right: The second formula.
        tolerance: What the second may be moved by, in the unit of the formulas.
        relative_tolerance: The same, as a share of the second formula.
    """

    codes: ClassVar = ("VCO",)
    kind: Literal["relation"] = Field(alias="quoi")
    terms: Terms
    left: FormulaText = Field(alias="gauche")
    operator: Operator = Field(alias="operateur")
    right: FormulaText = Field(alias="droite")
    tolerance: float = Field(0.0, ge=0, alias="ecart_admis")
    relative_tolerance: float = Field(0.0, ge=0, lt=1, alias="ecart_relatif_admis")

    @model_validator(mode="after")
    def _terms_are_those_employed(self) -> Self:
        used = self.left_formula.names | self.right_formula.names
        if used != set(self.terms):
            odd = ", ".join(sorted(used ^ set(self.terms)))
            message = f"termes dits et termes employés ne sont pas les mêmes : {odd}"
            raise ValueError(message)
        return self

    @property
    def is_worked_out(self) -> bool:
        """Whether a side is more than a term by itself."""
        return not {self.left, self.right} <= {*self.terms}

    @cached_property
    def left_formula(self) -> Formula:
        """The first formula, read."""
        return Formula(self.left)

    @cached_property
    def right_formula(self) -> Formula:
        """The second formula, read."""
        return Formula(self.right)


class Mirror(Words):
    """The same fact told elsewhere agrees, within ``mirror_tolerance`` of the policy."""

    codes: ClassVar = ("VMP",)
    kind: Literal["miroir"] = Field(alias="quoi")
    other: Term = Field(alias="autre")


class Sum(Words):
    """Details add up to a total.

    Attributes:
        total: The total, when it is a number known beforehand (100 %); the value of the cell
            itself unless told.
        details: The details, by name.
        area_type: The type of the areas that are the details; then a total is told.
        suffixes: What the periods of the details have behind that of the total: ``-Q1``…
        tolerance: Greatest gap accepted; that of the policy unless told.
        relative_tolerance: The same, as a share of the total; both are accepted together.
    """

    codes: ClassVar = ("VAD",)
    kind: Literal["somme"] = Field(alias="quoi")
    total: float | None = None
    details: dict[TermName, Term] = Field({})
    area_type: AreaType | None = Field(None, alias="details_par_territoire")
    suffixes: tuple[str, ...] = Field((), alias="suffixes_de_periode")
    tolerance: float | None = Field(None, ge=0, alias="ecart_admis")
    relative_tolerance: float = Field(0.0, ge=0, lt=1, alias="ecart_relatif_admis")

    @model_validator(mode="after")
    def _details_are_listed_once(self) -> Self:
        if bool(self.details) == (self.area_type is not None):
            message = "details ou details_par_territoire est attendu, et un seul"
            raise ValueError(message)
        if self.area_type is not None and (self.total is None or self.suffixes):
            message = "details_par_territoire va avec un total, sans suffixes_de_periode"
            raise ValueError(message)
        return self


class CodesAmong(Words):
    """The code of the cell is one of these, for this indicator."""

    codes: ClassVar = ("COV",)
    kind: Literal["codes"] = Field(alias="quoi")
    column: ColumnWord = Field(alias="champ")
    accepted: tuple[str, ...] = Field(min_length=1, alias="parmi")


class Combinations(Words):
    """Two codes of the cell go together, for this indicator."""

    codes: ClassVar = ("COC",)
    kind: Literal["couples"] = Field(alias="quoi")
    columns: tuple[ColumnWord, ColumnWord] = Field(alias="champs")
    accepted: tuple[tuple[str, str], ...] = Field(min_length=1, alias="permis")


class Range(Bounded):
    """The value is in an interval."""

    codes: ClassVar = ("VIR",)
    kind: Literal["bornes"] = Field(alias="quoi")


class Decimals(Words):
    """The value has so many decimals at most."""

    codes: ClassVar = ("FDL",)
    kind: Literal["decimales"] = Field(alias="quoi")
    at_most: int = Field(ge=0, le=6, alias="au_plus")


class ValueCount(Bounded):
    """So many cells have a value, period by period."""

    codes: ClassVar = ("RNR",)
    kind: Literal["nombre_de_valeurs"] = Field(alias="quoi")


class ExpectedCells(Words):
    """Which cells must be there in every period in which the indicator has some.

    Attributes:
        presence: At least those, only those, or exactly those.
        areas: Their areas.
        area_types: The types of their areas: every area that is known of these types.
        breakdown: Their breakdown.
        categories: Their categories.
    """

    codes: ClassVar = ("REP",)
    kind: Literal["attendus"] = Field(alias="quoi")
    presence: Literal["au_moins", "seulement", "exactement"]
    areas: tuple[Area, ...] = Field((), alias="territoires")
    area_types: tuple[AreaType, ...] = Field((), alias="types_de_territoire")
    breakdown: BreakdownCode = Field("_T", alias="ventilation")
    categories: tuple[Category, ...] = Field(("_T",), min_length=1)

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.areas and not self.area_types:
            message = "territoires ou types_de_territoire est attendu"
            raise ValueError(message)
        return self

    def is_expected_in(self, area: str) -> bool:
        """Tell whether cells of an area are expected."""
        return area in self.areas or area.partition("-")[0] in self.area_types


class CompleteSeries(Words):
    """Every cell in the condition has a value, or a status that says why it has none."""

    codes: ClassVar = ("RTS",)
    kind: Literal["serie_complete"] = Field(alias="quoi")


class SeasonallyAdjusted(Words):
    """The cell is the seasonally adjusted value of another."""

    codes: ClassVar = ("VSA",)
    kind: Literal["serie_corrigee"] = Field(alias="quoi")
    raw: Term = Field(alias="brute")


Control = Annotated[
    Relation
    | Mirror
    | Sum
    | CodesAmong
    | Combinations
    | Range
    | Decimals
    | ValueCount
    | ExpectedCells
    | CompleteSeries
    | SeasonallyAdjusted,
    Field(discriminator="kind"),
]
