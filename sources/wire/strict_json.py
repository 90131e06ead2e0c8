"""JSON from outside: what could be taken for two things, or kept nowhere, is no JSON here.

Here: UTF-8 only, each name once in an object, no half of a character. Not here: what an answer
should hold (``protocols``), nor the sentence that refuses it.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def strict_json(
    content: bytes,
    *,
    number: Callable[[str], Any] | None = None,
    constant: Callable[[str], Any] | None = None,
) -> object:
    """Read a JSON text.

    Args:
        content: The text, in UTF-8, with or without a byte order mark.
        number: What is made of a number as it is written; the number itself when not given.
        constant: What is made of a bare ``NaN`` or ``Infinity``; a float when not given.

    Raises:
        ValueError: It is not JSON, gives a name twice, or holds half a character.
    """
    text = content.decode("utf-8-sig")
    try:
        value: object = json.loads(
            text,
            parse_float=number,
            parse_int=number,
            parse_constant=constant,
            object_pairs_hook=_each_name_once,
        )
        if _HALF_CHARACTER.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        msg = "too many levels"
        raise ValueError(msg) from None
    return value


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; the standard library would silently keep the last of two values."""
    members = dict(pairs)
    if len(members) != len(pairs):
        msg = "a name is given twice"
        raise ValueError(msg)
    return members
