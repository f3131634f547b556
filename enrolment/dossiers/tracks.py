"""The two tracks of a dossier, said in the same words wherever it is shown: the seat here, the funding. Pure.

Each says where it stands, what comes next, who acts and by when. What the site only knows from somebody's word
(Mon Compte Formation) is said as theirs on the page of the milestones; here it is only what is left to do.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst

from core import french
from enrolment.dossiers.checklist import Checklist
from enrolment.dossiers.stamps import stamp_of
from enrolment.funding.milestones import Track
from enrolment.funding.tasks import OVERDUE, TOO_LATE
from enrolment.models import WITH_PUBLIC, Enrolment, Funding, State
from enrolment.tasks import ANSWER_WORKING_DAYS, Actor, Key

SEAT, MONEY = "Ma place à l'ADM79", "Mon financement"
THERE = "sur Mon Compte Formation"
NOTHING_THERE = f"Rien à demander {THERE} tant que vous n'avez pas de place."
ALL_DONE = f"Vous n'avez plus rien à faire {THERE}."


@dataclass(frozen=True)
class Next:
    """What comes next: « créez votre demande », by whom, until when (None: no last day is known)."""

    actor: Actor
    words: str
    by: date | None = None

    @property
    def is_yours(self) -> bool:
        """Whether the person has to act."""
        return self.actor == Actor.YOU

    @property
    def sentence(self) -> str:
        """« À vous d'agir : créez votre demande, au plus tard le … », « L'ADM79 répond à votre demande »."""
        until = f", {french.by(self.by)}" if self.by else ""
        words = self.words if self.is_yours else f"{capfirst(self.actor.label)} {self.words}"
        return f"{words}{until}."


@dataclass(frozen=True)
class Side:
    """One of the two tracks: its name, where it stands, what comes next, and what else there is to know."""

    title: str
    state: str
    next: tuple[Next, ...] = ()
    note: str = ""


def seat(enrolment: Enrolment, checklist: Checklist, last_day: date) -> Side:
    """« Ma place à l'ADM79 »; *last_day*: until when the request may leave."""
    state = State(enrolment.state)
    coming: dict[State, tuple[Next, ...]] = {
        State.DRAFT: (_to_send(checklist, last_day),),
        State.SENT: (Next(Actor.ADM79, f"répond à votre demande, en général sous {ANSWER_WORKING_DAYS} jours ouvrés"),),
        State.WAITING: (
            Next(Actor.YOU, "prenez ou laissez la place proposée")
            if enrolment.is_offered_a_seat
            else Next(Actor.ADM79, "vous écrit si une place se libère"),
        ),
    }
    note = f"Rendez-vous le {french.day(enrolment.session.start)}." if state == State.ACCEPTED else ""
    return Side(SEAT, stamp_of(enrolment).words, coming.get(state, ()), note)


def _to_send(checklist: Checklist, last_day: date) -> Next:
    if checklist.no_time and not checklist.franceconnect_saves:
        return Next(Actor.YOU, "choisissez une autre date de formation")
    if checklist.no_time:
        return Next(Actor.YOU, "continuez avec FranceConnect, sans attendre la vérification", last_day)
    task = checklist.next_task
    if task is None and checklist.waiting:
        return Next(Actor.ADM79, "vérifie votre identité")
    if task and task.key == Key.IDENTITY:
        return Next(Actor.YOU, "faites vérifier votre identité", task.by)
    return Next(Actor.YOU, "envoyez votre demande", last_day)


def funding(enrolment: Enrolment, track: Track | None, signed_on: date | None) -> Side:
    """« Mon financement »: *track* on MCF for who uses the DIF; *signed_on*: when the commune signed."""
    if enrolment.state == State.DRAFT:
        return Side(MONEY, "À choisir", note="Vous choisissez qui paie dans votre dossier, avant l'envoi.")
    state = f"Par {Funding(enrolment.funding).label}"
    if not enrolment.is_live:
        cancel = track is not None and track.asked_there and not enrolment.holds_a_seat
        note = f"Annulez aussi votre demande {THERE}." if cancel else ""
        return Side(MONEY, state, note=note)
    agree = (Next(Actor.YOU, "acceptez ou changez les nouveaux montants"),) if enrolment.sums_to_agree else ()
    mcf, note = _on_mcf(enrolment, track)
    return Side(
        MONEY, state, (*agree, *mcf, *_agreement(enrolment, signed_on)), note or _who_pays(enrolment, signed_on)
    )


def _on_mcf(enrolment: Enrolment, track: Track | None) -> tuple[tuple[Next, ...], str]:
    if track is None:
        return (), ""
    if track.ending or track.too_late:
        return (Next(Actor.YOU, "reprenez votre financement"),), track.way_on or TOO_LATE
    stage = track.next or track.waiting
    if stage:
        title = f"{stage.line.title[0].lower()}{stage.line.title[1:]}"
        where = "" if stage.line.actor == Actor.MCF else f" {THERE}"
        words = f"{title}{where}" if stage.is_yours else f"doit {title}{where}"
        return (Next(stage.line.actor, words, stage.by),), OVERDUE if stage.overdue else ""
    return (), ALL_DONE if enrolment.holds_a_seat else NOTHING_THERE


def _agreement(enrolment: Enrolment, signed_on: date | None) -> tuple[Next, ...]:
    if enrolment.funding not in WITH_PUBLIC or not enrolment.public_agreed or signed_on:
        return ()
    return (Next(Actor.YOU, "faites signer l'accord de votre collectivité", enrolment.session.start),)


def _who_pays(enrolment: Enrolment, signed_on: date | None) -> str:
    if enrolment.funding in WITH_PUBLIC and signed_on:
        return f"Accord signé le {french.day(signed_on, weekday=False)}."
    if enrolment.funding == Funding.SELF and not enrolment.sums_to_agree:
        return f"À votre charge : {french.euros(enrolment.to_pay)}."
    return ""
