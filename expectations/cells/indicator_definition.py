"""What each indicator is, as written beside its dbt model.

Here: the definition, whose one home is ``config.meta.vigie`` in the model's yml; it is read from
dbt's ``manifest.json``, and refused when it is incomplete. Not here: what is computed from it
(``hierarchy``, ``subject``, ``rules``).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from expectations.cells.periods import NAMES, PeriodKind, is_of_kind
from expectations.cells.seeds import codes


def _listed(unit: str) -> str:
    """Return a unit that the list of units has.

    Raises:
        ValueError: It has not: nobody has said how the unit is called in French.
    """
    listed = codes("units", "unit_measure")
    if unit not in listed:
        message = (
            f"l'unité « {unit} » n'est pas dans dbt_project/seeds/units.csv, où il faut l'ajouter "
            f"avec son nom, si ce n'est aucune de celles-ci : {', '.join(sorted(listed))}"
        )
        raise ValueError(message)
    return unit


Unit = Annotated[str, AfterValidator(_listed)]
Kind = Literal["count", "rate", "mean"]
DEFAULT_RANGES: dict[str, tuple[float, float]] = {
    "count": (0.0, float("inf")),
    "rate": (0.0, 100.0),
    "mean": (0.0, float("inf")),
}
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$")]


class DefinitionError(ValueError):
    """The definition of an indicator is not written as it should be; the message says where."""


class _Declared(BaseModel):
    """What all that is declared has in common: unknown words are refused, nothing is changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Breakdown(_Declared):
    """A way to cut an indicator into parts that add up to their whole.

    Attributes:
        by: Whether the parts are areas or categories.
        of: The whole: an area type (``REG``) or the total category (``_T``).
        parts: The parts: an area type (``DEP``, ``CLPE``) or a breakdown code.
    """

    by: Literal["ref_area", "category"]
    of: str
    parts: str

    @model_validator(mode="after")
    def _whole_of_categories_is_the_total(self) -> Self:
        if self.by == "category" and self.of != "_T":
            message = f"une ventilation par catégorie a « _T » pour total, et non « {self.of} »"
            raise ValueError(message)
        return self


class Version(_Declared):
    """What is counted, how it reaches us or who is covered, from a period on.

    Attributes:
        since: First period of this version; None for the one that the series began with.
        kind: What it is a version of: the definition, the collection or the perimeter.
        version: Its name, which observations carry.
        label: What a reader sees of it; its name unless told.
        unit_measure: Unit of what a definition counts; that of the indicator unless told.
        reason: Why it is not what came before, or what is known of it.
    """

    since: Code | None = Field(None, alias="from")
    kind: Literal["definition", "collection", "perimeter"]
    version: Text
    label: Text | None = None
    unit_measure: Unit | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _a_definition_has_a_unit(self) -> Self:
        if self.unit_measure is not None and self.kind != "definition":
            message = f"la version « {self.version} » donne une unité sans être une définition"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _a_change_has_a_reason(self) -> Self:
        if self.since is not None and self.reason is None:
            message = f"la version « {self.version} » commence en {self.since} sans dire pourquoi"
            raise ValueError(message)
        return self


class NotApplicable(_Declared):
    """Cells that cannot exist.

    Attributes:
        ref_area: Their area; any unless told.
        breakdown: Their breakdown; any unless told.
        category: Their category; any unless told.
        reason: Why they cannot.
    """

    ref_area: Code | None = None
    breakdown: Code | None = None
    category: Code | None = None
    reason: Text

    @model_validator(mode="after")
    def _some_cells_can(self) -> Self:
        if self.ref_area is self.breakdown is self.category is None:
            message = "des cellules sans objet se disent par territoire, ventilation ou catégorie"
            raise ValueError(message)
        return self


class Target(_Declared):
    """A value to reach.

    Attributes:
        value: The value, in the unit of the indicator.
        source: Who set it, where.
    """

    value: float
    source: Text


class PrintedDifference(_Declared):
    """A figure that a published report printed otherwise, and why.

    Attributes:
        table: Where it was printed: ``fiche``, ``commentaire``, ``annexe``.
        time_period: The period it was printed for.
        breakdown: Its breakdown; the total unless told.
        category: Its category; the total unless told.
        ref_area: Its area; the region unless told.
        reason: Why the two differ.
    """

    table: Text
    time_period: Code
    breakdown: Code | None = None
    category: Text | None = None
    ref_area: Code | None = None
    reason: Text


class IndicatorDefinition(_Declared):
    """The definition of one indicator; texts are French.

    Attributes:
        id: Name of the indicator and of its dbt model.
        fiche: Fiche of the SREFOP it belongs to, for example ``1.A``.
        label: What a reader sees.
        counts: What is counted.
        excludes: What is left out.
        unit_measure: Unit of the values.
        other_units: Unit of the categories that are not in that of the indicator, by category: a
            share shown beside a number of employees, days beside a number of pupils.
        value_kind: A number of things, a rate, or a mean.
        producer: Who makes the number.
        contact: Whom to ask about it.
        cadence: How often a new period is expected.
        breakdowns: The ways it adds up (a rate: its numerators and denominators).
        part_of: The indicator that counts the whole of which this one counts a part.
        minimum: Least value possible; 0 unless told.
        maximum: Greatest value possible; 100 for a rate, none for a count, unless told.
        good_direction: Which way is progress.
        printed_step: What its producer rounds every value to, for secrecy or not (5: each number is
            a multiple of 5); learnt from the numbers unless told.
        origin: Computed by Vigie from open data, or declared by its producer.
        period_kind: What its periods are; one kind is never written as another.
        expected_lag_months: Months after the end of a period by which it is due; None when the
            producer has given no date, and nothing is ever due.
        expected_lag_source: Where that lag is told; None when it is our own assumption.
        reference_period: What the number is about, within its period.
        comparability: Every version of its definition, collection and perimeter.
        not_applicable: The cells that cannot exist.
        target: The value to reach, if somebody set one.
        headline: Categories shown at the head of the indicator when it has no total.
        printed_differences: The figures that a published report printed otherwise.
    """

    id: str
    fiche: Text
    label: Text
    counts: Text
    excludes: Text | None = None
    unit_measure: Unit
    other_units: Mapping[str, Unit] = Field(default_factory=dict)
    value_kind: Kind
    producer: Text
    contact: Text
    cadence: Literal["annual", "census", "school_year", "session", "quarterly", "reading"]
    breakdowns: tuple[Breakdown, ...] = ()
    part_of: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    good_direction: Literal["up", "down"] | None = None
    printed_step: Annotated[float, Field(gt=0)] | None = None
    origin: Literal["open_data", "declared"]
    period_kind: PeriodKind
    expected_lag_months: Annotated[int, Field(ge=0)] | None
    expected_lag_source: Text | None = None
    reference_period: Text
    comparability: tuple[Version, ...]
    not_applicable: tuple[NotApplicable, ...] = ()
    target: Target | None = None
    headline: tuple[Code, ...] = ()
    printed_differences: tuple[PrintedDifference, ...] = ()

    @model_validator(mode="after")
    def _versions_follow_one_another(self) -> Self:
        for kind in ("definition", "collection", "perimeter"):
            since = [item.since or "" for item in self.comparability if item.kind == kind]
            if since != sorted(set(since)):
                message = f"comparability : les versions de « {kind} » ne se suivent pas"
                raise ValueError(message)
        if self.version_in_force("definition", "") is None:
            message = "comparability : il manque la « definition » du début de la série"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _periods_are_of_its_kind(self) -> Self:
        dated = [item.since for item in self.comparability if item.since is not None]
        periods = [*dated, *(item.time_period for item in self.printed_differences)]
        wrong = [period for period in periods if not is_of_kind(period, self.period_kind)]
        if wrong:
            message = f"« {wrong[0]} » n'est pas {NAMES[self.period_kind]} ({self.period_kind})"
            raise ValueError(message)
        return self

    def version_in_force(self, kind: str, time_period: str) -> str | None:
        """Return the version of the definition, collection or perimeter in force in a period."""
        version = self._in_force(kind, time_period)
        return version.version if version else None

    def label_of_version(self, kind: str, version: str) -> str:
        """Return what a reader sees of a version."""
        labels = {item.version: item.label for item in self.comparability if item.kind == kind}
        return labels.get(version) or version

    @property
    def units(self) -> frozenset[str]:
        """The units of its categories."""
        return frozenset({self.unit_measure, *self.other_units.values()})

    def unit_of(self, category: str) -> str:
        """Return the unit of a category, of which no version has another."""
        return self.other_units.get(category, self.unit_measure)

    def unit_at(self, time_period: str, category: str) -> str:
        """Return the unit of a category in a period."""
        definition = self._in_force("definition", time_period)
        if category in self.other_units or definition is None or definition.unit_measure is None:
            return self.unit_of(category)
        return definition.unit_measure

    def kind_of(self, category: str) -> Kind:
        """Return whether a category counts things or is a rate."""
        if category not in self.other_units:
            return self.value_kind
        return "rate" if self.other_units[category] == "pct" else "count"

    def printed_step_of(self, category: str) -> float:
        """Return what a category is declared to be rounded to, NaN when nobody said."""
        if self.printed_step is None or category in self.other_units:
            return float("nan")
        return self.printed_step

    def range_of(self, category: str) -> tuple[float, float]:
        """Return the least and greatest value possible of a category."""
        if category in self.other_units:
            return DEFAULT_RANGES[self.kind_of(category)]
        return self.range

    def _in_force(self, kind: str, time_period: str) -> Version | None:
        versions = [
            item
            for item in self.comparability
            if item.kind == kind and (item.since is None or item.since <= time_period)
        ]
        return versions[-1] if versions else None

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest value possible."""
        least, greatest = DEFAULT_RANGES[self.value_kind]
        return (
            least if self.minimum is None else self.minimum,
            greatest if self.maximum is None else self.maximum,
        )


def load_definitions(manifest: Mapping[str, Any]) -> dict[str, IndicatorDefinition]:
    """Return the definition of every indicator model, by id.

    Args:
        manifest: Content of dbt's ``manifest.json``.

    Raises:
        DefinitionError: A definition is incomplete or unknown words are in it, or ``part_of``
            names an indicator that does not exist.
    """
    definitions = {
        node["name"]: _read(node["name"], declared)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and (declared := node["config"].get("meta", {}).get("vigie"))
    }
    for definition in definitions.values():
        if definition.part_of is not None and definition.part_of not in definitions:
            message = (
                f"{definition.id} : part_of désigne « {definition.part_of} », "
                "qui n'est pas un indicateur défini."
            )
            raise DefinitionError(message)
    return definitions


def _read(name: str, declared: Mapping[str, Any]) -> IndicatorDefinition:
    try:
        return IndicatorDefinition.model_validate({**declared, "id": name})
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'elle'} : {fault['msg']}"
            for fault in error.errors(include_url=False)
        ]
        # What is ours in it is in French, under an English name of pydantic's.
        said = " ; ".join(faults).replace("Value error, ", "")
        message = f"Définition de {name} (config.meta.vigie) refusée : {said}."
        raise DefinitionError(message) from error
