"""What changed in a source is recorded with the outcome of its collection."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from sources.archive import Archive, FetchOutcome, FetchStatus
from sources.client import Credentials, Extract, FetchContext, Fetched, FetchedPart, Source
from sources.collect import collect
from sources.registry import source
from sources.tables.tabular import read_csv
from sources.wire.http import PortalSession


@dataclass
class FromText:
    """A client whose producer gives the text it is told to give."""

    text: str = ""

    def fetch(self, source: Source, context: FetchContext) -> Fetched:
        """Give the text."""
        path = context.scratch / f"{source.id}.csv"
        path.write_text(self.text, encoding="utf-8")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return Fetched((FetchedPart(path.name, path, digest, path.stat().st_size),), "https://x/y")

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read it."""
        return read_csv(extract.paths[0], source.contract.format.delimiter)


def test_changes_are_recorded_with_the_outcome(tmp_path: Path) -> None:
    known, client, archive = source("parcoursup_2018"), FromText(), Archive(tmp_path)
    mine = Source("essai", known.producer, known.contract, client)

    def collected(text: str) -> FetchOutcome:
        client.text = text
        return collect(
            mine,
            archive=archive,
            session=PortalSession({}),
            region="52",
            credentials=Credentials(),
            accept=lambda _source, _table: (),
        )

    rows = "Pays de la Loire;0051\n" * 10
    assert collected("region;zone\n" + rows).changes == ()
    assert collected("region;zone\n" + rows).status is FetchStatus.UNCHANGED
    second = collected("region;zone\n" + rows.replace("0051", "51"))
    assert second.changes == (
        "[grave] La colonne « zone » a perdu ses zéros de tête : « 0051 » est devenu « 51 ».",
    )
    assert archive.outcomes("essai")[-1] == second
