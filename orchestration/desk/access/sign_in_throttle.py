"""How often one may try to sign in, by account and by address.

Here: counting tries, for a while and in bounded memory. Not here: what a try is (``sign_in``).
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

QUARTER = 900.0


@dataclass(frozen=True)
class ThrottleLimits:
    """How many tries that failed are let pass.

    Attributes:
        by_account: For one account, declared or not, wherever they come from.
        by_address: From one address, whatever the account.
        within: The seconds in which they are counted.
        most: Accounts and addresses that are remembered; beyond, the oldest are forgotten.
    """

    by_account: int = 5
    by_address: int = 30
    within: float = QUARTER
    most: int = 10_000


class SignInThrottle:
    """Counts tries.

    Args:
        limits: How many are let pass.
        clock: Gives the seconds.
    """

    def __init__(
        self,
        limits: ThrottleLimits = ThrottleLimits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._tries: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many accounts and addresses are remembered."""
        return len(self._tries)

    def wait(self, account: str, address: str) -> float:
        """Return the seconds before a try is let pass; when there are none, count it.

        It is counted before it is known to fail: many at once are not let pass together.
        """
        now = self._clock()
        keys = ("account", account), ("address", address)
        of_account, of_address = (self._recent(key, now) for key in keys)
        full = [of_account] if len(of_account) >= self._limits.by_account else []
        full += [of_address] if len(of_address) >= self._limits.by_address else []
        if full:
            # Nothing is noted of it: whoever is refused would have others forgotten, for nothing.
            return max(tries[0] for tries in full) + self._limits.within - now
        for key in keys:
            self._count(key, now)
        return 0.0

    def forgive(self, account: str, address: str) -> None:
        """Take back the try that did not fail, and those of its account that did."""
        self._tries.pop(("account", account), None)
        if tries := self._tries.get(("address", address)):
            tries.pop()

    def _recent(self, key: tuple[str, str], now: float) -> deque[float]:
        """Return the tries that still count, most recent last."""
        tries = self._tries.get(key, deque())
        while tries and now - tries[0] >= self._limits.within:
            tries.popleft()
        return tries

    def _count(self, key: tuple[str, str], now: float) -> None:
        self._tries.setdefault(key, deque()).append(now)
        self._tries.move_to_end(key)
        if len(self._tries) > self._limits.most:
            self._tries.popitem(last=False)
