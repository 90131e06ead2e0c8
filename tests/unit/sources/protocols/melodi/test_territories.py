"""A territory of Melodi is in one of those that were asked for, or it is not."""

import pytest

from sources.protocols.melodi.territories import is_within


@pytest.mark.parametrize(
    ("geo", "asked", "within"),
    [
        ("2020-COM-44001", "REG-52*COM", True),
        ("2026-COM-85001", "2025-REG-52*COM", True),
        ("2020-COM-35001", "REG-52*COM", False),
        ("2020-COM-01004", "REG-84*COM", True),
        ("2020-COM-2A004", "REG-94*COM", True),
        ("2020-COM-97411", "REG-04*COM", True),
        ("2020-COM-97411", "REG-52*COM", False),
        ("2020-DEP-44", "REG-52*COM", False),
        ("2020-REG-52", "REG-52*COM", False),
        ("2020-COM-44001", "DEP-44*COM", True),
        ("2020-COM-49001", "DEP-44*COM", False),
        ("2020-COM-44001", "EPCI-244400404*COM", True),
        ("2020-COM-44109", "COM-44109", True),
        ("2020-COM-44110", "COM-44109", False),
        ("0051", "ZE2020", False),
        ("2020-ZE2020-0051", "ZE2020", True),
        ("", "REG-52*COM", False),
        ("2020-COM-44001", "n'importe quoi", False),
    ],
)
def test_a_territory_is_inside_what_was_asked(geo: str, asked: str, within: bool) -> None:
    assert is_within(geo, [asked]) is within


def test_one_of_several_territories_is_enough() -> None:
    assert is_within("2020-COM-35001", ["REG-52*COM", "REG-53*COM"])
    assert not is_within("2020-COM-75056", ["REG-52*COM", "REG-53*COM"])
