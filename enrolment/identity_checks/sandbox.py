"""Reading a copy in a process of its own: a booby-trapped file spends that process's time and memory, not the site's.

One at a time on a machine, with a short queue: who comes when it is full is told to try again, and no request waits
for long. The process gets neither the settings nor the secrets of the site: bytes in, bytes out.
"""

import fcntl
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from core.budget import Budget
from enrolment.identity_checks import documents
from enrolment.identity_checks.documents import CleanDocument, DocumentError

MEMORY = 1024**3
"""Bytes of address space: a picture of ``documents.MAX_PIXELS`` takes a quarter of it once decoded."""

CPU_SECONDS = 20
"""Time of the processor: a photo takes one or two seconds on a slow machine."""

BUDGET = 25
"""Seconds by the clock for all the copies of one request, their turns included: nginx waits for 30."""

QUEUE = 4
"""Requests of one process that may wait for their turn or have it."""

QUEUE_SECONDS = 10
"""How long a request waits for its turn."""

LOCK = Path(tempfile.gettempdir()) / f"adm79-documents-{os.getuid()}.lock"
ROOT = Path(__file__).resolve().parents[2]

_queue = threading.BoundedSemaphore(QUEUE)
_budget = Budget("documents")


def budget() -> AbstractContextManager[None]:
    """Within it, all the copies that are read take ``BUDGET`` seconds together."""
    return _budget.of(BUDGET)


def clean(content: bytes) -> CleanDocument:
    """As ``documents.clean``, in a process of its own.

    Raises ``DocumentError``, with the codes of ``documents.clean``, ``too_heavy`` (a limit was reached) or ``busy``.
    """
    if len(content) > documents.MAX_BYTES:
        raise DocumentError("too_large")
    with _turn() as deadline:
        try:
            done = subprocess.run(  # noqa: S603  our own module, and no shell
                [sys.executable, "-m", __name__],
                input=content,
                capture_output=True,
                check=False,
                timeout=max(0.0, deadline - time.monotonic()),
                cwd=ROOT,
                env={"LANG": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired as error:
            raise DocumentError("busy") from error
    return _outcome(done.stdout)


def _outcome(written: bytes) -> CleanDocument:
    """What the process wrote: a line of JSON, then the document. Nothing at all when a limit ended it."""
    head, _, content = written.partition(b"\n")
    try:
        facts = json.loads(head)
    except ValueError as error:
        raise DocumentError("too_heavy") from error
    if "code" in facts:
        raise DocumentError(facts["code"])
    return CleanDocument(content, facts["content_type"], facts["pages"])


@contextmanager
def _turn() -> Iterator[float]:
    """One's turn; until when one has it (``time.monotonic``)."""
    deadline = _budget.end(BUDGET)
    if not _queue.acquire(blocking=False):
        raise DocumentError("busy")
    try:
        with LOCK.open("ab") as lock:
            _wait_for(lock, min(deadline, time.monotonic() + QUEUE_SECONDS))
            yield deadline  # closing the file gives the turn to the next
    finally:
        _queue.release()


def _wait_for(lock: IO[bytes], end: float) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > end:
                raise DocumentError("busy") from error
            time.sleep(0.05)
        else:
            return


def main() -> None:
    """In the process of its own: read the copy, write what became of it."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = b""
    try:
        document = documents.clean(sys.stdin.buffer.read())
        facts: dict[str, object] = {"content_type": document.content_type, "pages": document.pages}
        content = document.content
    except DocumentError as error:
        facts = {"code": error.code}
    except MemoryError:
        facts = {"code": "too_heavy"}
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
