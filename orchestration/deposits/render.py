"""A receipt as a page and as plain text.

Here: filling the templates. Not here: what they say (``receipt`` and the templates).
"""

from collections.abc import Sequence
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader

from expectations.french import count
from orchestration.deposits.receipt import MOST_SHOWN, Receipt
from orchestration.reporting.templating import environment


@cache
def _environment() -> Environment:
    """Return the environment of the report, which also finds the templates of receipts."""
    shared = environment()
    own = PackageLoader("orchestration.deposits", "templates")
    loaders = [own, shared.loader] if shared.loader else [own]
    return shared.overlay(loader=ChoiceLoader(loaders))


def page(receipt: Receipt) -> str:
    """Return a receipt as a page of HTML; every text from outside is escaped."""
    return _rendered("receipt.html", receipt)


def text(receipt: Receipt) -> str:
    """Return a receipt as plain text."""
    return _rendered("receipt.txt", receipt)


def _rendered(template: str, receipt: Receipt) -> str:
    return (
        _environment().get_template(template).render(receipt=receipt, most=MOST_SHOWN, rest=_rest)
    )


def _rest(lines: Sequence[object]) -> str:
    """Say how many lines are not shown, if any."""
    more = len(lines) - MOST_SHOWN
    return f"Et {count(more, 'autre', 'autres')}." if more > 0 else ""
