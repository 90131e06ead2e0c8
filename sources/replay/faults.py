"""The faults that a replayed portal can have, by name.

Here: what each of them is, and the protocols for which it makes sense. Not here: how each portal
shows them (the modules named after portals).
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from sources.registry import source

RECORDINGS = Path(__file__).parent / "recordings"


class Fault(StrEnum):
    """What goes wrong with a source."""

    TRONQUE = "tronque"
    """The answer is cut short, with a 200."""
    INTERROMPU = "interrompu"
    """The export ends with the portal's own message of interruption, with a 200."""
    VIDE = "vide"
    """The export has its header only, with a 200."""
    HTML = "html"
    """A web page is served instead of the data, with a 200."""
    COLONNE_RENOMMEE = "colonne_renommee"
    """A mandatory column has another title."""
    PANNE = "panne"
    """The front end answers 503 in HTML."""
    QUOTA = "quota"
    """The quota of calls is spent: every call is a 429."""
    QUOTA_PASSAGER = "quota_passager"
    """The first call is refused with a 429 that says how long to wait."""
    NOMBRE_DEPLACE = "nombre_deplace"
    """One more row is announced, the date of the data unchanged."""
    COLONNE_RETYPEE = "colonne_retypee"
    """A column of integers holds text."""
    LIGNES_MELEES = "lignes_melees"
    """The same rows come in another order at each call."""
    SESSION_CHANGEE = "session_changee"
    """The data set holds the rows of another session."""
    GOUTTE_A_GOUTTE = "goutte_a_goutte"
    """The export comes one byte at a time."""
    BOM = "bom"
    """The export begins with a byte order mark."""
    CRLF = "crlf"
    """The lines of the export end with two characters."""
    LATIN1 = "latin1"
    """The export is not in UTF-8."""
    COUPE = "coupe"
    """The connection is closed half-way through the data, with a 200."""
    LIGNE_TROP_LONGUE = "ligne_trop_longue"
    """A row of the export has one cell too many."""
    JETON_REFUSE = "jeton_refuse"
    """The credentials are refused."""
    JETON_EXPIRE = "jeton_expire"
    """The first token given is no longer good when it is used."""
    CODE_INCONNU = "code_inconnu"
    """The deposit names a department that is not one of the region's."""
    INDICATEUR_INCONNU = "indicateur_inconnu"
    """The deposit writes the code of an indicator in a way that nobody knows."""
    CHIFFRES_CORRIGES = "chiffres_corriges"
    """The deposit is sent again with other figures: a correction, not a fault of the file."""
    DEPOT_ILLISIBLE = "depot_illisible"
    """The deposit is not a spreadsheet."""
    DEPOT_ABIME = "depot_abime"
    """The deposit is a workbook that was cut while it was copied."""
    DEPOT_FAUTIF = "depot_fautif"
    """Several cells and titles of the deposit are wrong at once."""
    VALEUR_MASQUEE = "valeur_masquee"
    """The deposit masks a value by statistical secrecy: no fault of the file."""
    DROITS_REFUSES = "droits_refuses"
    """One of the scopes asked for is not granted: 400 invalid_scope."""
    ACCES_REFUSE = "acces_refuse"
    """The token is given, and every call is a 403 without a body."""
    LISTE_ABSENTE = "liste_absente"
    """A 500 that wraps the API's own way of having no data."""
    SANS_VALEUR = "sans_valeur"
    """A 200 with the metadata of the indicator and no number."""
    MASQUE = "masque"
    """Numbers are masked, and written as zeros."""
    REVISION = "revision"
    """A period given before is given again with another number."""
    NAN = "nan"
    """A number is a bare NaN, which is no JSON."""
    JEU_RETIRE = "jeu_retire"
    """The data set is no longer in the catalogue: a 500 in plain text."""
    PRODUIT_DEPLACE = "produit_deplace"
    """The catalogue announces the product of another vintage; its data are the same."""
    ERREUR_INTERNE = "erreur_interne"
    """The data set is in the catalogue, and the portal answers a 500 in plain text."""
    MODALITE_REFUSEE = "modalite_refusee"
    """A code that is asked for no longer exists: 400."""
    MESURES_VIDES = "mesures_vides"
    """Measures without a value, flagged as missing."""
    MILLESIME_GEO = "millesime_geo"
    """Territories are given in the geography of another year."""
    PAGE_REPETEE = "page_repetee"
    """The second page is the first one again: the rows are as many as announced, not the same."""
    ZIP_ABIME = "zip_abime"
    """The archive is damaged, and has the size that the catalogue says."""
    TAILLE_FAUSSE = "taille_fausse"
    """The archive has not the size that the catalogue says."""
    AUTRE_JEU = "autre_jeu"
    """The answer is about another data set, or another indicator."""
    AUTRE_REGION = "autre_region"
    """A part of the answer is about another region."""
    AUTRE_PERIODE = "autre_periode"
    """A part of the answer is about another session, year or kind of period."""
    RECENSEMENT_NOUVEAU = "recensement_nouveau"
    """A new census is published, in the geography of its year: no fault."""
    LECTURE_NOUVELLE = "lecture_nouvelle"
    """The next reading is published, in the place of the former one: no fault."""
    SESSION_NOUVELLE = "session_nouvelle"
    """The catalogue lists a session that nobody has heard of: no fault, a new year."""
    DEUX_JEUX = "deux_jeux"
    """The catalogue lists two data sets for one session."""


SHOWN_BY = {
    "opendatasoft": {
        Fault.TRONQUE,
        Fault.INTERROMPU,
        Fault.VIDE,
        Fault.HTML,
        Fault.COLONNE_RENOMMEE,
        Fault.PANNE,
        Fault.QUOTA,
        Fault.QUOTA_PASSAGER,
        Fault.NOMBRE_DEPLACE,
        Fault.COLONNE_RETYPEE,
        Fault.LIGNES_MELEES,
        Fault.SESSION_CHANGEE,
        Fault.GOUTTE_A_GOUTTE,
        Fault.COUPE,
        Fault.BOM,
        Fault.CRLF,
        Fault.LATIN1,
        Fault.LIGNE_TROP_LONGUE,
        Fault.AUTRE_JEU,
        Fault.AUTRE_PERIODE,
    },
    "opendatasoft_catalogue": {
        Fault.SESSION_NOUVELLE,
        Fault.DEUX_JEUX,
        Fault.PAGE_REPETEE,
        Fault.TRONQUE,
        Fault.VIDE,
        Fault.HTML,
        Fault.PANNE,
        Fault.QUOTA,
        Fault.QUOTA_PASSAGER,
    },
    "melodi": {
        Fault.TRONQUE,
        Fault.HTML,
        Fault.COLONNE_RENOMMEE,
        Fault.PANNE,
        Fault.QUOTA,
        Fault.QUOTA_PASSAGER,
        Fault.COUPE,
        Fault.JEU_RETIRE,
        Fault.PRODUIT_DEPLACE,
        Fault.ERREUR_INTERNE,
        Fault.MODALITE_REFUSEE,
        Fault.LIGNES_MELEES,
        Fault.MESURES_VIDES,
        Fault.MILLESIME_GEO,
        Fault.PAGE_REPETEE,
        Fault.AUTRE_JEU,
        Fault.AUTRE_REGION,
        Fault.AUTRE_PERIODE,
        Fault.RECENSEMENT_NOUVEAU,
    },
    "france_travail": {
        Fault.JETON_REFUSE,
        Fault.JETON_EXPIRE,
        Fault.VIDE,
        Fault.HTML,
        Fault.PANNE,
        Fault.TRONQUE,
        Fault.DROITS_REFUSES,
        Fault.ACCES_REFUSE,
        Fault.QUOTA,
        Fault.QUOTA_PASSAGER,
        Fault.COUPE,
        Fault.LISTE_ABSENTE,
        Fault.SANS_VALEUR,
        Fault.MASQUE,
        Fault.REVISION,
        Fault.NAN,
        Fault.AUTRE_JEU,
        Fault.AUTRE_REGION,
        Fault.AUTRE_PERIODE,
        Fault.LECTURE_NOUVELLE,
    },
    "depot": {
        Fault.CODE_INCONNU,
        Fault.INDICATEUR_INCONNU,
        Fault.CHIFFRES_CORRIGES,
        Fault.DEPOT_ILLISIBLE,
        Fault.DEPOT_ABIME,
        Fault.DEPOT_FAUTIF,
        Fault.VALEUR_MASQUEE,
        Fault.COLONNE_RENOMMEE,
    },
    "melodi_file": {
        Fault.PANNE,
        Fault.QUOTA,
        Fault.COUPE,
        Fault.VIDE,
        Fault.COLONNE_RENOMMEE,
        Fault.PRODUIT_DEPLACE,
        Fault.ZIP_ABIME,
        Fault.TAILLE_FAUSSE,
        Fault.AUTRE_JEU,
        Fault.AUTRE_PERIODE,
    },
    "france_travail_series": {Fault.DEPOT_ILLISIBLE, Fault.DEPOT_ABIME},
    "reference": set[Fault](),
}
"""The faults that make sense for each protocol."""


def faults_by_source(names: Mapping[str, str]) -> dict[str, Fault]:
    """Return the faults by source id, each from its name.

    Raises:
        KeyError: No such source.
        ValueError: No such fault, or not for that source.
    """
    faults = {source_id: Fault(name) for source_id, name in names.items()}
    for source_id, fault in faults.items():
        protocol = _protocol(source_id)
        if fault not in SHOWN_BY[protocol]:
            msg = f"{source_id} ({protocol}) cannot show {fault!r}: {sorted(SHOWN_BY[protocol])}"
            raise ValueError(msg)
    return faults


def faults_by_dataset(faults: Mapping[str, Fault], protocol: str) -> dict[str, Fault]:
    """Return the faults of the sources of a protocol, by data set."""
    return {
        source(source_id).contract.dataset: fault
        for source_id, fault in faults.items()
        if _protocol(source_id) == protocol
    }


def fault_of(protocol: str, faults: Mapping[str, Fault]) -> Fault | None:
    """Return the fault of a protocol that can show only one, if there is any."""
    shown = (fault for source_id, fault in faults.items() if _protocol(source_id) == protocol)
    return next(shown, None)


def _protocol(source_id: str) -> str:
    return source(source_id).contract.protocol
