"""A clock on which no test depends on how fast the machine is."""


class StoppedClock:
    """A clock that only what waits on it moves; it remembers each wait."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """Tell the seconds that were waited for, or that a test lets pass."""
        return self.now

    def sleep(self, seconds: float, /) -> None:
        """Be there at once."""
        self.waits.append(seconds)
        self.now += seconds
