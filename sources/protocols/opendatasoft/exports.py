"""CSV exports of an Opendatasoft portal, which fail with a 200.

Here: telling a whole export from a page, an error, an interruption or a part of one. Not here: how
it is asked for (``client``), nor CSV itself (``tables.tabular``).
"""

import os
from pathlib import Path

import pyarrow as pa

from sources.errors import ExtractRefused
from sources.tables.tabular import read_csv
from sources.wire.strict_json import strict_json

INTERRUPTED = b"Streaming interrupted"
TAIL_BYTES = 4096
HEAD_BYTES = 4096
PAGES = (b"<!doctype", b"<html", b"<?xml")


def read(path: Path, delimiter: str, expected: int | None) -> pa.Table:
    """Read an export into text columns under the portal's titles.

    Args:
        path: The file.
        delimiter: Its separator.
        expected: Number of rows that the portal announces.

    Raises:
        ExtractRefused: It is a page or an error, it was cut, it is empty, or it is not CSV.
    """
    _refuse_other_bodies(path)
    _refuse_interruption(path)
    table = read_csv(path, delimiter, lambda shape: _refuse_missing_rows(shape.rows, expected))
    _refuse_unfinished_row(path)
    return table


def _refuse_other_bodies(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.lower().startswith(PAGES):
        msg = "Le portail a renvoyé une page web au lieu de l'export CSV."
        raise ExtractRefused(msg)
    try:
        error = strict_json(head) if head.startswith(b"{") else None
    except ValueError:
        error = None
    if isinstance(error, dict) and (message := error.get("message") or error.get("error")):
        msg = f"Le portail a renvoyé une erreur au lieu de l'export CSV : « {str(message)[:300]} »."
        raise ExtractRefused(msg)


def _refuse_interruption(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = file.read()
    if INTERRUPTED in tail:
        reason = tail[tail.index(INTERRUPTED) :].decode("utf-8", "replace").strip()[:300]
        msg = f"Le portail a interrompu son export en cours de route : « {reason} »."
        raise ExtractRefused(msg, rule="RNR")


def _refuse_missing_rows(rows: int, expected: int | None) -> None:
    if rows == 0:
        msg = f"L'export ne contient que sa ligne de titres ; le portail annonce {expected} lignes."
        raise ExtractRefused(msg, rule="RNR")
    if expected is not None and rows != expected:
        msg = (
            f"L'export contient {rows} lignes de données alors que le portail en annonce "
            f"{expected} : il est incomplet ou a changé pendant la réception."
        )
        raise ExtractRefused(msg, rule="RNR")


def _refuse_unfinished_row(path: Path) -> None:
    """Refuse an export that does not end a line: its last cell may be cut without a trace."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read() not in {b"\n", b"\r"}:
            msg = "La dernière ligne de l'export n'est pas terminée : sa réception a été coupée."
            raise ExtractRefused(msg, rule="RNR")
