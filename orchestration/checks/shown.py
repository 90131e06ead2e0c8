"""What Dagster's pages are given: each text cleaned, or written as the Markdown that they render.

Here: the values of metadata that hold texts from outside, and checks as events. Not here: cleaning
(``expectations.untrusted``) and writing Markdown (``reporting.markdown``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import dagster as dg

from expectations.untrusted import cleaned
from orchestration.reporting import markdown


def text(value: str) -> dg.TextMetadataValue:
    """Return a text, which the pages show as it is."""
    return dg.MetadataValue.text(cleaned(value))


def table(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = ()) -> dg.TableMetadataValue:
    """Return a table of texts, which the pages show as they are.

    Args:
        rows: One mapping a row.
        columns: Their titles, in order; those of the rows when there are none.
    """
    records = [
        dg.TableRecord({title: cleaned(value) for title, value in row.items()}) for row in rows
    ]
    schema = dg.TableSchema([dg.TableColumn(name, type="string") for name in columns])
    return dg.MetadataValue.table(records, schema=schema if columns else None)


def markdown_table(
    titles: Sequence[str], rows: Sequence[Sequence[str]]
) -> dg.MarkdownMetadataValue:
    """Return a table that the pages render; « Aucune. » when it has no row."""
    return dg.MetadataValue.md(markdown.table(titles, rows) if rows else "Aucune.")


def description(lines: Iterable[str]) -> str | None:
    """Return what is said of a check, which the pages render; None when nothing is."""
    return markdown.paragraph(lines)


def evaluation(result: dg.AssetCheckResult) -> dg.AssetCheckEvaluation:
    """Return what came of a check as an event, which no run has to plan.

    As an output, a check is three events: planned, put out, evaluated. A run that planned checks
    and had nothing new to judge leaves all of them « Skipped », and what was said of them unseen.
    """
    return dg.AssetCheckEvaluation(
        cast("dg.AssetKey", result.asset_key),
        cast("str", result.check_name),
        passed=result.passed,
        metadata=result.metadata,
        severity=result.severity,
        description=result.description,
    )
