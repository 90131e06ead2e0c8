"""Every source declares all that a contract should say; what one cannot say is listed, with why."""

from collections.abc import Callable
from urllib.parse import urlsplit

from sources.registry import CLIENTS, Source, families, member, sources

SESSIONS = [*(str(year) for year in range(2018, 2027)), "2099"]
EVERY = [
    *sources().values(),
    *(member(family, session) for family in families() for session in SESSIONS),
]
"""Every source, and the sessions of families: the last is one that nobody has heard of."""

ASKED_OVER_THE_WIRE = set(CLIENTS) - {"depot", "reference", "france_travail_series"}
LICENCES = {
    "Licence Ouverte 2.0",
    "Données transmises pour le suivi de la stratégie régionale",
}
NUMBERS = {"integer", "decimal"}
FRANCE_TRAVAIL = "france_travail"

WITHOUT_KEY = {
    "parcoursup_2018": "no code of a course, and the link that holds one is empty on some rows",
    "parcoursup_2019": "idem",
    "cariforef_bilan_2023_2024": "a figure that is printed twice is what is looked for in it",
    "cariforef_bilan_2023_2024_texte": "idem, of a text",
}
WITHOUT_NUMBERS = {
    "cariforef_bilan_2023_2024_texte": "texts",
    "catalogue_parcoursup": "sessions and ids",
    "dgcl_epci": "codes and names",
    "insee_departements": "codes and names",
    "insee_regions": "codes and names",
    "insee_zones_emploi": "codes and names",
}
WITHOUT_MARKS = {
    "insee_emploi_communes": "OBS_STATUS says why there is no value",
    "insee_emploi_zones": "idem",
    "insee_activite_departements": "no mark is in the file that is shipped",
    "insee_chomage_zones": "idem",
    "cariforef_seniors_zones": "no mark was ever seen in it",
    "cariforef_bilan_2023_2024": "what is printed in place of a number is kept beside it, as text",
    "inserjeunes_cfa": "a rate on too few pupils is left empty",
    "inserjeunes_lycee_pro": "idem",
    "france_travail_acces_emploi": "« masque » tells that a number is masked",
    "france_travail_demandeurs_emploi": "idem",
    "france_travail_emploi_apres_formation": "idem",
    "france_travail_series_cvs": "its numbers are rounded; « n.d. » is a number not known",
    **dict.fromkeys(
        [*(f"parcoursup_{session}" for session in SESSIONS), "parcoursup_courante"],
        "no mark was ever seen in it: only empty cells",
    ),
}


def has_numbers(known: Source) -> bool:
    return any(column.type in NUMBERS for column in known.contract.columns.values())


def but(holds: Callable[[Source], bool]) -> list[str]:
    """The sources of which something does not hold."""
    return [known.id for known in EVERY if not holds(known)]


def test_every_source_says_whose_it_is_and_what_may_be_done_with_it() -> None:
    assert but(lambda known: bool(known.label.strip())) == []
    assert but(lambda known: bool(known.producer.name.strip())) == []
    assert but(lambda known: bool(known.producer.contact.strip())) == []
    assert but(lambda known: known.producer.licence in LICENCES) == []
    assert but(lambda known: urlsplit(known.producer.homepage).scheme == "https") == []


def test_every_source_says_where_it_is_asked_for_and_how_often_it_may_be() -> None:
    def is_asked(known: Source) -> bool:
        return known.contract.protocol in ASKED_OVER_THE_WIRE

    def is_over_https(known: Source) -> bool:
        return urlsplit(known.contract.portal).scheme == "https"

    assert but(lambda known: is_over_https(known) is is_asked(known)) == []
    assert but(lambda known: (known.contract.calls_per_minute is None) is not is_asked(known)) == []
    assert but(lambda known: bool(known.contract.dataset)) == []


def test_every_source_says_when_it_is_awaited_and_how_many_rows_it_has() -> None:
    def is_bounded(known: Source) -> bool:
        rows = known.contract.rows
        return rows.at_most is not None and rows.at_least < rows.at_most

    assert but(is_bounded) == []


def test_every_source_has_a_key_of_mandatory_columns_or_a_reason_to_have_none() -> None:
    def is_mandatory(known: Source) -> bool:
        return all(known.contract.columns[name].mandatory for name in known.contract.key)

    assert but(lambda known: bool(known.contract.key) is (known.id not in WITHOUT_KEY)) == []
    assert but(is_mandatory) == []


def test_the_numbers_of_every_source_are_typed_and_their_secrecy_is_told() -> None:
    def tells_its_marks(known: Source) -> bool:
        return bool(known.contract.masked_as) is (known.id not in WITHOUT_MARKS)

    assert but(lambda known: has_numbers(known) is (known.id not in WITHOUT_NUMBERS)) == []
    assert but(lambda known: not has_numbers(known) or tells_its_marks(known)) == []


def test_what_is_excused_exists() -> None:
    assert set(WITHOUT_KEY) | set(WITHOUT_NUMBERS) | set(WITHOUT_MARKS) <= {
        known.id for known in EVERY
    }


def test_the_column_that_masks_a_number_of_france_travail_is_landed() -> None:
    asked = [one.contract for one in sources().values() if one.contract.protocol == FRANCE_TRAVAIL]
    assert len(asked) == 3
    assert all("masque" in contract.columns for contract in asked)
