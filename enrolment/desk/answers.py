"""Requests answered in a stream: the queue, all that an answer needs on one screen, and the minute to take it back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.contact.email_confirmation import is_confirmed
from accounts.models import User
from catalogue.sessions import in_force
from core import french
from core.models import OutgoingMail
from core.text import same_name
from enrolment.dossiers import notifications, workflow
from enrolment.dossiers.decisions import ANSWERS, HELD_FOR, last_decision
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.dossiers.transitions import label_of
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.funding import marks
from enrolment.models import Enrolment, EnrolmentEvent, FundingAgreement, State

RECALLED = "Envoi annulé : cette réponse était une erreur."
SHOWN = 40
"""Requests listed beside the one that is answered."""
EARLIER = 5
"""Earlier dossiers of the same person, the latest first."""


@dataclass(frozen=True)
class Fact:
    """One line of what an answer needs; *doubt*: to be looked at before answering."""

    what: str
    words: str
    url: str = ""
    doubt: bool = False


@dataclass(frozen=True)
class Held:
    """An answer whose mail has not left, and how many seconds are left to take it back."""

    enrolment: Enrolment
    words: str
    seconds: int


def queue() -> QuerySet[Enrolment]:
    """The requests to answer, who has waited longest first."""
    return Enrolment.objects.filter(state=State.SENT).order_by("sent_at", "pk")


def next_after(enrolment: Enrolment) -> Enrolment | None:
    """The request to open once *enrolment* is answered or put off: the next in the queue, then from its start."""
    others = queue().exclude(pk=enrolment.pk)
    moment = enrolment.sent_at
    later = others.filter(Q(sent_at__gt=moment) | Q(sent_at=moment, pk__gt=enrolment.pk)) if moment else others.none()
    return later.first() or others.first()


def held_by(user: User, now: datetime) -> list[Held]:
    """The answers of *user* whose mail can still be dropped, the latest first."""
    recent = EnrolmentEvent.objects.filter(by=user, transition__in=ANSWERS, at__gt=now - HELD_FOR)
    events = {notifications.key_of(event): event for event in recent.select_related("enrolment__user").order_by("-id")}
    waiting = OutgoingMail.objects.filter(key__in=events, sent_at=None, taken_at=None, not_before__gt=now)
    leave_at = {key: moment for key, moment in waiting.values_list("key", "not_before") if moment}
    return [
        Held(event.enrolment, str(State(event.target).label), max(1, int((leave_at[key] - now).total_seconds())))
        for key, event in events.items()
        if key in leave_at
    ]


def recall(enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """« Annuler l'envoi »: take the answer back by the table's own way, and drop its mail.

    Raises RefusedError: TOLD when the mail has left, or what depends on the answer meanwhile (FULL, …).
    """
    last = last_decision(enrolment)
    if last is None or last.transition not in ANSWERS or not notifications.is_unsaid(last):
        raise RefusedError(Refusal.TOLD)
    back = {
        (TransitionName.ACCEPT, State.SENT): TransitionName.UNDO_ACCEPT,
        (TransitionName.REFUSE, State.SENT): TransitionName.BACK_TO_SENT,
        (TransitionName.REFUSE, State.WAITING): TransitionName.BACK_TO_WAITING,
    }[TransitionName(last.transition), State(last.source)]
    return workflow.perform(back, enrolment, by, now, role=Role.STAFF, reason=RECALLED)


def page_of(enrolment: Enrolment, today: date) -> dict[str, Any]:
    """All that an answer needs, for ``templates/desk/answer.html``."""
    return {
        "person": _person(enrolment),
        "proofs": [*_proof(enrolment), *_mandate(enrolment, today)],
        "funding": _funding(enrolment),
        "track": marks.track_of(enrolment, today),
        "place": _session(enrolment),
        "clocks": in_force.both_clocks(enrolment.session, today, dif=enrolment.uses_dif),
        "events": _events(enrolment),
        "earlier": _earlier(enrolment),
    }


def _person(enrolment: Enrolment) -> list[Fact]:
    user = enrolment.user
    found = [Fact("Téléphone", enrolment.phone or "non donné")]
    sure = user is not None and is_confirmed(user, enrolment.email)
    found.append(Fact("Mail", f"{enrolment.email}{'' if sure else ' (adresse pas encore confirmée)'}", doubt=not sure))
    if user and not same_name(user.birth_name, enrolment.birth_name):
        found.append(Fact("Nom du dossier", f"{enrolment.first_names} {enrolment.birth_name}", doubt=True))
    if enrolment.birth_date:
        found.append(Fact("Née ou né le", french.day(enrolment.birth_date, weekday=False)))
    return [*found, Fact("Besoins signalés", enrolment.needs or "aucun")]


def _proof(enrolment: Enrolment) -> list[Fact]:
    user = enrolment.user
    degree = str(user.degree.label) if user else "compte clos"
    how = enrolment.get_proof_display()
    return [Fact("Identité", degree), Fact("Envoi", f"par {how}")]


def _mandate(enrolment: Enrolment, today: date) -> list[Fact]:
    said = ", ".join(filter(None, (enrolment.mandate, enrolment.mandate_place))) or "non dit"
    user = enrolment.user
    mandates = list(user.mandates.in_office(today).select_related("commune")) if user else []
    known = "; ".join(f"{each} ({each.get_source_display()})" for each in mandates)
    return [
        Fact("Mandat déclaré", said),
        Fact("Mandat reconnu", known or "aucun en cours : à vérifier", doubt=not mandates),
    ]


def _funding(enrolment: Enrolment) -> list[Fact]:
    sums = [f"prix {french.euros(enrolment.price)}"] if enrolment.price is not None else []
    if enrolment.uses_dif:
        sums.append(f"droits {french.euros(enrolment.rights_agreed)}")
    if enrolment.public_agreed:
        sums.append(f"collectivité {french.euros(enrolment.public_agreed)}")
    sums.append(f"reste {french.euros(enrolment.to_pay)}")
    found = [Fact("Payé par", enrolment.get_funding_display()), Fact("Montants", ", ".join(sums))]
    if enrolment.sums_to_agree:
        found.append(Fact("Nouveaux montants", "à confirmer par la personne", doubt=True))
    if enrolment.accepts_mcf_risk:
        found.append(Fact("Délai du DIF", "trop court, et accepté ainsi par la personne", doubt=True))
    if enrolment.public_agreed:
        agreement = FundingAgreement.objects.filter(enrolment=enrolment).first()
        signed = agreement.signed_on if agreement else None
        words = f"signé le {french.day(signed, weekday=False)}" if signed else "pas encore signé"
        found.append(Fact("Accord de la collectivité", words, doubt=not signed))
    return found


def _session(enrolment: Enrolment) -> list[Fact]:
    session = enrolment.session
    line = session.enrolments.filter(state=State.WAITING).count()
    seats = f"{french.plural(session.seats_taken, 'prise')} sur {session.seats}, celle-ci comprise"
    return [
        Fact(
            "Dates", f"{french.span(session.start, session.end)}{f', {session.schedule}' if session.schedule else ''}"
        ),
        Fact("Lieu", session.where),
        Fact("Places", f"{seats} ; liste d'attente : {line}" if line else seats),
    ]


def _events(enrolment: Enrolment) -> list[tuple[datetime, str]]:
    rows = enrolment.events.select_related("by").order_by("-id")
    return [
        (row.at, f"{label_of(row.transition)} ({row.by or 'le site'}){f' : {row.reason}' if row.reason else ''}")
        for row in rows
    ]


def _earlier(enrolment: Enrolment) -> list[Enrolment]:
    if enrolment.user is None:
        return []
    others = enrolment.user.enrolments.exclude(pk=enrolment.pk).exclude(state=State.DRAFT)
    return list(others.select_related("session__training").order_by("-session__start", "pk")[:EARLIER])


def waiting_since(enrolment: Enrolment, today: date) -> str:
    """« aujourd'hui », « 3 jours »."""
    days = (today - timezone.localdate(enrolment.sent_at)).days if enrolment.sent_at else 0
    return french.plural(days, "jour") if days > 0 else "aujourd'hui"
