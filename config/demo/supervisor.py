"""Keeps the demo's processes running in one terminal, and ends them all together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings

TICK = 0.3
"""Seconds between two looks at the processes."""
PATIENCE = 10
"""Seconds that the processes have to end by themselves."""
QUICK_DEATHS = 5
"""So many deaths within a minute, and a process is given up."""


def port_is_free(port: int) -> bool:
    """Whether nobody listens on this port of the machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Child:
    """A process of the demo: a server, started again when it dies; or a chore, run ``every`` so many seconds."""

    name: str
    command: Sequence[str]
    every: float | None = None
    process: subprocess.Popen[bytes] | None = None
    next_start: float = 0
    deaths: list[float] = field(default_factory=list)

    def has_died(self, now: float) -> bool:
        """Whether a server ended although nobody asked it to; noted at *now* (seconds, monotonic)."""
        if self.process is None or self.process.poll() is None:
            return False
        self.process = None
        if self.every is not None:
            self.next_start = now + self.every
            return False
        self.deaths = [*(death for death in self.deaths if now - death < 60), now]
        self.next_start = now + len(self.deaths)
        return True


class Supervisor:
    """Runs the children with one environment and one log until a signal comes."""

    def __init__(
        self, environment: Mapping[str, str], log: Path, report: Callable[[str], None], *, gives_up: bool = True
    ) -> None:
        self.gives_up = gives_up
        self.environment = dict(environment)
        self.log = log
        self.report = report
        self.children: list[Child] = []
        self.stopping = False
        self.make = os.getppid() if "MAKELEVEL" in os.environ else None

    def once(self, *arguments: str) -> None:
        """Run one command of manage.py to its end. Raises subprocess.CalledProcessError."""
        with self.log.open("ab") as log:
            subprocess.run([sys.executable, "manage.py", *arguments], check=True, **self._io(log))  # noqa: S603  our own commands

    def _io(self, log: IO[bytes]) -> dict:
        return {
            "env": self.environment,
            "cwd": settings.BASE_DIR,
            "stdin": subprocess.DEVNULL,
            "stdout": log,
            "stderr": subprocess.STDOUT,
        }

    def stop_on_signals(self) -> None:
        """Ctrl-C, ``kill`` and a closed terminal end the loop instead of this process alone."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def run(self, children: list[Child], is_ready: Callable[[], bool], announce: Callable[[], None]) -> bool:
        """Keep the *children* running until a signal, *announce* once all is ready; whether the end was asked for."""
        self.children = children
        announced = False
        try:
            while not self.stopping and not self._orphaned():
                if not self._tend():
                    return False
                if not announced and is_ready():
                    announced = True
                    announce()
                time.sleep(TICK)
            return True
        finally:
            self._end()

    def _orphaned(self) -> bool:
        """Whether the ``make`` that started the demo has been killed: nobody is left to stop it."""
        return self.make is not None and self.make != os.getppid()

    def _tend(self) -> bool:
        """Start what is due; False when a server dies again and again, and nobody asked for patience."""
        now = time.monotonic()
        for child in self.children:
            if child.has_died(now) and not self.stopping:
                if self.gives_up and len(child.deaths) >= QUICK_DEATHS:
                    self.report(f"« {child.name} » s'arrête sans cesse : voir {self.log}")
                    return False
                self.report(f"« {child.name} » s'est arrêté ; il repart (voir {self.log}).")
            if child.process is None and now >= child.next_start and not self.stopping:
                with self.log.open("ab") as log:
                    child.process = subprocess.Popen(child.command, **self._io(log))  # noqa: S603
        return True

    def _end(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
