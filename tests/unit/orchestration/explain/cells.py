"""Explanations to be told: a held count, a rate made of its rows, texts that attack."""

from dataclasses import replace
from datetime import UTC, datetime

from expectations.verdicts.table import Cell
from orchestration.explain.explanation import (
    CellStanding,
    CheckLine,
    ExplainedFigure,
    Explanation,
    ExtractLine,
    Publication,
    RawRow,
    RawTable,
    Vintage,
)

AT = datetime(2026, 11, 22, 2, 5, tzinfo=UTC)
RELEASE = "20261122T020500000000Z"
SHA = "34bef5c0" * 8
EVIL = (
    "<script>alert(1)</script>\" onload='x' [bold]gras[/bold] \x1b[31m\u202e\r\n"
    "Bcc: x@y.fr {{ 7*7 }}"
)


def held_count() -> Explanation:
    """1A4 in Loire-Atlantique, 2024: two missions, held and never published."""
    row = RawRow(7, ("2024", "44", "2"), 2.0, None, None)
    return Explanation(
        cell=Cell("1A4_pcrh_te", "DEP-44", "2024", "_T", "_T"),
        indicator_label="PCRH avec un volet « transition écologique »",
        area_label="Loire-Atlantique",
        category_label="",
        unit="pcrh",
        standing=CellStanding.NEVER_PUBLISHED,
        received=ExplainedFigure(2.0, "A"),
        published=None,
        vintages=(Vintage(AT, None, ExplainedFigure(2.0, "A"), SHA),),
        publications=(),
        held_by=("c73638e827c3",),
        reference_period="2024",
        definition="pcrh-1",
        collection="nationale",
        reporters="DREETS",
        comment="",
        caveat="",
        is_judged_as_published=False,
        path=("extract/dreets_pcrh_2024", "indicators/1A4_pcrh_te"),
        model="dbt_project/models/indicators/fiche_1a/1A4_pcrh_te.sql",
        sql="select 1 < 2",
        tables=(
            RawTable("dreets_pcrh_2024", SHA, ("annee", "code_departement", "nombre"), (row,)),
        ),
        extracts=(
            ExtractLine(
                source_id="dreets_pcrh_2024",
                label="PCRH, année 2024",
                producer="DREETS",
                extract_id=SHA,
                url="inbox/dreets_pcrh_2024.csv",
                obtained_at=AT,
                confirmed_at=AT,
                bytes=805,
            ),
        ),
        checks=(
            CheckLine("BRK", "Le niveau n'a pas sauté", "pass", "7 en 2023, 2 en 2024."),
            CheckLine("VAN", "Aucune catégorie n'a disparu", "fail", "Disparue."),
            CheckLine("LNK", "La partie suit son ensemble", "not_evaluated", "Rien à comparer."),
        ),
        decisions=(),
        release_id=RELEASE,
    )


def rate(rows: int = 2) -> Explanation:
    """2A3, one family: as many courses as asked, each with 3 women out of 10."""
    made_of = tuple(
        RawRow(line, ("2019", "BTSA", f"formation {line}", "10", "3"), None, 3.0, 10.0)
        for line in range(1, rows + 1)
    )
    columns = ("session", "form_lib_voe_acc", "fil_lib_voe_acc", "acc_tot", "acc_tot_f")
    figure = ExplainedFigure(30.0, "A", 3.0 * rows, 10.0 * rows)
    return replace(
        held_count(),
        cell=Cell("2A3_part_filles_voeux", "REG-52", "2019", "famille_formation", "BTSA"),
        unit="pct",
        standing=CellStanding.PUBLISHED,
        received=figure,
        published=figure,
        publications=(Publication(RELEASE, AT, figure),),
        held_by=(),
        tables=(RawTable("parcoursup_2019", SHA, columns, made_of),),
    )


def hostile() -> Explanation:
    """The held count, with an attack in every text that comes from outside."""
    (table,), (extract,), (check, *_) = (
        getattr(held_count(), n) for n in ("tables", "extracts", "checks")
    )
    return replace(
        held_count(),
        cell=Cell("1A4_pcrh_te", EVIL, EVIL, EVIL, EVIL),
        area_label=EVIL,
        unit=EVIL,
        reference_period=EVIL,
        definition=EVIL,
        collection=EVIL,
        reporters=EVIL,
        comment=EVIL,
        tables=(replace(table, rows=(RawRow(1, (EVIL, EVIL, EVIL), 2.0, None, None),)),),
        extracts=(replace(extract, url=EVIL, trouble=EVIL, label=EVIL),),
        checks=(replace(check, explanation=EVIL),),
    )
