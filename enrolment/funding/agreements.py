"""The agreement of a commune or an intercommunalité for a dossier."""

from enrolment.models import Enrolment, FundingAgreement


def is_signed(enrolment: Enrolment) -> bool:
    """Whether ADM79 has noted that it is signed."""
    return FundingAgreement.objects.filter(enrolment=enrolment, signed_on__isnull=False).exists()
