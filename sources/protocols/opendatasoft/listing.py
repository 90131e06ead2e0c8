"""The catalogue of an Opendatasoft portal: which data sets of a kind it publishes.

Here: its pages of ids, and the sessions that are read in them. Not here: the data sets themselves
(``client``), nor which ids are of a kind (``contract.yml``, where ``dataset`` is their pattern).

No filter is sent: what portals understand of one in a catalogue is not established, and the ids of
a whole portal are a few small pages. Other data sets come and go every week: that is no news.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from sources.client import Absent, Extract, FetchContext, Fetched, FetchedPart, Source, Unchanged
from sources.errors import ExtractRefused, FetchFailed, quoted
from sources.protocols.opendatasoft import records
from sources.protocols.opendatasoft.client import API, check
from sources.tables.conformity import conform
from sources.tables.tabular import rows_table
from sources.wire.http import Answer, host_of

ID = "dataset_id"
MOST_PAGES = 100


class CatalogueClient:
    """Fetches and reads the ids of a portal's data sets."""

    def fetch(self, source: Source, context: FetchContext) -> Fetched | Unchanged | Absent:
        """Get every page of ids, unless those of the contract's kind are those of last time.

        Raises:
            FetchFailed: The portal did not answer as it should.
        """
        url = f"{source.contract.portal}{API}"
        answers = [_page(url, 0, context)]
        while len(answers) * records.PAGE < _total(answers[0]):
            answers.append(_page(url, len(answers), context))
        parts = tuple(
            FetchedPart.from_answer(answer, context.scratch / f"{source.id}-{number:03}.json")
            for number, answer in enumerate(answers)
        )
        announced = _announced(source, [part.path for part in parts])
        if context.still(announced):
            return Unchanged(url)
        return Fetched(parts, url, announced, answers[0].status, answers[0].headers)

    def read(self, source: Source, extract: Extract) -> pa.Table:
        """Read one row a session: the session, and the id of its data set.

        Raises:
            ExtractRefused: Pages are missing, no id is of the kind, or two are of one session.
        """
        listed = _listed(source, extract.paths)
        rows = [{"session": session, "dataset": dataset} for session, dataset in listed.items()]
        return conform(source.contract, rows_table(rows))


def _page(url: str, number: int, context: FetchContext) -> Answer:
    params = [
        ("select", ID),
        ("order_by", ID),
        ("limit", str(records.PAGE)),
        ("offset", str(number * records.PAGE)),
    ]
    answer = context.session.get(url, params=params)
    check(answer)
    return answer


def _total(answer: Answer) -> int:
    match answer.json():
        case {"total_count": int(total)} if total <= MOST_PAGES * records.PAGE:
            return total
        case _:
            msg = f"{host_of(answer.url)} ne dit plus combien de jeux de données il publie."
            raise FetchFailed(msg, permanent=True)


def _announced(source: Source, paths: Sequence[Path]) -> dict[str, Any]:
    """Return what tells one state of the catalogue from another; bad pages say nothing."""
    try:
        return {"datasets": sorted(_listed(source, paths).values())}
    except ExtractRefused:
        return {}


def _listed(source: Source, paths: Sequence[Path]) -> dict[str, str]:
    """Return the data set of each session, of all that the portal publishes."""
    ids = [row.get(ID) or "" for row in records.read(paths, None).to_pylist()]
    if len(set(ids)) < len(ids):
        msg = "Des pages du catalogue répètent un jeu de données : elles ont changé en chemin."
        raise ExtractRefused(msg, rule="RNR")
    listed: dict[str, str] = {}
    for found in filter(None, (re.fullmatch(source.contract.dataset, name) for name in ids)):
        other = listed.setdefault(found["session"], found[0])
        if other != found[0]:
            msg = (
                f"Le catalogue donne deux jeux de données pour la session {found['session']} : "
                f"{quoted([other, found[0]])}. Demander au producteur lequel fait foi."
            )
            raise ExtractRefused(msg)
    if not listed:
        msg = (
            f"Aucun des {len(ids)} jeux de données du catalogue n'a un identifiant de la forme "
            f"« {source.contract.dataset} » : ils ont été renommés ou retirés."
        )
        raise ExtractRefused(msg, rule="RNR")
    return dict(sorted(listed.items()))
