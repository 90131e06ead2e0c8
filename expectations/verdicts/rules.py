"""The types of validation rules: one record a rule, and every fact about a rule in its record.

Here: what a rule is called, of which indicators it is asked, what its failures come from and how
they are asked about. Not here: what judges it (``rules.evaluate``), nor how grave a failure is
(``suites/policy.yml``); both are checked against these records.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from enum import IntEnum, StrEnum

from expectations.cells.indicator_definition import IndicatorDefinition


class Cause(StrEnum):
    """What a failure comes from: failures of one cause make one finding."""

    INCOHERENCE = "incoherence"
    """The numbers contradict themselves."""
    REPORTING = "reporting"
    """What is reported, or who reports it, seems to have changed."""
    PERIOD = "period"
    """A figure is not that of the period it is given for."""


class Theme(StrEnum):
    """What rules look at together; its word, for stewards, names the check that they share."""

    COHERENCE = "chiffres_coherents"
    LEVEL = "niveau_sans_saut"
    COLLECTION = "recueil_inchange"
    REVISIONS = "revisions_rares"
    PERIOD = "ponctualite"

    @property
    def cause(self) -> Cause:
        """What the failures of its rules come from."""
        return _CAUSES.get(self, Cause.REPORTING)

    @property
    def claim(self) -> str:
        """What holds when none of its rules fails, in a French sentence."""
        return _CLAIMS[self]


_CAUSES = {Theme.COHERENCE: Cause.INCOHERENCE, Theme.PERIOD: Cause.PERIOD}
_CLAIMS = {
    Theme.COHERENCE: "Les chiffres se tiennent : codes, unités, intervalles, totaux et détails.",
    Theme.LEVEL: "Le niveau est celui que l'on connaît : ni saut, ni catégorie disparue.",
    Theme.COLLECTION: "Le recueil est complet, et le même : cellules, définition, déclarants.",
    Theme.REVISIONS: "Ce qui a été publié n'est révisé que peu, et rarement.",
    Theme.PERIOD: "Aucune période due ne manque, et chaque chiffre est de la sienne.",
}


class Lasting(IntEnum):
    """How long a failure lasts while the figures stay the same, the longest first."""

    FIGURES = 0
    """As long as they do: nothing else is looked at."""
    BREAK = 1
    """Until they are published as a break: what came before is not looked at any more."""
    RELEASE = 2
    """Until they are published: what was published is looked at."""


Applies = Callable[[IndicatorDefinition], bool]
"""Whether a rule applies to an indicator of which no suite asks it."""


def every_indicator(_: IndicatorDefinition) -> bool:
    """Apply to all."""
    return True


def no_indicator(_: IndicatorDefinition) -> bool:
    """Apply to none by itself: only where a suite asks it."""
    return False


def counts(definition: IndicatorDefinition) -> bool:
    """Apply to what is counted, not to rates."""
    return definition.value_kind == "count"


def broken_down(definition: IndicatorDefinition) -> bool:
    """Apply to what has totals and details."""
    return bool(definition.breakdowns)


def parts(definition: IndicatorDefinition) -> bool:
    """Apply to an indicator that is a part of another one."""
    return definition.part_of is not None


@dataclass(frozen=True)
class RuleType:
    """A type of validation rule.

    Attributes:
        code: Its code.
        title: Its French title.
        level: ESS validation level: 0 the file itself, 1 inside one file, 2 between files of one
            source, 3 between sources of one domain.
        is_standard: Whether it is one of the 21 main types of the ESS, or one of our own.
        expectation: Name of its class for Great Expectations; None when it judges no cell.
        theme: What it looks at with others; None when it judges no cell.
        applies_to: Which indicators it applies to, beside those of which a suite asks it.
        judged_elsewhere: Why no function of ``rules`` judges it, when none does.
        is_asked_of_table: Whether it is asked of the table of observations too.
        spreads: Whether a total that fails puts its details in doubt.
        has_own_wording: Whether ``findings.wording`` has sentences of its own for a total that
            fails, in the place of the rule's.
        chance_of: What its p-value is the chance of, in French, when a finding tells it.
        lasting: How long a failure lasts, the figures being the same.
        compares_releases: Whether it compares a value with what was last published of it.
        flaw: What is wrong with a cell that fails, in a French clause that ends a title; empty when
            its two values say it.
        question: The French question that a failure calls for, about ``{period}``; when empty, the
            one of its cause.
        flaw_of_absent: The clause for a cell that has no value; that of any cell when empty.
        question_of_absent: The question about cells that have none; that about any when empty.
    """

    code: str
    title: str
    _: KW_ONLY
    level: int
    is_standard: bool
    expectation: str | None
    theme: Theme | None
    applies_to: Applies = every_indicator
    judged_elsewhere: str = ""
    is_asked_of_table: bool = False
    spreads: bool = False
    has_own_wording: bool = False
    chance_of: str = ""
    lasting: Lasting = Lasting.FIGURES
    compares_releases: bool = False
    flaw: str = ""
    question: str = ""
    flaw_of_absent: str = ""
    question_of_absent: str = ""

    def __post_init__(self) -> None:
        said_of_cells = {self.theme is None, self.expectation is None}
        if said_of_cells != {bool(self.judged_elsewhere)}:
            message = (
                f"{self.code}: a theme and an expectation when it judges cells, else who judges "
                "instead, not both"
            )
            raise ValueError(message)

    @property
    def cause(self) -> Cause | None:
        """What its failures come from; None when it judges no cell."""
        return self.theme.cause if self.theme else None


_RULES = (
    # The file itself
    RuleType(
        "EVA",
        "L'enveloppe est celle qui est attendue",
        level=0,
        is_standard=True,
        expectation=None,
        theme=None,
        judged_elsewhere="what reads an extract refuses it: `sources.tables.conformity`",
    ),
    RuleType(
        "FLF",
        "Le fichier a le format convenu",
        level=0,
        is_standard=True,
        expectation=None,
        theme=None,
        judged_elsewhere="asked of extracts and of the table: their columns",
        is_asked_of_table=True,
    ),
    RuleType(
        "FDD",
        "Le séparateur de champs est celui qui est convenu",
        level=0,
        is_standard=True,
        expectation=None,
        theme=None,
        judged_elsewhere="what reads an extract refuses it: `sources.tables.tabular`",
    ),
    RuleType(
        "DES",
        "La marque décimale est celle qui est convenue",
        level=0,
        is_standard=True,
        expectation=None,
        theme=None,
        judged_elsewhere="asked of extracts: `extracts.contract_rules`",
    ),
    # Its fields and codes
    RuleType(
        "FDT",
        "Chaque champ a le type déclaré",
        level=1,
        is_standard=True,
        expectation="ExpectDeclaredFieldTypes",
        theme=Theme.COHERENCE,
        applies_to=counts,
        is_asked_of_table=True,
    ),
    RuleType(
        "FDL",
        "Chaque champ a la longueur convenue",
        level=1,
        is_standard=True,
        expectation="ExpectAgreedFieldLengths",
        theme=Theme.COHERENCE,
        applies_to=no_indicator,
    ),
    RuleType(
        "FDM",
        "Une valeur manquante dit pourquoi elle manque",
        level=1,
        is_standard=True,
        expectation="ExpectMissingValuesToSayWhy",
        theme=Theme.COHERENCE,
        flaw="valeur vide, sans dire pourquoi",
        is_asked_of_table=True,
    ),
    RuleType(
        "COV",
        "Chaque code est dans sa nomenclature",
        level=1,
        is_standard=True,
        expectation="ExpectCodesInTheirLists",
        theme=Theme.COHERENCE,
        flaw="code hors de sa nomenclature",
        is_asked_of_table=True,
    ),
    RuleType(
        "RWD",
        "Aucune clé n'est en double",
        level=1,
        is_standard=True,
        expectation=None,
        theme=None,
        judged_elsewhere="asked of extracts and of the table: their keys",
        is_asked_of_table=True,
    ),
    RuleType(
        "REP",
        "Les cellules attendues sont données",
        level=1,
        is_standard=True,
        expectation="ExpectEveryExpectedCell",
        theme=Theme.COLLECTION,
        flaw="cellule qui n'est pas attendue",
        flaw_of_absent="cellule attendue",
        applies_to=broken_down,
    ),
    RuleType(
        "RTS",
        "La série n'a pas de trou",
        level=2,
        is_standard=True,
        expectation="ExpectSeriesWithoutHole",
        theme=Theme.COLLECTION,
        flaw="trou dans la série",
    ),
    RuleType(
        "RNR",
        "Le nombre de lignes est dans son intervalle",
        level=1,
        is_standard=True,
        expectation="ExpectNumberOfRowsInRange",
        theme=Theme.COLLECTION,
        is_asked_of_table=True,
    ),
    RuleType(
        "COC",
        "Les codes sont cohérents entre eux",
        level=1,
        is_standard=True,
        expectation="ExpectConsistentCodes",
        theme=Theme.COHERENCE,
        flaw="codes qui ne vont pas ensemble",
    ),
    # A change of reporting
    RuleType(
        "VAN",
        "Aucune catégorie n'a disparu",
        level=2,
        is_standard=False,
        expectation="ExpectNoVanishedCategory",
        theme=Theme.LEVEL,
        spreads=True,
        has_own_wording=True,
    ),
    RuleType(
        "BRK",
        "Le niveau n'a pas sauté",
        level=2,
        is_standard=False,
        expectation="ExpectNoReportingBreak",
        theme=Theme.LEVEL,
        spreads=True,
        has_own_wording=True,
        chance_of="pour le nombre lui-même",
    ),
    RuleType(
        "LNK",
        "La partie suit son ensemble",
        level=2,
        is_standard=False,
        expectation="ExpectPartToFollowItsWhole",
        theme=Theme.LEVEL,
        flaw="la partie ne suit pas son ensemble",
        applies_to=parts,
        spreads=True,
        has_own_wording=True,
        chance_of="pour sa part dans l'ensemble",
    ),
    RuleType(
        "DFC",
        "Définition, unité et recueil n'ont pas changé",
        level=2,
        is_standard=False,
        expectation="ExpectSameDefinition",
        theme=Theme.COLLECTION,
        flaw="définition, unité ou recueil changé",
        question=(
            "Le chiffre de {period} peut-il être donné aussi à définition et recueil inchangés ?"
        ),
    ),
    RuleType(
        "RPC",
        "Les mêmes organismes ont déclaré",
        level=2,
        is_standard=False,
        expectation="ExpectSameReporters",
        theme=Theme.COLLECTION,
        flaw="les déclarants ne sont pas les mêmes",
        question=(
            "Quels organismes ont déclaré pour {period}, et que vaut le chiffre à champ constant ?"
        ),
    ),
    RuleType(
        "CPY",
        "Les valeurs ne sont pas recopiées d'ailleurs",
        level=2,
        is_standard=False,
        expectation="ExpectNoCopiedValue",
        theme=Theme.COLLECTION,
        flaw="valeurs recopiées d'ailleurs",
        question="Les valeurs de {period} ont-elles été saisies à neuf, ou reprises d'ailleurs ?",
    ),
    RuleType(
        "MAG",
        "L'ordre de grandeur est celui que l'on connaît",
        level=3,
        is_standard=False,
        expectation="ExpectKnownOrderOfMagnitude",
        theme=Theme.LEVEL,
        lasting=Lasting.RELEASE,
        flaw="l'ordre de grandeur n'est pas celui qu'on connaît",
        spreads=True,
        question=(
            "En quelle unité les valeurs de {period} sont-elles données : faut-il les multiplier "
            "ou les diviser ?"
        ),
    ),
    RuleType(
        "LAG",
        "Le chiffre parle bien de sa période",
        level=1,
        is_standard=False,
        expectation="ExpectFigureOfItsPeriod",
        theme=Theme.PERIOD,
        flaw="le chiffre parle d'une autre période",
        question=(
            "De quelle période ce chiffre parle-t-il, et quand celui de {period} viendra-t-il ?"
        ),
        flaw_of_absent="encore attendue",
        question_of_absent="Quand le chiffre de {period} viendra-t-il ?",
    ),
    RuleType(
        "BLD",
        "L'indicateur se construit comme il est défini",
        level=1,
        is_standard=False,
        expectation=None,
        theme=None,
        judged_elsewhere="a test of dbt failed: `findings.unbuilt`",
    ),
    # Its values
    RuleType(
        "VIR",
        "Les valeurs sont dans leur intervalle",
        level=1,
        is_standard=True,
        expectation="ExpectValuesInRange",
        theme=Theme.COHERENCE,
        flaw="hors de l'intervalle possible",
        is_asked_of_table=True,
    ),
    RuleType(
        "VCO",
        "Valeur, statut et unité sont cohérents",
        level=1,
        is_standard=True,
        expectation="ExpectConsistentCells",
        theme=Theme.COHERENCE,
        flaw="des chiffres qui se contredisent",
    ),
    RuleType(
        "VAD",
        "Le total est la somme de ses détails",
        level=1,
        is_standard=True,
        expectation="ExpectAggregatesToMatchDetails",
        theme=Theme.COHERENCE,
        flaw="le total n'est pas la somme de ses détails",
        applies_to=broken_down,
        spreads=True,
    ),
    RuleType(
        "VNO",
        "La valeur est dans la lignée de sa série",
        level=2,
        is_standard=True,
        expectation="ExpectNoOutlierInSeries",
        theme=Theme.LEVEL,
        lasting=Lasting.BREAK,
        flaw="hors de la lignée de sa série",
        spreads=True,
    ),
    RuleType(
        "VSA",
        "La série corrigée suit la série brute",
        level=2,
        is_standard=True,
        expectation="ExpectAdjustedSeriesToFollowRaw",
        theme=Theme.COHERENCE,
        flaw="la série corrigée ne suit pas la brute",
        applies_to=no_indicator,
    ),
    RuleType(
        "VMP",
        "Deux sources du même fait s'accordent",
        level=3,
        is_standard=True,
        expectation="ExpectSourcesToAgree",
        theme=Theme.COHERENCE,
        flaw="deux sources du même fait diffèrent",
        applies_to=no_indicator,
    ),
    RuleType(
        "VRT",
        "Une valeur passée n'est révisée que de peu",
        level=2,
        is_standard=True,
        expectation="ExpectSmallRevisions",
        theme=Theme.REVISIONS,
        lasting=Lasting.RELEASE,
        compares_releases=True,
        question="Pourquoi les valeurs déjà publiées pour {period} ont-elles été révisées ?",
    ),
    RuleType(
        "RRL",
        "Peu de valeurs passées ont été révisées",
        level=2,
        is_standard=True,
        expectation="ExpectFewRevisions",
        theme=Theme.REVISIONS,
        lasting=Lasting.RELEASE,
        flaw="beaucoup de valeurs publiées sont révisées",
        question=(
            "Pourquoi tant de valeurs déjà publiées pour {period} ont-elles été révisées d'un "
            "coup ? La méthode, la source ou le périmètre ont-ils changé ?"
        ),
    ),
)
RULES = {rule.code: rule for rule in _RULES}
"""The rules, by code; a finding asks their questions in this order."""


def title_of(code: str) -> str:
    """Return what a rule is called; what a former version found may be of a rule it had alone."""
    return RULES[code].title if code in RULES else "Règle d'une version antérieure"
