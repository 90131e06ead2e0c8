"""Which indicator, area or category a French text names.

Here: names are compared word by word, without accents, case or plural. Anything that could be one
of two is none: a claim is never tied by guessing. Not here: what a text claims (``claims``).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from expectations.cells.spellings import without_accents
from expectations.printed.document import Document

LEAST_COVERAGE = 0.5
"""Share of a label, weighted by how rare its words are, that a text must say to name it."""
LEAST_MARGIN = 0.2
"""How much further than the next best label it must be."""
SAME_STEM = 5
"""Letters that two words of one family begin with: « agricole » and « agriculture »."""
_EMPTY_WORDS = """
    a au aux avec ayant ce ces celle celui cette comme d dans de des donc dont du elle en entre est
    et il ils l la le les leur leurs lors mais nb nombre ne on ont ou par parmi pas pour qu que qui
    s sa se ses son sont sous sur tout toute toutes tous un une y
"""
EMPTY_WORDS = frozenset(_EMPTY_WORDS.split())


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a text without accents, case, nor punctuation: words between single spaces."""
    letters = without_accents(text).replace("œ", "oe")
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def words(text: str) -> frozenset[str]:
    """Return the words of a text that mean something, in the singular."""
    return frozenset(
        _singular(word) for word in plain(text).split() if word not in EMPTY_WORDS and len(word) > 1
    )


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def stems(some: Iterable[str]) -> frozenset[str]:
    """Return what words have in common with those of their family."""
    return frozenset(word[:SAME_STEM] for word in some)


def head(label: str) -> str:
    """Return the part of a label that says what is counted, without how it is broken down."""
    return re.split(r", par |, y compris | \(", label)[0]


def labels(document: Document) -> dict[str, list[frozenset[str]]]:
    """Return the words of each label under which an indicator is printed."""
    found: dict[str, list[frozenset[str]]] = {}
    for passage in document.of_element("intitule"):
        found.setdefault(passage.indicator, []).append(words(head(passage.text)))
    return found


def named_indicator(
    text: str, words_of_labels: Mapping[str, list[frozenset[str]]], among: Iterable[str]
) -> str | None:
    """Return the one indicator that a text names; None when it could be none or several.

    Args:
        text: A sentence or a title.
        words_of_labels: The words of the labels of each indicator.
        among: The indicators that it may be about.
    """
    candidates = {name: words_of_labels[name] for name in sorted(among) if name in words_of_labels}
    text_words, rarity = words(text), _rarity(candidates)
    scores = sorted(
        (max(_coverage(label, text_words, rarity) for label in several), name)
        for name, several in candidates.items()
    )
    if not scores or scores[-1][0] < LEAST_COVERAGE:
        return None
    best, name = scores[-1]
    next_best = scores[-2][0] if len(scores) > 1 else 0.0
    return name if best - next_best >= LEAST_MARGIN else None


def _rarity(candidates: Mapping[str, list[frozenset[str]]]) -> dict[str, float]:
    used = Counter(word for several in candidates.values() for word in frozenset().union(*several))
    return {word: 1 / count for word, count in used.items()}


def _coverage(
    label: frozenset[str], text_words: frozenset[str], rarity: Mapping[str, float]
) -> float:
    whole = sum(rarity[word] for word in label)
    return sum(rarity[word] for word in label & text_words) / whole if whole else 0.0


def named_code(text: str, names: Mapping[str, str]) -> str | None:
    """Return the one code whose name a text contains; None when it contains none or several.

    A name inside a longer one that is there too does not count (``Loire`` in ``Loire-Atlantique``).
    """
    padded = f" {plain(text)} "
    found = {code: plain(name) for code, name in names.items() if f" {plain(name)} " in padded}
    longest = [
        code
        for code, name in found.items()
        if not any(name != other and f" {name} " in f" {other} " for other in found.values())
    ]
    return longest[0] if len(longest) == 1 else None
