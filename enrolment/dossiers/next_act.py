"""What to do first, of all dossiers of a person: one sentence, one day, one button. Pure: checklists in, acts out.

Home opens with the most urgent act; « Mes inscriptions » is sorted by it; a dossier's page opens with its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from catalogue.sessions.in_force import leaf_before
from core import leaves
from core.leaves import Leaf
from enrolment.dossiers.checklist import Checklist
from enrolment.dossiers.steps import STEPS
from enrolment.dossiers.task_links import task_link
from enrolment.models import Enrolment, State
from enrolment.tasks import Actor, Key, Progress, Task

FAR = date.max
PATH = frozenset(step.name for step in STEPS)
"""The tasks that are steps of the dossier's path: to the person they are one act, sending."""

SENTENCES: dict[str, str] = {
    Key.IDENTITY: "envoyez votre pièce d'identité",
    Key.MANDATE: "faites reconnaître votre mandat",
}
BUTTONS: dict[str, str] = {
    Key.IDENTITY: "Faire vérifier mon identité",
    Key.MCF: "Dire où j'en suis",
    Key.AGREEMENT: "Préparer l'accord",
    Key.MANDATE: "Voir comment faire",
}
SEND = "envoyez votre demande d'inscription"
CONFIRM = "confirmez votre financement"
CHANGED = "Ce qui est connu de vos droits, ou le prix, a changé depuis votre demande."
TAKE = "prenez la place qui s'est libérée, ou laissez-la"
FREED = "Votre demande est partie à temps : vous êtes parmi les premières personnes à qui elle est proposée."
RESUME = "Reprendre mon dossier"
SEE = "Voir mon dossier"
OTHER_SESSION = "Voir les autres dates"


@dataclass(frozen=True)
class NextAct:
    """What comes next in one dossier.

    *mine*: the person must act, *by* that day when there is one; else they wait, and *sentence* says for what.
    *words* adds what they should know; *button* leads to *url*; *away* when that is another site.
    """

    enrolment: Enrolment
    sentence: str
    mine: bool
    by: date | None = None
    words: str = ""
    button: str = SEE
    url: str = ""
    away: bool = False

    @property
    def urgency(self) -> tuple[bool, date, date]:
        """Sorts acts: who must act before who waits, then by last day, then by session."""
        return (not self.mine, self.by or FAR, self.enrolment.session.start)

    def leaf(self, today: date) -> Leaf:
        """The day that matters: the last day to act, else the session's.

        Before the request has left, Mon Compte Formation's may come first for who is paid by the DIF.
        """
        if self.mine and self.by:
            there = leaf_before(self.enrolment.session.start, today)
            binds = self.enrolment.state == State.DRAFT and self.enrolment.uses_dif and there.day < self.by
            return there if binds else leaves.last_day(self.by, today)
        return leaves.event(self.enrolment.session.start, today, "formation")


def most_urgent_first(acts: Iterable[NextAct]) -> list[NextAct]:
    """All acts, the one to do first at the top."""
    return sorted(acts, key=lambda act: act.urgency)


def next_act(enrolment: Enrolment, checklist: Checklist) -> NextAct:
    """What comes next in a living dossier, for the person or for ADM79."""
    if checklist.no_time:
        return _no_time(enrolment, checklist)
    if enrolment.is_offered_a_seat:
        return _offered(enrolment)
    task = checklist.next_task
    if enrolment.sums_to_agree and enrolment.state != State.DRAFT:
        return _agree(enrolment, task)
    if checklist.waiting and (task is None or task.key in {*PATH, Key.MANDATE}):
        return _wait(enrolment, checklist.waiting)
    if task:
        return _act(enrolment, checklist, task)
    return NextAct(enrolment, "vous n'avez rien à faire", mine=False, url=enrolment.get_absolute_url())


def _act(enrolment: Enrolment, checklist: Checklist, task: Task) -> NextAct:
    on_the_path = task.key in PATH
    return NextAct(
        enrolment,
        SEND if on_the_path else task.request or SENTENCES.get(task.key, f"{task.title[0].lower()}{task.title[1:]}"),
        mine=True,
        by=task.by,
        words=task.words or checklist.time_left,
        button=RESUME if on_the_path else BUTTONS.get(task.key, SEE),
        url=task_link(task.key, enrolment, enrolment.get_absolute_url()) or enrolment.get_absolute_url(),
    )


def _agree(enrolment: Enrolment, task: Task | None) -> NextAct:
    by = task.by if task and task.key == Key.MCF else None  # the request there is made for the sums agreed here
    url = reverse("enrolment:agree", args=[enrolment.pk])
    return NextAct(enrolment, CONFIRM, mine=True, by=by, words=CHANGED, button="Voir les montants", url=url)


def _offered(enrolment: Enrolment) -> NextAct:
    url = reverse("enrolment:seat", args=[enrolment.pk])
    return NextAct(enrolment, TAKE, mine=True, words=FREED, button="Prendre ou laisser la place", url=url)


def _wait(enrolment: Enrolment, task: Task) -> NextAct:
    sentence = "l'ADM79 vérifie votre identité" if task.key == Key.CHECK else "l'ADM79 va vous répondre"
    if enrolment.state == State.WAITING:
        sentence = "vous êtes sur la liste d'attente"
    usual = f"{task.usual.capitalize()}. " if task.usual and task.actor == Actor.ADM79 else ""
    by = task.by if task.progress == Progress.WAITING and enrolment.state == State.DRAFT else None
    words = f"{usual}{task.words}"
    return NextAct(enrolment, sentence, mine=False, by=by, words=words, url=enrolment.get_absolute_url())


def _no_time(enrolment: Enrolment, checklist: Checklist) -> NextAct:
    words = "La vérification de votre identité ne peut plus finir avant le dernier jour d'envoi."
    if checklist.franceconnect_saves:
        by = next((task.by for task in checklist.tasks if task.key == STEPS[-1].name), None)
        url = task_link(STEPS[0].name, enrolment, enrolment.get_absolute_url())
        return NextAct(enrolment, "continuez avec FranceConnect", mine=True, by=by, words=words, button=RESUME, url=url)
    url = enrolment.session.training.get_absolute_url()
    return NextAct(
        enrolment, "choisissez une autre date de formation", mine=True, words=words, button=OTHER_SESSION, url=url
    )
