"""Long work in two acts: what was given is read and shown; once confirmed, it is written. Each act is a task.

Nothing is written before it was shown. Whoever asked may leave the page: the state is in the database. A worker that
was killed is noticed by ``alive_until``; ``requeue_lost`` (called with the mails' own) gives its work to another.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.tasks import task
from django.utils import timezone

from core import encryption
from core.models import LongTask

logger = logging.getLogger(__name__)

ALIVE = timedelta(minutes=5)
"""A worker not heard of for so long was killed; in one transaction nobody can hear it, so none lasts longer."""
MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=30)
State = LongTask.State


class RefusedError(Exception):
    """What was given cannot be taken; the text says why, to staff."""


class NothingWrittenError(RefusedError):
    """Refused before the first part was written, of a work that is written by parts."""


class TakenOverError(Exception):
    """A worker was thought killed, and another has its work: what it did is not kept."""


@dataclass
class Given:
    """What a kind of work gets: the bytes given, the choices made with them, who asked, a way to say how far it is."""

    content: bytes
    options: dict[str, Any]
    by: Any
    progress: Callable[[int, int], None] = lambda _done, _total: None
    shown: dict[str, Any] | None = None
    """What was shown, when it is to be written."""


class Work:
    """One kind of long work; a subclass registers itself by its *name*."""

    name: ClassVar[str] = ""
    refusals: ClassVar[tuple[type[Exception], ...]] = (RefusedError,)
    at_once: ClassVar[bool] = True
    """Written in one transaction: all or nothing. Otherwise by parts, each of which can be repeated."""
    known: ClassVar[dict[str, type["Work"]]] = {}

    def __init_subclass__(cls) -> None:
        if cls.name:
            Work.known[cls.name] = cls

    def look(self, given: Given) -> dict[str, Any]:
        """What would be written, JSON-able; writes nothing. Raises one of ``refusals``."""
        raise NotImplementedError

    def write(self, given: Given) -> dict[str, Any]:
        """Write it; what was done, JSON-able. Raises one of ``refusals``."""
        raise NotImplementedError


def start(kind: type[Work], content: Iterable[bytes], options: dict[str, Any], by: Any) -> LongTask:
    """Ask for the reading of what was given."""
    with transaction.atomic():
        work = LongTask(kind=kind.name, options=options, by=by)
        work.take(content)
        work.save(force_insert=True)
        run.enqueue(str(work.pk))
    return work


def confirm(work: LongTask, by: Any, options: dict[str, Any] | None = None) -> bool:
    """What was shown is to be written, with these choices; False when it was confirmed, or dropped, before.

    From then on it is the work of *by*, who may not be who gave it: the journal names who answers for what is written.
    """
    changed = {"options": {**work.options, **(options or {})}, "by": by, "attempts": 0, "done": 0, "total": 0}
    return _move(work, (State.SHOWN,), State.CONFIRMED, enqueue=True, **changed)


def look_again(work: LongTask, options: dict[str, Any]) -> bool:
    """Read what was given anew, with other choices."""
    chosen = {**work.options, **options}
    return _move(work, (State.SHOWN,), State.READING, enqueue=True, options=chosen, attempts=0, done=0, total=0)


def drop(work: LongTask) -> bool:
    """What was shown is not to be written."""
    return _move(work, (State.SHOWN,), State.DROPPED, content=b"", ended_at=timezone.now())


def resume(work: LongTask, now: datetime) -> bool:
    """Ask again for a work whose worker was killed."""
    lost = Q(alive_until__lt=now) | Q(alive_until=None)
    with transaction.atomic():
        for running, before in ((State.LOOKING, State.READING), (State.WRITING, State.CONFIRMED)):
            if LongTask.objects.filter(lost, pk=work.pk, state=running).update(state=before):
                run.enqueue(str(work.pk))
                return True
    return False


def requeue_lost(now: datetime) -> int:
    """Give the works of killed workers to another one. Return how many."""
    lost = LongTask.objects.filter(state__in=(State.LOOKING, State.WRITING), alive_until__lt=now)
    return sum(resume(work, now) for work in lost.defer("content", "report").order_by("created_at", "pk"))


def purge(now: datetime) -> int:
    """Delete the rows asked for ``KEPT_FOR`` ago. Return how many."""
    return LongTask.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


@task()
def run(pk: str) -> str:
    """Do the act that is due: the state it led to (for the task's row)."""
    now = timezone.now()
    work = _take(pk, now)
    if work is None:
        return "nothing to do"
    if work.attempts > MOST_ATTEMPTS:
        return _fail(work, "Le travail s'est interrompu plusieurs fois.")
    kind = Work.known[work.kind]()
    is_writing = work.state == State.WRITING
    shown = work.found if is_writing else None
    given = Given(work.given, work.options, work.by, _progress_of(work, silent=is_writing and kind.at_once), shown)
    try:
        with transaction.atomic() if is_writing and kind.at_once else nullcontext():
            found = (kind.write if is_writing else kind.look)(given)
            return _end(work, found)
    except TakenOverError:
        return "taken over"
    except kind.refusals as error:
        words = " ".join(getattr(error, "messages", [str(error)]))
        return _fail(work, words, wrote=not isinstance(error, NothingWrittenError))
    except Exception as error:
        logger.exception("long task %s (%s) failed: %s", work.pk, work.kind, type(error).__name__)
        return _fail(work, "Le site n'a pas su aller au bout.")


def _take(pk: str, now: datetime) -> LongTask | None:
    """The work, marked as ours, unless another worker has it or it has ended."""
    for before, running in ((State.READING, State.LOOKING), (State.CONFIRMED, State.WRITING)):
        mine = LongTask.objects.filter(pk=pk, state=before)
        if mine.update(state=running, alive_until=now + ALIVE, attempts=F("attempts") + 1, ended_at=None):
            return LongTask.objects.select_related("by").get(pk=pk)
    return None


def _progress_of(work: LongTask, *, silent: bool) -> Callable[[int, int], None]:
    """How the worker says how far it is, at most once a second; in a transaction nobody would hear it."""
    last = timezone.now() - ALIVE

    def progress(done: int, total: int) -> None:
        nonlocal last
        now = timezone.now()
        if silent or now - last < timedelta(seconds=1):
            return
        last = now
        LongTask.objects.filter(pk=work.pk).update(done=done, total=total, alive_until=now + ALIVE)

    return progress


def _end(work: LongTask, found: dict[str, Any]) -> str:
    state = State.DONE if work.state == State.WRITING else State.SHOWN
    ended = {"content": b"", "ended_at": timezone.now()} if state == State.DONE else {}
    if not _mine(work).update(state=state, report=encryption.encrypt_json(found), **ended):
        raise TakenOverError
    return str(state)


def _fail(work: LongTask, why: str, *, wrote: bool = True) -> str:
    by_parts = work.state == State.WRITING and not Work.known[work.kind].at_once
    report = encryption.encrypt_json({"why": why, "partly": by_parts and wrote})
    ended = {"content": b"", "ended_at": timezone.now()}
    _mine(work).update(state=State.FAILED, report=report, **ended)
    return str(State.FAILED)


def _mine(work: LongTask) -> QuerySet[LongTask]:
    """The row, as long as no other worker has taken the work over."""
    return LongTask.objects.filter(pk=work.pk, state=work.state, attempts=work.attempts)


def _move(work: LongTask, sources: tuple[str, ...], target: str, *, enqueue: bool = False, **values: Any) -> bool:
    with transaction.atomic():
        moved = LongTask.objects.filter(pk=work.pk, state__in=sources).update(state=target, **values) == 1
        if moved and enqueue:
            run.enqueue(str(work.pk))
    return moved
