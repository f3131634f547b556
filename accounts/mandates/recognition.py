"""Recognising the official: which mandates belong to which account, how surely, and who said so.

Three degrees. *Proposed*: the name, the sex and the birth month that the NIR told at account creation fit a
line of the register; the person says whether it is theirs. *Sure*: a certified identity (FranceConnect or
document) has the same name, first name and date of birth. *By hand*: staff attach, detach and correct.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone

from accounts.identity import birth_month
from accounts.identity.nir import Nir
from accounts.models import Mandate, User
from core.locks import lock
from core.text import name_key

mandate_confirmed = Signal()
"""Sent with ``user``, in the transaction that gave them a mandate: their rights of the year follow at once."""


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
    """The mandates that wait for the person's « c'est bien moi »."""
    proposed = user.mandates.running(timezone.localdate()).filter(status=Mandate.Status.PROPOSED)
    return proposed.select_related("commune")


# Proposing -----------------------------------------------------------------------------------------


@transaction.atomic
def propose_mandates(user: User, nir: Nir) -> int:
    """For a new account, while *nir* is in memory: attach or propose the mandates that fit; how many.

    What the NIR told is kept as a hint only while the identity is not certified.
    """
    sure = attach_surely(user)
    if not user.certified_by:
        birth_month.remember(user, nir)

    def fits(born: date) -> bool:
        return born.year % 100 == nir.year2 and nir.month in {None, born.month}

    return sure + _propose(user, fits)


def propose_again(user: User) -> int:
    """Propose what the register brought since, from what the account remembers; how many."""
    return _propose(user, lambda born: birth_month.born_that_month(user, born) is True)


def _propose(user: User, fits: Callable[[date], bool]) -> int:
    found = 0
    for mandate in _candidates(user).filter(user=None, status=Mandate.Status.UNMATCHED):
        named = not user.first_names or same_first_name(user.first_names, mandate.first_name)
        if named and mandate.birth_date and fits(mandate.birth_date):
            free = Mandate.objects.filter(pk=mandate.pk, user=None)
            found += free.update(user=user, status=Mandate.Status.PROPOSED)
    return found


def _candidates(user: User) -> QuerySet[Mandate]:
    same_sex = Q(sex="") | Q(sex=user.sex) if user.sex else Q()
    running = Mandate.objects.running(timezone.localdate())
    return running.filter(same_sex, name_key__in=name_keys(user)).exclude(rejected_by=user)


def same_first_name(first_names: str, register: str) -> bool:
    """Whether the register's first name is among a person's; it often keeps only the usual one."""
    return bool(name_key(register)) and f" {name_key(register)} " in f" {name_key(first_names)} "


# Being sure ----------------------------------------------------------------------------------------


@transaction.atomic
def attach_surely(user: User) -> int:
    """Confirm every mandate that a certified identity proves to be the person's; how many were newly confirmed.

    A proposal that the certified date of birth belies goes back to the register; one made to somebody else, who
    only shares the name and the month, is taken over. A mandate that somebody else confirmed stays: staff decide.
    """
    if not (user.certified_by and user.birth_date and user.first_names):
        return 0
    User.objects.lock(user)  # before its mandates: its rights follow
    belied = proposed_to(user).exclude(birth_date=user.birth_date)
    belied.update(user=None, status=Mandate.Status.UNMATCHED)
    open_ones = _candidates(user).filter(birth_date=user.birth_date).exclude(status=Mandate.Status.CONFIRMED)
    sure = [mandate.pk for mandate in open_ones if same_first_name(user.first_names, mandate.first_name)]
    confirmed = Mandate.objects.filter(pk__in=sure).update(user=user, status=Mandate.Status.CONFIRMED)
    User.objects.filter(pk=user.pk).update(birth_month_digest="")
    user.birth_month_digest = ""
    if confirmed:
        mandate_confirmed.send(User, user=user)
    return confirmed


# The person's answer -------------------------------------------------------------------------------


@transaction.atomic
def confirm(mandate_id: int, user: User) -> Mandate:
    """« C'est bien moi ». Safe to repeat. Raises ``MandateError`` when it is not proposed to this person."""
    mandate = _locked(mandate_id, user=user)
    if mandate.status == Mandate.Status.PROPOSED:
        mandate.status = Mandate.Status.CONFIRMED
        mandate.save(update_fields=["status"])
        mandate_confirmed.send(User, user=user)
    return mandate


@transaction.atomic
def reject(mandate_id: int, user: User) -> Mandate:
    """« Ce n'est pas moi »: back to the register, never proposed to this person again."""
    mandate = _locked(mandate_id, user=user)
    if mandate.status != Mandate.Status.PROPOSED:
        raise MandateError("Ce mandat est déjà confirmé. Pour le faire corriger, écrivez à l'ADM79.")
    _release(mandate)
    mandate.rejected_by.add(user)
    return mandate


# Staff ---------------------------------------------------------------------------------------------


@transaction.atomic
def attach(mandate: Mandate, user: User) -> None:
    """Staff say that this mandate is this person's: confirmed, whatever was proposed or refused before."""
    mandate = _locked(mandate.pk, user)
    mandate.user, mandate.status = user, Mandate.Status.CONFIRMED
    mandate.save(update_fields=["user", "status"])
    mandate.rejected_by.remove(user)
    mandate_confirmed.send(User, user=user)


@transaction.atomic
def detach(mandate: Mandate) -> None:
    """Staff say that it is not theirs: back to the register, not proposed to the same person again."""
    mandate = _locked(mandate.pk)
    former = mandate.user
    _release(mandate)
    if former:
        mandate.rejected_by.add(former)


def release_all(user: User) -> int:
    """Give back the mandates of an account that closes, as free as before it; how many."""
    return user.mandates.update(user=None, status=Mandate.Status.UNMATCHED)


def _release(mandate: Mandate) -> None:
    mandate.user, mandate.status = None, Mandate.Status.UNMATCHED
    mandate.save(update_fields=["user", "status"])


def _locked(mandate_id: int, *also: User, **owner: User) -> Mandate:
    """The mandate, its row locked after that of the account it will touch (its rights follow)."""
    people = User.objects.filter(pk__in=[each.pk for each in (*owner.values(), *also)])
    _, mandates = lock(people, Mandate.objects.filter(pk=mandate_id, **owner))
    if not mandates:
        raise MandateError("Ce mandat ne vous est plus proposé. Rechargez la page.")
    return mandates[0]
