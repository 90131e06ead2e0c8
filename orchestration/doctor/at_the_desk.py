"""Who is let in at the desk.

Here: who is declared, and whether somebody can decide. Not here: letting in (``desk.access``).
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from expectations.french import listing
from orchestration.doctor.subject_health import ExaminedStation, SubjectHealth, ill, well
from orchestration.settings.settings import Settings
from orchestration.station.desk_users import DeskUser, DeskUsers, DeskUsersError, Role
from sources.wire import loopback

MOST_NAMED = 10


def desk(station: ExaminedStation) -> SubjectHealth:
    """Look at who may read and decide."""
    try:
        declared = DeskUsers(station.folders).read()
    except DeskUsersError as error:
        return ill(str(error), "")
    if declared is None:
        return _of_nobody(station.settings)
    return declared_people(declared, is_proxied=bool(station.settings.proxy_user_header))


def _of_nobody(settings: Settings) -> SubjectHealth:
    """Look at a desk where nobody is declared: it is for those of this machine."""
    to_do = "Déclarez qui y lit et qui y décide (« vigie users add --live »)."
    if settings.proxy_user_header:
        return ill("Personne n'est déclaré : le serveur frontal n'y fait entrer personne.", to_do)
    if settings.url and urlsplit(settings.url).hostname not in loopback.NAMES:
        sentence = f"Personne n'est déclaré : qui atteint {settings.url} signe du nom qu'il veut."
        return ill(sentence, to_do)
    return well("Ouvert à qui est sur cette machine ; personne n'est déclaré.")


def declared_people(declared: Mapping[str, DeskUser], *, is_proxied: bool) -> SubjectHealth:
    """Say who is declared, and whether somebody can decide.

    Args:
        declared: The people, by the name that they sign in with.
        is_proxied: Whether a reverse proxy names them, in the place of a password.
    """
    people = [f"{login} ({user.role.label})" for login, user in declared.items()]
    sentence = f"Déclarés : {listing(people, MOST_NAMED)}." if people else "Personne n'est déclaré."
    able = [user for user in declared.values() if is_proxied or user.password]
    if not any(user.role is Role.DECIDER for user in able):
        to_do = "Donnez à un décideur son mot de passe : « vigie users password », ou « add »."
        return ill(f"{sentence} Personne ne peut décider.", to_do)
    if len(able) < len(declared):
        return well(sentence, "À qui n'a pas de mot de passe : « vigie users password ».")
    return well(sentence)
