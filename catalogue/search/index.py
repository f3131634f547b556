"""Keeps the search index true: whatever is saved, the entries it touches are rewritten in the same transaction.

Bulk writes send no signal: whoever makes one calls ``index`` on the trainings it touched.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save

from catalogue.models import (
    Place,
    SearchEntry,
    SearchWord,
    Session,
    Subject,
    Trainer,
    Training,
    TrainingBody,
)
from catalogue.search import words
from core.text import fold

BATCH = 500
REMOTE_WORDS = "à distance distanciel visioconférence en ligne"


def entry(training: Training) -> SearchEntry:
    """The index entry of one training, whose relations should be prefetched (see ``_with_relations``)."""
    sessions = training.sessions.all()
    body = [
        training.title,
        training.reference,
        training.subject.name,
        training.summary,
        training.objectives,
        training.programme,
        training.strong_points,
        training.audience,
        training.body.name,
        *(trainer.name for trainer in training.trainers.all()),
        *(session.place.commune.name for session in sessions if session.place),
        REMOTE_WORDS if any(session.remote for session in sessions) else "",
    ]
    return SearchEntry(training=training, title=words.index_words(training.title), body=words.index_words(*body))


@transaction.atomic
def index(trainings: QuerySet[Training]) -> int:
    """Rewrite the entries of these trainings, and note their words for « Vouliez-vous dire ». Return how many."""
    done = 0
    for batch in batched(_with_relations(trainings).iterator(BATCH), BATCH):
        SearchEntry.objects.bulk_create(
            [entry(training) for training in batch],
            update_conflicts=True,
            unique_fields=["training"],
            update_fields=["title", "body"],
        )
        SearchWord.objects.bulk_create(_spoken_words(batch), ignore_conflicts=True)
        done += len(batch)
    return done


@transaction.atomic
def rebuild() -> int:
    """Write the whole index afresh. Return how many trainings it holds."""
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()
    return index(Training.objects.all())


def _with_relations(trainings: QuerySet[Training]) -> QuerySet[Training]:
    live = Session.objects.filter(cancelled_at__isnull=True).select_related("place__commune").order_by("pk")
    return trainings.select_related("body", "subject").prefetch_related("trainers", Prefetch("sessions", live))


def _spoken_words(trainings: Iterable[Training]) -> list[SearchWord]:
    """The words that an official may have meant."""
    texts = (text for t in trainings for text in (t.title, t.summary, t.subject.name, t.body.name))
    spoken = {fold(word): word for text in texts for word in sorted(words.spoken_words(text))}
    return [SearchWord(word=folded, shown=word) for folded, word in sorted(spoken.items())]


# What touches which trainings ---------------------------------------------------------------------


def touched_by(instance: Any) -> QuerySet[Training]:
    """The trainings whose entry speaks of this object."""
    match instance:
        case Training():
            return Training.objects.filter(pk=instance.pk)
        case Session():
            return Training.objects.filter(pk=instance.training_id)
        case Place():
            return Training.objects.filter(sessions__place=instance).distinct()
        case TrainingBody() | Subject() | Trainer():
            return instance.trainings.all()
        case _:
            raise TypeError(f"the search knows nothing of {instance!r}")


_waiting: ContextVar[set[int] | None] = ContextVar("search_index_waiting", default=None)


@contextmanager
def deferred() -> Iterator[None]:
    """Within the block trainings are noted instead of indexed, and indexed once at its end: for the row of a file.

    The block and its end belong in one transaction, which is opened here; what is rolled back is not indexed.
    """
    with transaction.atomic():
        token = _waiting.set(set())
        try:
            yield
            touched = sorted(_waiting.get() or ())
        finally:
            _waiting.reset(token)
        for batch in [] if transaction.get_rollback() else batched(touched, BATCH):
            index(Training.objects.filter(pk__in=batch))


def _follow(instance: Any) -> None:
    waiting = _waiting.get()
    if waiting is None:
        index(touched_by(instance))
    else:
        match instance:
            case Training():
                waiting.add(instance.pk)
            case Session():
                waiting.add(instance.training_id)
            case _:
                waiting.update(touched_by(instance).order_by().values_list("pk", flat=True))


SAID_OF_A_SESSION = frozenset({"training", "place", "remote", "cancelled_at"})
"""What the entry tells of a session. Seats come and go with each request and change nothing in it."""


def _saved(
    sender: type,
    instance: Any,
    created: bool = False,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """What is new and is not a training nor a session has no training yet."""
    unsaid = sender is Session and update_fields is not None and not update_fields & SAID_OF_A_SESSION
    alone = created and sender not in {Training, Session}
    if not raw and not unsaid and not alone:
        _follow(instance)


def _deleted(sender: type, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """A session that goes with its training needs no new entry: the training's goes too."""
    if getattr(origin, "model", type(origin)) is sender:
        _follow(instance)


def _trainers_changed(sender: type, instance: Any, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and isinstance(instance, Training):
        _follow(instance)


def connect() -> None:
    """Listen to the models; called once when the app is ready."""
    for model in (Training, TrainingBody, Subject, Trainer, Place, Session):
        post_save.connect(_saved, sender=model, dispatch_uid=f"search_saved_{model.__name__}")
    post_delete.connect(_deleted, sender=Session, dispatch_uid="search_session_deleted")
    m2m_changed.connect(_trainers_changed, sender=Training.trainers.through, dispatch_uid="search_trainers")
