"""One person on one screen: who they are and how that is known, mandates, rights, dossiers, checks, mails, next step.

The sentence to read aloud is the one that the person reads on their own home page (``enrolment.dossiers.board``).
Nothing is asked twice; each part is shown to who may see it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.contact import addresses, bounces, phones
from accounts.mandates import recognition
from accounts.models import FranceConnectIdentity, MandateDeclaration, User
from core import french, outbox
from core.models import OutgoingMail
from enrolment.dossiers.board import Board, board_for
from enrolment.dossiers.facts import Situation
from enrolment.dossiers.stamps import Stamp, stamp_of
from enrolment.funding import marks
from enrolment.funding.milestones import Track
from enrolment.models import AssistedEnrolment, Enrolment, IdentityCheck, LedgerEntry, Milestone
from enrolment.rights.position import Knowledge, Position
from enrolment.rights.readings import position_of

LATEST = 12
"""Rows of one kind; the lists have them all."""


@dataclass(frozen=True)
class Line:
    """One dossier on both tracks."""

    dossier: Enrolment
    stamp: Stamp
    funding: str

    @property
    def when(self) -> str:
        """The session's days."""
        return french.span(self.dossier.session.start, self.dossier.session.end)


def page_of(person: User, by: User, now: datetime) -> dict[str, Any]:
    """What the page of an official shows to *by*, a member of staff."""
    today = timezone.localdate(now)
    parts: dict[str, Any] = {"proof": _proof(person), "reach": _reach(person)}
    if by.has_perm("accounts.view_mandate"):
        parts |= _mandates(person)
    if by.has_perm("enrolment.view_enrolment"):
        parts |= {"aloud": read_aloud(board_for(Situation(person, now))), "dossiers": _dossiers(person, today)}
    if by.has_perm("enrolment.view_assistedenrolment"):
        parts["prepared"] = list(
            AssistedEnrolment.objects.filter(for_user=person).select_related("session__training", "opened_by")[:LATEST]
        )
    if by.has_perm("enrolment.view_ledgerentry"):
        parts |= _rights(person, today)
    if by.has_perm("enrolment.view_identitycheck"):
        parts["checks"] = list(_checks(person))
    if by.has_perm("core.view_outgoingmail"):
        parts |= {"mails": _mails(person), "shared": _shared(person), "fails": bounces.fails(person)}
    return parts


def _proof(person: User) -> dict[str, Any]:
    return {
        "degree": person.degree,
        "words": str(person.degree.label),
        "on": french.day(timezone.localdate(person.certified_at), weekday=False) if person.certified_at else "",
        "franceconnect": FranceConnectIdentity.objects.filter(user=person).exists(),
    }


def _reach(person: User) -> list[str]:
    """Telephones, then the address of the mail and of the home."""
    numbers = [phones.shown(number) for number in (person.mobile, person.landline) if number]
    return [*numbers, *filter(None, [person.email, ", ".join(addresses.lines(person))])]


# What they see ---------------------------------------------------------------------------------------


def read_aloud(board: Board) -> str:
    """What the person sees on their home page and what they have to do, as it is said on the telephone."""
    if not board.live:
        if board.prepared:
            title = board.prepared.session.training.title
            return f"{board.sentence}. C'est pour « {title} ». Sur votre page d'accueil : « Voir le dossier préparé »."
        return f"{board.sentence}. Vous n'avez aucune demande en cours."
    entry = board.live[0]
    act = entry.act
    by = f", au plus tard le {french.day(act.by)}" if act.mine and act.by else ""
    about = f"C'est pour « {entry.title} », {french.span(entry.enrolment.session.start, entry.enrolment.session.end)}."
    words = f" {act.words}" if act.words else ""
    button = f" Sur votre page d'accueil, appuyez sur « {act.button} »." if act.mine else ""
    return f"{board.sentence}{by}. {about}{words}{button}"


# The parts -------------------------------------------------------------------------------------------


def _mandates(person: User) -> dict[str, Any]:
    pending = person.mandate_declarations.filter(status=MandateDeclaration.Status.PENDING)
    return {
        "mandates": list(person.mandates.select_related("commune").order_by("start", "pk")),
        "claimed": [
            *((mandate, "déclaré par la personne") for mandate in recognition.declared_by(person)),
            *((mandate, "proposé par le répertoire") for mandate in recognition.proposed_to(person)),
        ],
        "declarations": list(pending),
    }


def _dossiers(person: User, today: date) -> list[Line]:
    rows = Enrolment.objects.filter(user=person).select_related("session__training", "session__place__commune", "user")
    found = rows.order_by("-created_at", "pk")[:LATEST]
    return [Line(each, stamp_of(each), in_words(each, marks.track_of(each, today))) for each in found]


def in_words(dossier: Enrolment, track: Track | None) -> str:
    """Where the funding stands: what is said of Mon Compte Formation, and who says it."""
    if track is None:
        return str(dossier.get_funding_display()).capitalize()
    if track.ending:
        return str(Milestone(track.ending).label)
    done = [stage for stage in track.stages if stage.is_done]
    last = f"{done[-1].line.title} ({done[-1].source})" if done else "Rien n'est encore dit de Mon Compte Formation"
    following = track.next or track.waiting
    return f"{last}. Ensuite : {following.line.title.lower()}" if following else last


def _rights(person: User, today: date) -> dict[str, Any]:
    entries = LedgerEntry.objects.filter(user=person).select_related("enrolment", "by").order_by("-id")
    return {
        "rights": known(position_of(person, today)),
        "credited": french.euros(person.rights_balance),
        "readings": list(person.rights_readings.select_related("by").order_by("-read_on", "-id")[:LATEST]),
        "movements": [(entry, french.euros(entry.amount)) for entry in entries[:LATEST]],
    }


def known(position: Position) -> str:
    """The rights in one sentence, always with how they are known; unknown is never zero."""
    if position.reading and position.balance is not None:
        who = "noté par l'ADM79" if position.reading.by_staff else "noté par la personne"
        read = f"{french.euros(position.reading.amount)}, lus sur Mon Compte Formation le "
        read += f"{french.day(position.reading.on, weekday=False)} ({who})"
        kept = f" ; {french.euros(position.reserved)} réservés ici" if position.reserved else ""
        return f"{read}{kept} ; {french.euros(position.balance)} pour une nouvelle demande."
    if position.knowledge == Knowledge.ESTIMATED and position.estimate:
        high = french.euros(position.estimate.high)
        return (
            f"Au plus {high}, estimés d'après ses mandats. Ce n'est pas un solde : il se lit sur Mon Compte Formation."
        )
    if position.knowledge == Knowledge.ENDED:
        return "Mandat terminé : ses droits ne paient plus une formation liée au mandat."
    return "Inconnus : le solde se lit sur Mon Compte Formation."


def _checks(person: User) -> Any:
    return person.identity_checks.exclude(status=IdentityCheck.Status.DRAFT).order_by("-submitted_at", "-pk")[:LATEST]


def mails_to(person: User) -> Any:
    """The mails of the last three months to the person's address, latest first."""
    wanted = Q(recipient_digest=OutgoingMail.digest_of(person.email)) if person.email else Q(pk__in=[])
    return OutgoingMail.objects.filter(wanted).order_by("-created_at", "pk")


def _mails(person: User) -> list[tuple[OutgoingMail, str]]:
    return [(mail, outbox.title_of(mail.template)) for mail in mails_to(person)[:LATEST]]


def _shared(person: User) -> int:
    """How many other accounts have the same address: their mails are in the list too."""
    same = User.objects.filter(email__iexact=person.email, closed_at=None) if person.email else User.objects.none()
    return max(same.count() - 1, 0)
