"""What a reverse proxy says of who asks: believed from its own addresses only.

Here: the header that names somebody, the address for which a proxy speaks. Not here: whether that
somebody was declared (``admission``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from orchestration.desk.access.refusals import NotAdmittedError
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import login_of

STRANGER = (
    "Le bureau n'est ouvert que derrière son serveur frontal : passez par l'adresse que l'on vous "
    "a donnée."
)
NAMES_NOBODY = (
    "Le serveur frontal n'a pas dit qui vous êtes : demandez à qui entretient la station de "
    "vérifier que l'en-tête {header} y est réglé, et qu'il n'arrive qu'une fois."
)


@dataclass(frozen=True)
class ReverseProxies:
    """The reverse proxies in front of a desk.

    Attributes:
        addresses: Where they are.
        header: The header in which they name who asks; empty when they name nobody.
    """

    addresses: Sequence[IPv4Network | IPv6Network] = ()
    header: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "ReverseProxies":
        """Return those that the settings name."""
        return cls(settings.proxy_addresses, settings.proxy_user_header)

    def login(self, scope: Scope) -> str:
        """Return the name that a proxy gives.

        Raises:
            NotAdmittedError: No proxy of ours asks, or it does not name exactly one person.
        """
        if not self._is_one(_peer(scope)):
            raise NotAdmittedError(HTTPStatus.FORBIDDEN, STRANGER)
        given = Headers(scope=scope).getlist(self.header)
        # Headers are bytes, which the framework reads as Latin-1; servers write names in UTF-8.
        name = given[0].encode("latin-1").decode("utf-8", "replace") if len(given) == 1 else ""
        if login := login_of(name):
            return login
        sentence = NAMES_NOBODY.format(header=self.header)
        raise NotAdmittedError(HTTPStatus.FORBIDDEN, sentence)

    def client_address(self, scope: Scope) -> str:
        """Return where a request comes from: what a proxy adds last, it has seen itself."""
        peer = _peer(scope)
        if not self._is_one(peer):
            return str(peer)
        passed_on = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
        return str(_address(passed_on.rpartition(",")[2].strip()) or peer)

    def _is_one(self, peer: IPv4Address | IPv6Address | None) -> bool:
        return peer is not None and any(peer in network for network in self.addresses)


def _peer(scope: Scope) -> IPv4Address | IPv6Address | None:
    client = scope.get("client")
    return _address(client[0]) if client else None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
