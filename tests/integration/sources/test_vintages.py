"""The vintage of a data set is the catalogue's to say: it is followed, recorded, and told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestration.commands.sources import outcome_table
from sources.archive import Archive, FetchStatus
from sources.registry import source, sources

INSEE = "insee_emploi_communes"
CollectNight = Callable[..., Any]


def test_the_outcome_says_which_vintage_the_catalogue_gives(
    home: Path, collect_night: CollectNight
) -> None:
    assert Archive(home).latest_outcomes()[INSEE].vintage == "2022"
    outcome = collect_night(home).outcomes[INSEE]
    assert (outcome.status, outcome.vintage) == (FetchStatus.UNCHANGED, "2022")
    *_, state = (next(iter(column.cells)) for column in outcome_table({INSEE: outcome}).columns)
    assert str(state).startswith("inchangé, millésime 2022, ")
    assert collect_night(home).outcomes["dgcl_epci"].vintage is None


def test_a_second_vintage_in_the_catalogue_is_followed_and_told_once(
    home: Path, collect_night: CollectNight
) -> None:
    moved, collected = {INSEE: "produit_deplace"}, [source(INSEE)]
    outcome = collect_night(home, moved, collected=collected).outcomes[INSEE]
    assert outcome.vintage == "2023"
    assert outcome.changes == (
        "[à vérifier] Le millésime annoncé était « 2022 » ; c'est maintenant « 2023 ».",
    )
    again = collect_night(home, moved, collected=collected).outcomes[INSEE]
    assert (again.vintage, again.changes) == ("2023", ())


def test_no_contract_fixes_a_vintage() -> None:
    melodi = [it.contract for it in sources().values() if it.contract.protocol.startswith("melodi")]
    assert melodi
    for contract in melodi:
        assert not any(character.isdigit() for character in contract.dataset)
        assert "TIME_PERIOD" not in contract.params
