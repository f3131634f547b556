"""The agreement of a commune or an intercommunalité for a dossier: written, signed, left."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from enrolment.models import Enrolment, FundingAgreement


class AgreementError(Exception):
    """It cannot be; the text tells staff why."""


def is_signed(enrolment: Enrolment) -> bool:
    """Whether ADM79 has noted that it is signed."""
    return FundingAgreement.objects.filter(enrolment=enrolment, signed_on__isnull=False).exists()


@transaction.atomic
def write(enrolment: Enrolment, given: dict[str, Any]) -> bool:
    """Keep who pays, as the person says it; False, and nothing kept, when ADM79 has noted it signed meanwhile."""
    row, is_new = FundingAgreement.objects.select_for_update().get_or_create(enrolment=enrolment, defaults=given)
    if row.signed_on:
        return False
    if not is_new:
        FundingAgreement.objects.filter(pk=row.pk).update(**given)
    return True


def sign(enrolment: Enrolment, on: date, by: User) -> None:
    """ADM79 notes that it is signed: from then on only ADM79 leaves it."""
    FundingAgreement.objects.filter(enrolment=enrolment).update(signed_on=on, signed_noted_by=by)


def leave(enrolment: Enrolment) -> date:
    """It holds no more: to be signed anew, or the person pays otherwise. Return when it was signed.

    Raises AgreementError when nothing is signed (any more).
    """
    signed = FundingAgreement.objects.select_for_update().filter(enrolment=enrolment, signed_on__isnull=False).first()
    if signed is None or signed.signed_on is None:
        raise AgreementError("Aucun accord signé n'est noté pour ce dossier : il vient peut-être d'être quitté.")
    was = signed.signed_on
    signed.signed_on = signed.signed_noted_by = None
    signed.save(update_fields=["signed_on", "signed_noted_by"])
    return was
