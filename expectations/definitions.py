"""What each indicator is, as written beside its dbt model.

The definition has one home: ``config.meta.vigie`` in the model's yml. This module reads it from
dbt's ``manifest.json`` and refuses what is incomplete; it computes nothing.
"""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Unit = Literal[
    "cos",
    "demandeur_emploi",
    "eleve",
    "entree",
    "etablissement",
    "etablissement_ou_entreprise",
    "journee",
    "metier",
    "organisation",
    "pcrh",
    "pct",
    "place",
    "preconisation",
    "professionnel",
    "reunion",
    "salarie",
    "situation",
    "visiteur",
]
Kind = Literal["count", "rate"]
DEFAULT_RANGES: dict[str, tuple[float, float]] = {
    "count": (0.0, float("inf")),
    "rate": (0.0, 100.0),
}


class Breakdown(BaseModel):
    """A way to cut an indicator into parts that add up to their whole.

    Attributes:
        by: Whether the parts are areas or categories.
        of: The whole: an area type (``REG``) or the total category (``_T``).
        parts: The parts: an area type (``DEP``, ``ZE2020``) or a breakdown code.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["ref_area", "category"]
    of: str
    parts: str

    @model_validator(mode="after")
    def _whole_of_categories_is_the_total(self) -> Self:
        if self.by == "category" and self.of != "_T":
            message = f"une ventilation par catégorie a « _T » pour total, et non « {self.of} »"
            raise ValueError(message)
        return self


class PrintedDifference(BaseModel):
    """A figure that a published report printed otherwise, and why.

    Attributes:
        table: Where it was printed: ``fiche``, ``commentaire``, ``annexe``.
        time_period: The period it was printed for.
        breakdown: Its breakdown; the total unless told.
        category: Its category; the total unless told.
        ref_area: Its area; the region unless told.
        reason: Why the two differ.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    time_period: str
    breakdown: str | None = None
    category: str | None = None
    ref_area: str | None = None
    reason: str


class IndicatorDefinition(BaseModel):
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
        value_kind: A number of things, or a rate.
        producer: Who makes the number.
        contact: Whom to ask about it.
        cadence: How often a new period is expected.
        breakdowns: The ways it adds up (a rate: its numerators and denominators).
        part_of: The indicator that counts the whole of which this one counts a part.
        minimum: Least value possible; 0 unless told.
        maximum: Greatest value possible; 100 for a rate, none for a count, unless told.
        good_direction: Which way is progress.
        printed_differences: The figures that a published report printed otherwise, and why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    fiche: str
    label: str
    counts: str
    excludes: str | None = None
    unit_measure: Unit
    other_units: Mapping[str, Unit] = Field(default_factory=dict)
    value_kind: Kind
    producer: str
    contact: str
    cadence: Literal["annual", "census", "school_year", "session", "reading"]
    breakdowns: tuple[Breakdown, ...] = ()
    part_of: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    good_direction: Literal["up", "down"] | None = None
    printed_differences: tuple[PrintedDifference, ...] = ()

    def unit_of(self, category: str) -> str:
        """Return the unit of a category."""
        return self.other_units.get(category, self.unit_measure)

    def kind_of(self, category: str) -> Kind:
        """Return whether a category counts things or is a rate."""
        if category not in self.other_units:
            return self.value_kind
        return "rate" if self.other_units[category] == "pct" else "count"

    def range_of(self, category: str) -> tuple[float, float]:
        """Return the least and greatest value possible of a category."""
        if category in self.other_units:
            return DEFAULT_RANGES[self.kind_of(category)]
        return self.range

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
        ValueError: A definition is incomplete or unknown words are in it, or ``part_of`` names an
            indicator that does not exist.
    """
    definitions = {
        node["name"]: _read(node["name"], declared)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and (declared := _declared(node))
    }
    for definition in definitions.values():
        if definition.part_of is not None and definition.part_of not in definitions:
            message = (
                f"{definition.id} : part_of désigne « {definition.part_of} », "
                "qui n'est pas un indicateur défini."
            )
            raise ValueError(message)
    return definitions


def _declared(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for meta in (node.get("config", {}).get("meta"), node.get("meta")):
        if meta and meta.get("vigie"):
            declared: Mapping[str, Any] = meta["vigie"]
            return declared
    return None


def _read(name: str, declared: Mapping[str, Any]) -> IndicatorDefinition:
    try:
        return IndicatorDefinition.model_validate({**declared, "id": name})
    except ValidationError as error:
        message = f"Définition de {name} (config.meta.vigie) refusée : {error}"
        raise ValueError(message) from error
