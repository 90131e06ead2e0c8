"""Where a desk may listen."""

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from orchestration.desk.access.exposure import refused_exposure
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUser, DeskUsers, Role

ELSEWHERE = IPv4Address("192.0.2.7")
EVERYWHERE = IPv6Address("::")
PROXY = {"proxy_user_header": "X-Remote-User", "proxy_addresses": "192.0.2.1"}
HTTPS = {"url": "https://vigie.exemple.fr"}


def settings(home: Path, address: object, **other: str) -> Settings:
    return Settings(home=home, desk_address=address, **other)


def test_the_machine_itself_may_always_ask(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).desk_address == IPv4Address("127.0.0.1")
    for address in (IPv4Address("127.0.0.1"), IPv4Address("127.8.8.8"), IPv6Address("::1")):
        assert refused_exposure(settings(tmp_path, address)) == ""


@pytest.mark.parametrize("address", [ELSEWHERE, EVERYWHERE, IPv4Address("0.0.0.0")])  # noqa: S104 refused
def test_a_desk_open_to_all_listens_nowhere_else(tmp_path: Path, address: object) -> None:
    refusal = refused_exposure(settings(tmp_path, address, **HTTPS))
    assert f"n'écoute pas sur {address} : personne n'y est déclaré" in refusal
    assert refused_exposure(settings(tmp_path, address, **HTTPS, **PROXY)) == ""
    with DeskUsers(Settings(home=tmp_path).folders).changing() as declared:
        declared["anne"] = DeskUser(name="Anne Lebrun", role=Role.DECIDER)
    assert refused_exposure(settings(tmp_path, address, **HTTPS)) == ""
    for in_clear in ({}, {"url": "http://vigie.exemple.fr"}, PROXY):
        assert "en clair" in refused_exposure(settings(tmp_path, address, **in_clear))
