"""Whether a desk may listen where it is asked to.

Here: refusing one that anybody of a network would decide at. Not here: who is let in once it
listens (``admission``).
"""

from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUsers

OPEN_TO_ALL = (
    "Le bureau n'écoute pas sur {address} : personne n'y est déclaré, et quiconque l'atteindrait "
    "pourrait décider. Déclarez au moins une personne (« vigie users add », avec « --live » hors "
    "démonstration), ou retirez VIGIE_DESK_ADDRESS."
)
IN_CLEAR = (
    "Le bureau n'écoute pas sur {address} : mots de passe et sessions y passeraient en clair. "
    "Placez devant lui un serveur frontal en TLS, et donnez son adresse, en https, par VIGIE_URL."
)


def refused_exposure(settings: Settings) -> str:
    """Say why the desk does not listen where it is asked to; the empty text when it may."""
    address = settings.desk_address
    if address.is_loopback:
        return ""
    if not (settings.proxy_user_header or DeskUsers(settings.folders).are_declared):
        return OPEN_TO_ALL.format(address=address)
    return "" if settings.url.startswith("https://") else IN_CLEAR.format(address=address)
