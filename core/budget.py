"""So many seconds for all that one request does of a kind, however often it does it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Budget:
    """The end, on the clock of ``time.monotonic``, of what one request may take; *name* tells one kind from another."""

    def __init__(self, name: str) -> None:
        self._end: ContextVar[float | None] = ContextVar(f"{name}_end", default=None)

    @contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        """Within it, all takes *seconds* together."""
        token = self._end.set(time.monotonic() + seconds)
        try:
            yield
        finally:
            self._end.reset(token)

    def end(self, seconds: float) -> float:
        """When it is over; outside any budget *seconds* from now."""
        return self._end.get() or time.monotonic() + seconds
