"""The arithmetic that a suite may write: terms, numbers, ``+ − × /`` and parentheses.

Here: reading a formula into Python's own syntax tree, of which four operations are kept, and
working it out; it is data, and is never executed as code. Not here: the numbers of its terms
(``rules.standard.terms``).
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping

import numpy as np

from expectations.statistics.grouped import Floats

LONGEST = 200
"""Characters of a formula, beyond which nobody reads it."""

WRITTEN = {"×": "*", "÷": "/", "\N{MINUS SIGN}": "-", "\N{NO-BREAK SPACE}": " "}
OPERATIONS: Mapping[type[ast.operator], Callable[..., Floats]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class Formula:
    """An arithmetic expression on named terms.

    Args:
        text: ``100 × (ouvertures + fermetures) / offertes``; a decimal mark may be a comma.

    Raises:
        ValueError: It is too long, or is something else than arithmetic on names and numbers.
    """

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            message = f"formule trop longue : {len(text)} caractères, {LONGEST} au plus"
            raise ValueError(message)
        self.text = text
        self._tree = _read(text)
        self.names = frozenset(
            node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)
        )

    def of(self, terms: Mapping[str, Floats]) -> Floats:
        """Return its value for each line of the terms; what cannot be divided is not finite."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(_value(self._tree, terms), dtype=np.float64)


def _read(text: str) -> ast.expr:
    for sign, operation in WRITTEN.items():
        text = text.replace(sign, operation)
    try:
        tree = ast.parse(re.sub(r"(?<=[0-9]),(?=[0-9])", ".", text.strip()), mode="eval").body
    except SyntaxError:
        message = f"formule illisible : « {text} »"
        raise ValueError(message) from None
    for node in ast.walk(tree):
        if not _is_arithmetic(node):
            message = f"formule : « {text} » est autre chose que du calcul sur des termes"
            raise ValueError(message)
    return tree


def _is_arithmetic(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float()) | ast.BinOp() | ast.Name():
            return True
        case ast.UnaryOp(op=ast.USub()) | ast.USub() | ast.Load():
            return True
        case _:
            return type(node) in OPERATIONS


def _value(node: ast.expr, terms: Mapping[str, Floats]) -> Floats:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATIONS[type(op)](_value(left, terms), _value(right, terms))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, terms)
        case ast.Name(id=name):
            return terms[name]
        case _:
            return np.float64(ast.literal_eval(node))  # type: ignore[return-value] # broadcasts
