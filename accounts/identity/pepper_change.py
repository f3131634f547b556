"""A change of ``NIR_PEPPER``: while ``NIR_PEPPER_FORMER`` is set, each account comes over when its number is typed.

Only then is the number known: it is kept nowhere. The digest under the former pepper proves that it is the same one.
"""

from django.conf import settings
from django.db import transaction

from accounts.identity import birth_month
from accounts.identity.nir import Nir, digest
from accounts.models import User
from core.locks import lock


def bring_forward(nir: Nir) -> None:
    """Digest the account of *nir* anew if it still stands under the former pepper. Call before looking it up."""
    former = settings.NIR_PEPPER_FORMER
    if not former:
        return
    with transaction.atomic():
        (found,) = lock(User.objects.filter(nir_digest=digest(nir, pepper=former)))
        user = found[0] if found else None
        if user and not User.objects.filter(nir_digest=digest(nir)).exists():
            user.nir_digest = digest(nir)
            user.save(update_fields=["nir_digest"])
            if user.birth_month_digest:
                birth_month.remember(user, nir)
