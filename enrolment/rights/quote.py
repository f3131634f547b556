"""What a training costs and what the person's rights cover: the same sums on every page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import User
from catalogue.models import Scale, Training
from enrolment.rights import ledger


@dataclass(frozen=True)
class Quote:
    """« Prix de la formation − droits de l'élu = reste à payer », in euros."""

    price: Decimal
    rights: Decimal
    scale: Scale | None

    @property
    def to_pay(self) -> Decimal:
        """What the rights do not cover."""
        return self.price - self.rights


def quote(training: Training, user: User, today: date) -> Quote:
    """The sums of a training for this person today; staff and visitors have no rights."""
    available = getattr(user, "rights_balance", ledger.ZERO)
    price = training.price.quantize(ledger.CENT)
    return Quote(price, ledger.share_covered(price, available), Scale.in_force(today))
