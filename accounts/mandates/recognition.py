"""Recognising the official: which mandates belong to which account, how surely, and who said so.

*Declared*: the name, the sex and the birth month that the NIR told at account creation fit a line of the register;
the person is asked, and their « oui » is a claim (``MandateClaim``) that gives nothing and excludes nobody.
*Proved*: a certified identity (FranceConnect or document) has the same name, first name and date of birth; the
mandate is theirs, whoever declared it (``accounts.identity.proof`` holds the rule). *By staff*: attached, detached;
this proves the mandate and not the person.

Accounts are locked before mandates (``core`` order: session, dossier, account, mandate).
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone

from accounts.degrees import Degree
from accounts.identity import birth_month
from accounts.identity.nir import Nir
from accounts.identity.proof import Outcome, Thing, judge
from accounts.models import IdentityCase, Mandate, MandateClaim, User
from core import outbox
from core.locks import lock
from core.text import name_key

mandate_confirmed = Signal()
"""Sent with ``user`` (locked), in the transaction that gave them a mandate: their rights of the year follow at once."""
mandate_lost = Signal()
"""Sent with ``user`` (locked), in the transaction that took a mandate from them: what it had brought is taken back."""
mandate_changed = Signal()
"""Sent with ``user`` when the dates or the kind of a mandate of theirs have changed: what was counted on it may too."""

Answer = MandateClaim.Answer
CONTESTED = IdentityCase.Kind.MANDATE_CONTESTED
UNFIT = "Ce mandat ne vous est plus proposé. Rechargez la page."


class MandateError(Exception):
    """What was asked of a mandate cannot be; the text says why, for staff and official alike."""


@lru_cache(maxsize=20_000)  # an import meets the same names over and over
def register_key(name: str) -> str:
    """A name as ``Mandate.name_key`` holds it: without spaces, « Le Goff » and « LEGOFF » being the same."""
    return name_key(name).replace(" ", "")


def name_keys(user: User) -> set[str]:
    """The names the register may know the person by: birth name, usual name, and one after the other."""
    birth, usual = register_key(user.birth_name), register_key(user.usual_name)
    return {birth, usual, birth + usual, usual + birth} - {""}


def proposed_to(user: User) -> QuerySet[Mandate]:
    """The mandates that wait for the person's answer."""
    return _claimed(user, Answer.ASKED)


def declared_by(user: User) -> QuerySet[Mandate]:
    """The mandates that the person says are theirs, and that nothing proves yet."""
    return _claimed(user, Answer.YES)


def _claimed(user: User, answer: Answer) -> QuerySet[Mandate]:
    claimed = Mandate.objects.filter(claims__user=user, claims__answer=answer, status=Mandate.Status.UNMATCHED)
    return claimed.running(timezone.localdate()).select_related("commune")


# Proposing -----------------------------------------------------------------------------------------


@transaction.atomic
def propose_mandates(user: User, nir: Nir) -> int:
    """For a new account, while *nir* is in memory: attach or propose the mandates that fit. Return how many.

    What the NIR told is kept as a hint only while the identity is not certified.
    """
    sure = attach_surely(user)
    if not user.certified_by:
        birth_month.remember(user, nir)

    def fits(born: date) -> bool:
        return born.year % 100 == nir.year2 and nir.month in {None, born.month}

    return sure + _propose(user, fits)


def propose_again(user: User) -> int:
    """Propose what the register brought since, from what the account remembers. Return how many."""
    return _propose(user, lambda born: birth_month.born_that_month(user, born) is True)


def _propose(user: User, fits: Callable[[date], bool]) -> int:
    claims = [
        MandateClaim(mandate=mandate, user=user)
        for mandate in _candidates(user).filter(user=None).exclude(claims__user=user)
        if mandate.birth_date
        and fits(mandate.birth_date)
        and (not user.first_names or same_first_name(user.first_names, mandate.first_name))
    ]
    MandateClaim.objects.bulk_create(claims, ignore_conflicts=True)
    return len(claims)


def _candidates(user: User) -> QuerySet[Mandate]:
    same_sex = Q(sex="") | Q(sex=user.sex) if user.sex else Q()
    running = Mandate.objects.running(timezone.localdate())
    refused = MandateClaim.objects.filter(user=user, answer=Answer.NO).values("mandate")
    return running.filter(same_sex, name_key__in=name_keys(user)).exclude(pk__in=refused)


def same_first_name(first_names: str, register: str) -> bool:
    """Whether the register's first name is among a person's; it often keeps only the usual one."""
    return bool(name_key(register)) and f" {name_key(register)} " in f" {name_key(first_names)} "


# Being sure ----------------------------------------------------------------------------------------


@transaction.atomic
def attach_surely(user: User) -> int:
    """Give the person every mandate that their certified identity proves to be theirs. Return how many are new.

    What the person declared and the certified date of birth belies is forgotten. What only others declared is
    theirs, and the others are told; what another proved stays until staff decide.
    """
    if not (user.certified_by and user.birth_date and user.first_names):
        return 0
    user.mandate_claims.exclude(mandate__birth_date=user.birth_date).exclude(answer=Answer.NO).delete()
    User.objects.filter(pk=user.pk).exclude(birth_month_digest="").update(birth_month_digest="")
    user.birth_month_digest = ""
    fitting = _candidates(user).filter(birth_date=user.birth_date).exclude(user=user)
    sure = [mandate for mandate in fitting if same_first_name(user.first_names, mandate.first_name)]
    if not sure:
        return 0
    # Their holders, if they have one, are not touched: what a proof holds is settled by staff (``_contest``).
    _, mandates = lock(User.objects.filter(pk=user.pk), Mandate.objects.filter(pk__in=[one.pk for one in sure]))
    granted = sum(_grant(mandate, user, user.degree) for mandate in mandates)
    if granted:
        mandate_confirmed.send(User, user=user)
    return granted


def _grant(mandate: Mandate, user: User, degree: Degree) -> bool:
    """Give a locked mandate to *user*, unless another proof stands against it."""
    if mandate.user_id == user.pk:
        return False
    if judge(Thing.MANDATE, mandate.held, degree) is Outcome.CONTESTED:
        _contest(mandate, user)
        return False
    _hold(mandate, user, degree)
    _tell_those_who_declared(mandate, user)
    return True


def _hold(mandate: Mandate, user: User | None, degree: Degree | None) -> None:
    mandate.user, mandate.degree = user, degree
    mandate.status = Mandate.Status.CONFIRMED if user else Mandate.Status.UNMATCHED
    mandate.held_since = timezone.now() if user else None
    mandate.save(update_fields=["user", "degree", "status", "held_since"])


def _tell_those_who_declared(mandate: Mandate, user: User) -> None:
    """The claims of others end; who had said yes is told, the holder too, and staff find an entry."""
    others = mandate.claims.exclude(user=user).exclude(answer=Answer.NO).select_related("user")
    declared = [claim.user for claim in others if claim.answer == Answer.YES]
    mandate.claims.exclude(answer=Answer.NO).delete()
    for other in declared:
        case = IdentityCase.objects.create(
            kind=IdentityCase.Kind.MANDATE_TAKEN, user=user, other=other, mandate=mandate
        )
        context = {"mandate": str(mandate)}
        outbox.send_later("mandates/lost", other.email, context, key=f"mandate-lost:{case.pk}")
        outbox.send_later("mandates/recognised", user.email, context, key=f"mandate-recognised:{mandate.pk}:{user.pk}")


def _contest(mandate: Mandate, user: User) -> None:
    """Two proofs: staff decide; both are told, once."""
    case, is_new = IdentityCase.objects.get_or_create(
        kind=CONTESTED, user=user, mandate=mandate, defaults={"other": mandate.user}
    )
    if not is_new:
        return
    for person in (user, mandate.user):
        if person:
            outbox.send_later(
                "mandates/contested", person.email, {"mandate": str(mandate)}, key=f"contested:{case.pk}:{person.pk}"
            )
    outbox.send_later("identity/case", settings.ADM79_EMAIL, {"what": case.get_kind_display()}, key=f"case:{case.pk}")


# The person's answer -------------------------------------------------------------------------------


@transaction.atomic
def confirm(mandate_id: int, user: User) -> Mandate:
    """« C'est bien moi »: a claim, which waits for a proof. Safe to repeat.

    Raises ``MandateError`` when it is not proposed to this person.
    """
    return _answer(mandate_id, user, Answer.YES)


@transaction.atomic
def reject(mandate_id: int, user: User) -> Mandate:
    """« Ce n'est pas moi »: never proposed to this person again."""
    if Mandate.objects.filter(pk=mandate_id, user=user).exists():
        raise MandateError("Ce mandat est déjà confirmé. Pour le faire corriger, écrivez à l'ADM79.")
    return _answer(mandate_id, user, Answer.NO)


def _answer(mandate_id: int, user: User, answer: Answer) -> Mandate:
    mine = Mandate.objects.filter(pk=mandate_id, user=user).first()
    if mine:
        return mine  # proved meanwhile
    asked = MandateClaim.objects.filter(mandate=mandate_id, user=user, mandate__status=Mandate.Status.UNMATCHED)
    (claims,) = lock(asked)
    claim = next(iter(claims), None)
    if claim is None or (claim.answer == Answer.NO and answer == Answer.YES):
        raise MandateError(UNFIT)
    claim.answer, claim.at = answer, timezone.now()
    claim.save(update_fields=["answer", "at"])
    mandate: Mandate = claim.mandate
    return mandate


# Staff ---------------------------------------------------------------------------------------------


@transaction.atomic
def attach(mandate: Mandate, user: User) -> None:
    """Staff say that this mandate is this person's: theirs, whatever was declared, refused or held before.

    The person's own degree of proof stays what it was.
    """
    mandate, users = _with_accounts(mandate, user)
    former, user = mandate.user, users[user.pk]
    MandateClaim.objects.filter(mandate=mandate, user=user, answer=Answer.NO).delete()
    _hold(mandate, user, Degree.DOCUMENT)
    if former and former.pk != user.pk:
        mandate_lost.send(User, user=users[former.pk])
    _tell_those_who_declared(mandate, user)
    mandate_confirmed.send(User, user=user)


@transaction.atomic
def detach(mandate: Mandate) -> None:
    """Staff say that it is not theirs: back to the register, not proposed to the same person again."""
    mandate, users = _with_accounts(mandate)
    former = mandate.user
    _hold(mandate, None, None)
    if former:
        MandateClaim.objects.update_or_create(
            mandate=mandate, user=former, defaults={"answer": Answer.NO, "at": timezone.now()}
        )
        mandate_lost.send(User, user=users[former.pk])


def release_all(user: User) -> int:
    """Give back the mandates of an account that closes, as free as before it. Return how many."""
    user.mandate_claims.all().delete()
    return user.mandates.update(user=None, status=Mandate.Status.UNMATCHED, degree=None, held_since=None)


def _with_accounts(mandate: Mandate, *more: User) -> tuple[Mandate, dict[UUID, User]]:
    """The mandate and the accounts it concerns, locked. Raises MandateError when it moves meanwhile."""
    holder_id = Mandate.objects.values_list("user_id", flat=True).get(pk=mandate.pk)
    people = User.objects.filter(pk__in={user.pk for user in more} | ({holder_id} if holder_id else set()))
    users, mandates = lock(people, Mandate.objects.filter(pk=mandate.pk))
    if not mandates or mandates[0].user_id != holder_id:
        raise MandateError("Ce mandat vient de changer de titulaire. Rechargez la page.")
    return mandates[0], {user.pk: user for user in users}
