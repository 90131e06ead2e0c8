"""Which deposits feed an indicator, and what to say when none does.

Here: from what somebody typed to an indicator, and from an indicator to its deposits. Not here:
what a deposit must hold (its contract).
"""

import difflib
from collections.abc import Mapping
from typing import Any

from expectations.cells.indicator_definition import IndicatorDefinition, load_definitions
from expectations.french import listing, quoted
from orchestration.dbt.origins import sources_of
from sources.registry import Source, sources

DEPOSIT = "depot"
INDICATOR = "indicateur"
"""The landed column in which a deposit that feeds several indicators names the one of each row."""

CLOSE = 3
LIKENESS = 0.4


class NotDepositedError(ValueError):
    """No deposit feeds what was asked for; the message says so in French."""


def find_indicator(asked: str, manifest: Mapping[str, Any]) -> IndicatorDefinition:
    """Return the indicator that is asked for by its id, or by the beginning of it.

    Raises:
        NotDepositedError: There is none, or several; those that look like it are named.
    """
    definitions = load_definitions(manifest)
    begun = [name for name in definitions if name.casefold().startswith(asked.casefold())]
    if asked in definitions or len(begun) == 1:
        return definitions[asked if asked in definitions else begun[0]]
    close = begun or _close(asked, definitions)
    hint = f" Les plus proches : {listing(close)}." if close else ""
    message = f"{quoted(asked[:80])} n'est pas un indicateur de la stratégie.{hint}"
    raise NotDepositedError(message)


def _close(asked: str, definitions: Mapping[str, IndicatorDefinition]) -> list[str]:
    by_words = {
        f"{name} {definition.label}".casefold(): name for name, definition in definitions.items()
    }
    by_id = difflib.get_close_matches(asked, definitions, n=CLOSE, cutoff=LIKENESS)
    by_label = difflib.get_close_matches(asked.casefold(), by_words, n=CLOSE, cutoff=LIKENESS)
    return list(dict.fromkeys([*by_id, *(by_words[words] for words in by_label)]))[:CLOSE]


def deposits_of(indicator: IndicatorDefinition, manifest: Mapping[str, Any]) -> list[Source]:
    """Return the deposits that feed an indicator: those its model reads, those that name it.

    Raises:
        NotDepositedError: It is fed by other sources, which are named.
    """
    feeding = sources_of(indicator.id, manifest)
    naming = [source for source in sources().values() if indicator.id in named_indicators(source)]
    deposits = {
        source.id: source for source in [*feeding, *naming] if source.contract.protocol == DEPOSIT
    }
    if deposits:
        return list(deposits.values())
    others = listing(f"{source.label} ({source.producer.name}, {source.id})" for source in feeding)
    message = (
        f"{indicator.id} n'est pas alimenté par un dépôt : il l'est par {others or 'rien encore'}."
    )
    raise NotDepositedError(message)


def named_indicators(source: Source) -> tuple[str, ...]:
    """Return the indicators that a contract names as the only ones of its deposit."""
    column = source.contract.columns.get(INDICATOR)
    return column.only if column else ()


def indicators_of(source: Source, manifest: Mapping[str, Any]) -> list[IndicatorDefinition]:
    """Return the indicators that a deposit feeds, in the order of their names."""
    named = named_indicators(source)
    return [
        definition
        for name, definition in sorted(load_definitions(manifest).items())
        if name in named or source in sources_of(name, manifest)
    ]
