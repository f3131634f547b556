"""What an account remembers of its NIR to compare an identity document with: sex, and a digest of the birth month.

The NIR itself is never stored. When the account is created, while the number is in memory, its sex is kept
and its year and month of birth are digested under the key outside the database, bound to this one account:
the digest tells whether a date typed later falls in the same month, and nothing to who reads the database
or sets two accounts side by side. It is erased as soon as the identity is certified, its only purpose served.
"""

import hmac
from datetime import date

from accounts.identity.nir import Nir
from accounts.models import User
from core.encryption import keyed_digest


def remember(user: User, nir: Nir) -> None:
    """Keep the sex and the digest of the birth month of *nir*; no digest for a month that is not known."""
    user.sex = user.sex or nir.sex
    user.birth_month_digest = _digest(user, nir.year2, nir.month) if nir.month else ""
    user.save(update_fields=["sex", "birth_month_digest"])


def born_that_month(user: User, birth_date: date) -> bool | None:
    """Whether *birth_date* falls in the month that the NIR told; None when that is not known."""
    if not user.birth_month_digest:
        return None
    return hmac.compare_digest(user.birth_month_digest, _digest(user, birth_date.year % 100, birth_date.month))


def _digest(user: User, year2: int, month: int) -> str:
    return keyed_digest(f"{user.pk}:{year2:02}{month:02}", purpose="birth-month")
