"""What is left to do, in order, by whom and by when, for a request to leave in time. Pure: facts in, tasks out.

Today officials miss the deadline because the identity check ends after it, or because nobody told them that they
had to act again. So each task is counted back from the last day to send: a check that usually takes four days must
be asked for four days before.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto
from functools import lru_cache

from enrolment.tasks import ANSWER_WORKING_DAYS, Actor, Key, Progress, Task


class Identity(StrEnum):
    """What the site knows of the person's identity, the FranceConnect branch apart."""

    VERIFIED = auto()
    PENDING = auto()
    REFUSED = auto()
    NONE = auto()


class Stage(StrEnum):
    """Where the dossier stands."""

    NONE = auto()
    DRAFT = auto()
    WAITING_LIST = auto()
    SENT = auto()
    ACCEPTED = auto()


@dataclass(frozen=True)
class StepTask:
    """One step of the dossier, as a task. ``proves``: it is there that the person proves who they are."""

    name: str
    title: str
    done: bool = False
    proves: bool = False


@dataclass(frozen=True)
class Facts:
    """What the list is made from. ``identity_days``: days that a check usually takes (measured, or the default).

    ``paying``: what is left to do for the training to be paid, once the request has left (``enrolment.funding``).
    """

    today: date
    last_day: date
    identity: Identity
    identity_days: int
    identity_asked_on: date | None
    franceconnect: bool
    mandate_known: bool
    stage: Stage
    steps: tuple[StepTask, ...] = ()
    sent_on: date | None = None
    paying: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Checklist:
    """The tasks in order. ``time_left``: how long the request may still leave, in words.

    ``no_time``: the identity check can no longer end before the deadline; ``franceconnect_saves``: no need of it.
    """

    tasks: tuple[Task, ...]
    time_left: str = ""
    no_time: bool = False
    franceconnect_saves: bool = False

    @property
    def next_task(self) -> Task | None:
        """The first thing that the person has to do themselves, if any."""
        return next((task for task in self.tasks if task.actor == Actor.YOU and task.progress == Progress.TODO), None)

    @property
    def waiting(self) -> Task | None:
        """What ADM79 is doing now, if anything: the person waits for it."""
        doing = (task for task in self.tasks if task.actor == Actor.ADM79 and task.progress == Progress.WAITING)
        return next(doing, None)

    @property
    def left(self) -> tuple[Task, ...]:
        """What is not behind us."""
        return tuple(task for task in self.tasks if task.progress != Progress.DONE)


@lru_cache(maxsize=1000)
def checklist(facts: Facts) -> Checklist:
    """The list for one person and one session."""
    if facts.stage in {Stage.SENT, Stage.ACCEPTED, Stage.WAITING_LIST}:
        return Checklist((_sent(facts), _answer(facts), *facts.paying))
    identity = [] if facts.identity == Identity.VERIFIED or _proved(facts) else _identity(facts)
    late = any(task.progress == Progress.TOO_LATE for task in identity)
    dossier = _dossier(facts, blocked=bool(identity) and not facts.franceconnect)
    tasks = (*identity, *dossier, *_mandate(facts))
    no_time = late and facts.today <= facts.last_day
    words = time_left(facts.today, facts.last_day, "envoyer votre demande")
    return Checklist(tasks, words, no_time=no_time, franceconnect_saves=no_time and facts.franceconnect)


def time_left(today: date, by: date, task: str) -> str:
    """« Il vous reste 3 jours pour envoyer votre pièce d'identité »."""
    days = (by - today).days
    if days < 0:
        return ""
    if days == 0:
        return f"C'est le dernier jour pour {task} : avant minuit."
    return f"Il vous reste {days} jour{'s' if days > 1 else ''} pour {task}."


def _proved(facts: Facts) -> bool:
    return any(step.proves and step.done for step in facts.steps)


def _mandate(facts: Facts) -> tuple[Task, ...]:
    if facts.mandate_known:
        return ()
    words = "Ce site n'a pas encore retrouvé votre mandat. Cela n'empêche pas d'envoyer votre demande à temps."
    by = facts.last_day if facts.today <= facts.last_day else None  # it is of use afterwards too, for the next request
    return (Task(Key.MANDATE, "Faire reconnaître votre mandat", Actor.YOU, Progress.TODO, by, "", words),)


def _identity(facts: Facts) -> list[Task]:
    usual = f"en général {facts.identity_days} jour{'s' if facts.identity_days > 1 else ''}"
    send_by = facts.last_day - timedelta(days=facts.identity_days)
    if facts.identity == Identity.PENDING:
        expected = (facts.identity_asked_on or facts.today) + timedelta(days=facts.identity_days)
        late = max(expected, facts.today) > facts.last_day
        words = "Votre pièce d'identité est reçue. Vous recevrez un mail dès qu'elle est vérifiée."
        return [
            Task(Key.IDENTITY, "Envoyer votre pièce d'identité", Actor.YOU, Progress.DONE),
            Task(Key.CHECK, "Vérifier votre identité", Actor.ADM79, _waiting(late=late), facts.last_day, usual, words),
        ]
    late = facts.today > send_by
    words = time_left(facts.today, send_by, "envoyer votre pièce d'identité")
    if late:
        words = f"La vérification prend {usual} : elle ne peut plus finir avant le dernier jour d'envoi."
    title = "Envoyer de nouveau votre pièce d'identité"
    if facts.identity == Identity.NONE:
        title = "Envoyer votre pièce d'identité"
    if facts.franceconnect:
        title += ", ou utiliser FranceConnect"
    return [
        Task(
            Key.IDENTITY, title, Actor.YOU, Progress.TOO_LATE if late else Progress.TODO, send_by, "10 minutes", words
        ),
        Task(Key.CHECK, "Vérifier votre identité", Actor.ADM79, Progress.LATER, facts.last_day, usual),
    ]


def _waiting(*, late: bool) -> Progress:
    return Progress.TOO_LATE if late else Progress.WAITING


def _dossier(facts: Facts, *, blocked: bool) -> tuple[Task, ...]:
    opened = StepTask(Key.OPEN, "Créer votre dossier d'inscription", done=facts.stage == Stage.DRAFT)
    todo = Progress.TOO_LATE if facts.today > facts.last_day else Progress.TODO
    tasks = []
    found_next = False  # one thing at a time: what comes after the next step is for later
    for step in (opened, *facts.steps):
        behind = todo == Progress.TODO and (found_next or (blocked and step is not opened))
        found_next = found_next or not step.done
        progress = Progress.DONE if step.done else Progress.LATER if behind else todo
        tasks.append(Task(step.name, step.title, Actor.YOU, progress, facts.last_day))
    return tuple(tasks)


def _sent(facts: Facts) -> Task:
    return Task(Key.SEND, "Envoyer votre demande", Actor.YOU, Progress.DONE, facts.sent_on)


def _answer(facts: Facts) -> Task:
    usual = f"en général {ANSWER_WORKING_DAYS} jours ouvrés"
    if facts.stage == Stage.WAITING_LIST:
        words = "La session est complète. Si une place se libère, elle va au premier de la liste, ou lui est proposée."
        return Task(Key.ANSWER, "Attendre une place", Actor.ADM79, Progress.WAITING, None, "", words)
    progress = Progress.DONE if facts.stage == Stage.ACCEPTED else Progress.WAITING
    words = "" if progress == Progress.DONE else "Vous recevrez sa réponse par mail."
    return Task(Key.ANSWER, "Répondre à votre demande", Actor.ADM79, progress, None, usual, words)
