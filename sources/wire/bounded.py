"""Leaving behind a call that does not end.

Here: a bound in time that nothing outside can stretch. Not here: what is called, nor for how long
it may last.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar


class Closeable(Protocol):
    """What holds something that must be given back."""

    def close(self) -> object:
        """Give it back."""


T = TypeVar("T", bound=Closeable)


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what a call gives, or leave it behind.

    The timeouts of a socket start again at each byte, and there is none on a name server. A call
    that is left behind ends when it may, in a thread that holds nothing back; what it gives then is
    closed.

    Args:
        seconds: For how long it is waited for.
        call: What is called; what it raises is raised.

    Raises:
        TimeoutError: It had not ended by then.
    """
    given: Future[T] = Future()

    def run() -> None:
        try:
            given.set_result(call())
        except BaseException as error:  # raised again where it is waited for
            given.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return given.result(max(0.0, seconds))
    except TimeoutError:
        given.add_done_callback(_close)
        raise


def _close(late: Future[T]) -> None:
    if late.exception() is None:
        late.result().close()
