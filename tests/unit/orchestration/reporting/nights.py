"""Nights to report: the founding case, a night with sources in trouble, a quiet night.

The numbers are those of the region's interim report of 2025.
"""

from dataclasses import replace
from datetime import UTC, datetime

from expectations.verdicts.table import Severity
from orchestration.reporting.reported_findings import (
    CellLine,
    FindingLine,
    PointLine,
    RuleLine,
    SeriesLine,
)
from orchestration.reporting.reported_night import FigureLine, IndicatorLine, ReportedNight
from orchestration.reporting.reported_sources import RemarkLine, SourceLine

AT = datetime(2026, 11, 22, 2, 5, tzinfo=UTC)
BEFORE = datetime(2026, 11, 15, 2, 5, tzinfo=UTC)
FINDING_ID = "3f9c1a7be204"
SENT = "Données transmises pour le suivi de la stratégie régionale"
EXTRACT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def pcrh_finding() -> FindingLine:
    """The finding of the founding case: 43 in 2023, 4 in 2024."""
    return FindingLine(
        finding_id=FINDING_ID,
        indicator="1A4_pcrh_te",
        indicator_label="PCRH avec un volet « transition écologique »",
        producer="DREETS",
        headings=("2023", "2024"),
        severity="Warning",
        rules=(
            RuleLine("BRK", "Rupture de niveau"),
            RuleLine("DFC", "Changement de définition ou de collecte"),
            RuleLine("LNK", "Partie détachée de son tout"),
            RuleLine("VAN", "Catégorie disparue"),
        ),
        unit="pcrh",
        title="PCRH avec un volet « transition écologique » : 43 en 2023, 4 en 2024",
        explanation=(
            "Le total régional passe de 43 en 2023 à 4 en 2024, soit −91 %. Le hasard seul ne "
            "donnerait un tel écart qu'une fois sur plus d'un milliard.",
            "Deux départements présents en 2023 ont disparu du tableau de 2024 : le "
            "Maine-et-Loire (26) et la Sarthe (1). Ils ne valent pas zéro : ils sont absents.",
            "Dans le même temps, l'ensemble des PCRH passe de 502 à 606 (+21 %). La partie "
            "s'effondre quand le tout progresse, et le mode de collecte, régional en 2023, est "
            "devenu national en 2024.",
        ),
        question=(
            "Les OPCO déclarent-ils encore, en 2024, plusieurs thématiques pour une même "
            "prestation ? Si non, les 4 PCRH restantes sont-elles comparables aux 43 de 2023 ?"
        ),
        addressee="DREETS Pays de la Loire, service Mutations économiques",
        cells=(
            CellLine("Loire-Atlantique", 7, 2),
            CellLine("Maine-et-Loire", 26, None, status_after="L"),
            CellLine("Sarthe", 1, None, status_after="L"),
            CellLine("Vendée", 9, 2),
            CellLine("Pays de la Loire", 43, 4, is_total=True),
        ),
        series=SeriesLine(
            "PCRH avec volet « transition écologique »",
            (PointLine("2023", 43), PointLine("2024", 4, is_held=True)),
        ),
        linked=SeriesLine(
            "Ensemble des PCRH (1C1_pcrh)", (PointLine("2023", 502), PointLine("2024", 606))
        ),
        command=f"vigie explain {FINDING_ID}",
    )


def indicators() -> tuple[IndicatorLine, ...]:
    """The seven indicators of the first release: one held, six new."""
    rate, access = "Taux d'emploi des", "Accès à l'emploi à six mois des publics prioritaires"
    women = "Part des filles dans les vœux vers des formations genrées"
    named = (
        ("1A4_pcrh_te", "PCRH avec un volet « transition écologique »", "DREETS"),
        ("1C1_pcrh", "PCRH, toutes thématiques", "DREETS"),
        ("1C2_taux_emploi_15_64", f"{rate} 15-64 ans", "INSEE"),
        ("1C4_taux_emploi_seniors", f"{rate} 55-64 ans", "INSEE"),
        ("1C5_taux_activite_seniors", "Taux d'activité des 55-64 ans", "INSEE"),
        ("2A3_part_filles_voeux", women, "Parcoursup"),
        ("2B4_acces_emploi_publics_prioritaires", access, "France Travail"),
    )
    told = (
        (6, "pcrh", FigureLine("", 43, "2023")),
        (12, "pcrh", FigureLine("", 606, "2024", 502, "2023")),
        (75, "pct", FigureLine("", 69.1, "2021")),
        (37, "pct", FigureLine("", 52.9, "2022", 51.5, "2021")),
        (19, "pct", FigureLine("", 57.5, "2022")),
        (20, "pct", FigureLine("", 27, "2024", 26, "2023")),
        (8, "pct", FigureLine("", 40.5, "2025-04")),
    )
    first, *others = (
        IndicatorLine(
            indicator=indicator,
            label=label,
            fiche=f"{indicator[0]}.{indicator[1]}",
            producer=producer,
            state="new",
            n_published=published,
            n_held=0,
            unit=unit,
            figures=(figure,),
        )
        for (indicator, label, producer), (published, unit, figure) in zip(named, told, strict=True)
    )
    return (replace(first, state="held", n_held=6), *others)


def sources() -> tuple[SourceLine, ...]:
    """Every source obtained, five of them new tonight."""
    named = (
        ("parcoursup_2018", "Vœux et admissions Parcoursup, session 2018", "Parcoursup"),
        ("insee_emploi_communes", "Emploi au lieu de résidence, par commune", "INSEE"),
        ("france_travail_acces_emploi", "Accès à l'emploi à six mois", "France Travail"),
        ("dreets_pcrh_2023", "PCRH par département, 2023", "DREETS"),
        ("dreets_pcrh_2024", "PCRH par département, 2024", "DREETS"),
        ("cariforef_seniors_zones", "Emploi des seniors par zone d'emploi", "Cariforef"),
    )
    return tuple(
        SourceLine(
            source_id=source_id,
            label=label,
            producer=producer,
            licence=SENT if producer in {"Cariforef", "DREETS"} else "Licence Ouverte 2.0",
            status="unchanged" if source_id == "dreets_pcrh_2023" else "new",
            message="",
            extract_id=EXTRACT,
            obtained_at=AT,
            in_use_since=BEFORE if source_id == "dreets_pcrh_2023" else AT,
        )
        for source_id, label, producer in named
    )


def founding_night() -> ReportedNight:
    """The first night: 1A4_pcrh_te held, the six other indicators published."""
    return ReportedNight(
        at=AT,
        region="Pays de la Loire",
        release_id="20261122T020500Z-7c41d9",
        previous_release_id=None,
        indicators=indicators(),
        findings=(pcrh_finding(),),
        sources=sources(),
        release_location="/srv/vigie/releases/20261122T020500Z-7c41d9",
        page_location="/srv/vigie/reports/2026-11-22.html",
    )


def troubled_night() -> ReportedNight:
    """A night with a refused extract, a portal that fails, and a deposit never received."""
    first, second, third, *others = sources()
    refused = replace(
        first,
        status="refused",
        message=(
            "La colonne « acc_tot_f », attendue, n'est pas dans le fichier "
            "(118 colonnes reçues). Le fichier est conservé dans raw/ ; demander au producteur "
            "si la colonne a changé de nom."
        ),
        in_use_since=BEFORE,
    )
    failed = replace(
        second,
        status="failed",
        message="Le portail n'a pas répondu : 5 essais, dernier message « 503 Service "
        "Unavailable ». Nouvel essai la nuit prochaine.",
        in_use_since=BEFORE,
    )
    missing = replace(
        third,
        status="missing",
        message="Aucun fichier déposé. L'envoi est attendu depuis le 30 septembre 2026.",
        extract_id=None,
        obtained_at=None,
        in_use_since=None,
    )
    return replace(founding_night(), sources=(refused, failed, missing, *others))


def quiet_night() -> ReportedNight:
    """A night on which nothing moved and nothing is held."""
    calm = tuple(replace(line, state="unchanged", n_held=0) for line in indicators())
    still = tuple(replace(line, status="unchanged", in_use_since=BEFORE) for line in sources())
    return replace(
        founding_night(),
        previous_release_id="20261121T020500Z-55aa01",
        indicators=calm,
        findings=(),
        sources=still,
    )


def hostile_night() -> ReportedNight:
    """The founding night, with a script, a formula and a forged line in every text from outside."""
    evil = "<script>$\\x{$alert(1)</script>\" onload='x' &amp; \u202e\r\nBcc: x@y.fr {{ 7*7 }}"
    cells = tuple(replace(cell, label=evil) for cell in pcrh_finding().cells)
    finding = replace(
        pcrh_finding(),
        indicator=evil,
        indicator_label=evil,
        producer=evil,
        headings=(evil, evil),
        unit=evil,
        title=evil,
        explanation=(evil, evil),
        question=evil,
        addressee=evil,
        rules=(RuleLine(evil, evil),),
        cells=cells,
        series=SeriesLine(evil, (PointLine("2023", 43), PointLine(evil, 4, is_held=True))),
        linked=SeriesLine(evil, (PointLine("2023", 502), PointLine(evil, 606))),
        dimension=evil,
        command=evil,
    )
    lines = tuple(
        replace(
            line,
            indicator=evil,
            label=evil,
            fiche=evil,
            producer=evil,
            unit=evil,
            figures=(FigureLine(evil, 43, evil),),
        )
        for line in indicators()
    )
    sources_told = tuple(
        replace(
            line,
            source_id=evil,
            label=evil,
            producer=evil,
            licence=evil,
            message=evil,
            extract_id=evil,
            remarks=(RemarkLine(Severity.WARNING, evil, evil, evil, evil),),
            changes=(f"[grave] La colonne « {evil} » est nouvelle.",),
        )
        for line in troubled_night().sources
    )
    return replace(
        troubled_night(),
        region=evil,
        release_id=evil,
        previous_release_id=evil,
        indicators=lines,
        findings=(finding,),
        sources=sources_told,
        release_location=evil,
        page_location=evil,
    )
