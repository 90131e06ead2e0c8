"""Whether an answer is about what was asked: the data set, the territory, the period, the filters.

Here: comparing what came with what was asked, and the one sentence that says both. Not here: what
each portal is asked, nor where its answers say what they are about (``protocols``).

What was asked is kept with the extract (``announced["query"]``): the region that is followed, or
the contract, may be another by the time that it is read again.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Never
from urllib.parse import parse_qsl, urlencode

from sources.errors import ExtractRefused, quoted

QUERY = "query"
Params = Iterable[tuple[str, str]]


def announced_query(params: Params) -> dict[str, str]:
    """Return what an extract remembers of what was asked."""
    return {QUERY: urlencode(list(params))}


def asked_of(announced: Mapping[str, Any], default: Params) -> list[tuple[str, str]]:
    """Return what was asked of an extract: of one received before that was kept, the default."""
    query = announced.get(QUERY)
    return list(default) if query is None else parse_qsl(str(query), keep_blank_values=True)


def refuse_others(what: str, asked: Collection[str], came: Iterable[str | None]) -> None:
    """Refuse an answer of which one row is about something else.

    Args:
        what: What it should be about: ``codeTerritoire``.
        asked: The values that were asked for.
        came: That of each row, nothing where the answer does not say.

    Raises:
        ExtractRefused: One row says another value; the message has both.
    """
    others = Counter(value for value in came if value is not None and value not in asked)
    if others:
        refuse(f"{what} = {' ou '.join(sorted(asked))}", others)


def refuse(asked: str, others: Mapping[str, int]) -> Never:
    """Say what was asked and what came, with how many rows of it.

    Raises:
        ExtractRefused: Always.
    """
    lines = sum(others.values())
    msg = (
        f"Ce n'est pas ce qui était demandé. Demandé : {asked} ; reçu : {quoted(sorted(others))}"
        f" ({lines} ligne{'s' if lines > 1 else ''}). L'extrait en service le reste."
    )
    raise ExtractRefused(msg, rule="EVA")
