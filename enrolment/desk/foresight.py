"""What an act on a session or a training would do to the people concerned, before it is confirmed."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from catalogue.models import Session, Training
from catalogue.sessions import in_force
from catalogue.sessions.deadline import is_working_day
from core.admin.consequences import Consequences
from core.french import DAYS, day, euros, plural
from enrolment.dossiers import notifications
from enrolment.dossiers.session_changes import Terms
from enrolment.models import LIVE_STATES, Enrolment, State

GROUPS = {
    State.ACCEPTED: "demande acceptée",
    State.SENT: "demande à répondre",
    State.WAITING: "personne en liste d'attente",
    State.DRAFT: "dossier encore à envoyer",
}
"""The living states, in the order in which they weigh."""
PLURALS = {
    "demande acceptée": "demandes acceptées",
    "demande à répondre": "demandes à répondre",
    "personne en liste d'attente": "personnes en liste d'attente",
    "dossier encore à envoyer": "dossiers encore à envoyer",
}


def live_dossiers(session: Session) -> list[Enrolment]:
    """The dossiers of *session* from which something may still come, in the order in which they weigh."""
    rows = session.enrolments.filter(state__in=LIVE_STATES).select_related("user").order_by("sent_at", "id")
    found = list(rows)
    for enrolment in found:
        enrolment.session = session
    return sorted(found, key=lambda each: list(GROUPS).index(State(each.state)))


def concerned(dossiers: Iterable[Enrolment]) -> tuple[str, ...]:
    """« 3 demandes acceptées. », one sentence a state; says it when nobody is concerned."""
    counts = Counter(State(each.state) for each in dossiers)
    said = [
        f"{counts[state]} {PLURALS[name] if counts[state] > 1 else name}."
        for state, name in GROUPS.items()
        if counts[state]
    ]
    return tuple(said) or ("Personne n'est inscrit : personne n'est prévenu.",)


def of_cancelling(session: Session, reason: str) -> Consequences:
    """What calling a session off would do."""
    dossiers = live_dossiers(session)
    rights = sum((each.rights_used for each in dossiers), Decimal(0))
    facts = list(concerned(dossiers))
    if dossiers:
        facts.append("Toutes ces demandes sont annulées, et chacun est averti par mail.")
    if rights:
        facts.append(f"{euros(rights)} de droits réservés sur ce site sont rendus.")
    mails = notifications.mail_as_it_would_leave("session_cancelled", dossiers[0], reason=reason) if dossiers else ()
    return Consequences(tuple(facts), (), mails)


def of_changing(session: Session, after: Terms, today: date) -> Consequences:
    """What new terms would do: whom they touch, the new last day, what is unusual about the new days."""
    before = Terms.of(session)
    changes = after.changes_from(before)
    dossiers = live_dossiers(session)
    facts = [f"{change}." for change in changes] or ["Rien ne change."]
    facts += concerned(dossiers)
    moved = Session(start=after.start)
    if after.start != before.start:
        facts.append(in_force.both_clocks(moved, today))
        facts += ["Les demandes déjà envoyées restent valables : leur dernier jour d'envoi ne change pas."] * any(
            each.sent_at for each in dossiers
        )
    if after.training != before.training and after.training.price != before.training.price:
        facts.append(
            f"Prix : {euros(after.training.price)} au lieu de {euros(before.training.price)} ; "
            "les demandes déjà envoyées gardent le prix convenu."
        )
    if dossiers and changes:
        facts.append(f"{plural(len(dossiers), 'personne')} à prévenir par mail.")
    mails = (
        notifications.mail_as_it_would_leave("session_moved", dossiers[0], changes=list(changes)) if dossiers else ()
    )
    warnings = about_days(after, today) if (after.start, after.end) != (before.start, before.end) else ()
    return Consequences(tuple(facts), warnings, mails)


def about_days(after: Terms, today: date) -> tuple[str, ...]:
    """What is unusual about the days of a session: weekend, public holiday, less than the deadline left."""
    said = []
    for one in dict.fromkeys((after.start, after.end)):
        if one.weekday() >= 5:
            said.append(f"Le {day(one)} est un {DAYS[one.weekday()]}.")
        elif not is_working_day(one):
            said.append(f"Le {day(one)} est un jour férié.")
    if in_force.last_day_to_send(Session(start=after.start)) < today:
        said.append(f"Il reste moins de {in_force.delay_in_words()} : plus personne ne pourra envoyer de demande.")
    return tuple(said)


def of_price(training: Training, price: Decimal) -> Consequences:
    """What a new price would do: sent requests keep theirs, those still to send follow."""
    live = Enrolment.objects.filter(session__training=training, state__in=LIVE_STATES)
    sent = live.exclude(state=State.DRAFT).count()
    drafts = live.filter(state=State.DRAFT).count()
    facts = [f"Prix : {euros(price)} au lieu de {euros(training.price)}."]
    facts.append(f"{plural(sent, 'demande')} déjà en cours : le prix convenu ne change pas.")
    facts.append(f"{plural(drafts, 'dossier')} à envoyer : le nouveau prix est montré et accepté avant l'envoi.")
    facts.append("Personne n'est prévenu par mail.")
    return Consequences(tuple(facts))


def of_withdrawing(training: Training, today: date) -> Consequences:
    """What taking a training out of the catalogue would do."""
    live = Enrolment.objects.filter(session__training=training, state__in=LIVE_STATES).select_related("user")
    sessions = training.sessions.upcoming(today).count()
    facts = [f"{plural(sessions, 'session')} à venir : plus aucune demande ne peut partir.", *concerned(live)]
    facts.append("Les demandes envoyées et acceptées restent valables ; les dossiers à envoyer ne partent plus.")
    facts.append("La page de la formation dit qu'elle n'est plus proposée. Personne n'est prévenu par mail.")
    return Consequences(tuple(facts))
