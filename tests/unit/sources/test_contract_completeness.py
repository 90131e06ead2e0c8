"""Every source declares all that a contract should say; what one cannot say is listed, with why."""

from urllib.parse import urlsplit

import pytest

from sources.registry import CLIENTS, Source, sources

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
        [*(f"parcoursup_{session}" for session in range(2018, 2026)), "parcoursup_courante"],
        "no mark was ever seen in it: only empty cells",
    ),
}

every_source = pytest.mark.parametrize("known", sources().values(), ids=lambda known: known.id)


def has_numbers(known: Source) -> bool:
    return any(column.type in NUMBERS for column in known.contract.columns.values())


@every_source
def test_it_says_whose_it_is_and_what_may_be_done_with_it(known: Source) -> None:
    producer = known.producer
    assert all(text.strip() for text in (known.label, producer.name, producer.contact))
    assert producer.licence in LICENCES
    assert urlsplit(producer.homepage).scheme == "https"


@every_source
def test_it_says_where_it_is_asked_for_and_how_often_it_may_be(known: Source) -> None:
    is_asked = known.contract.protocol in ASKED_OVER_THE_WIRE
    assert (urlsplit(known.contract.portal).scheme == "https") is is_asked
    assert (known.contract.calls_per_minute is not None) is is_asked
    assert known.contract.dataset


@every_source
def test_it_says_when_it_is_awaited_and_how_many_rows_it_has(known: Source) -> None:
    rows = known.contract.rows
    assert known.contract.expected_lag_days > 0
    assert rows.at_most is not None
    assert rows.at_least < rows.at_most


@every_source
def test_it_has_a_key_of_mandatory_columns_or_a_reason_to_have_none(known: Source) -> None:
    contract = known.contract
    assert bool(contract.key) is (known.id not in WITHOUT_KEY)
    assert all(contract.columns[name].mandatory for name in contract.key)


@every_source
def test_its_numbers_are_typed_and_its_secrecy_is_told(known: Source) -> None:
    assert has_numbers(known) is (known.id not in WITHOUT_NUMBERS)
    if has_numbers(known):
        assert bool(known.contract.masked_as) is (known.id not in WITHOUT_MARKS)


def test_what_is_excused_exists() -> None:
    assert set(WITHOUT_KEY) | set(WITHOUT_NUMBERS) | set(WITHOUT_MARKS) <= set(sources())


def test_the_column_that_masks_a_number_of_france_travail_is_landed() -> None:
    asked = [one.contract for one in sources().values() if one.contract.protocol == FRANCE_TRAVAIL]
    assert len(asked) == 3
    assert all("masque" in contract.columns for contract in asked)
