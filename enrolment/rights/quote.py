"""What a training costs and what the person's rights cover: the same sums on every page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from catalogue.models import Training
from enrolment.models import Enrolment, Funding
from enrolment.rights.position import Position
from enrolment.rights.readings import position_of
from enrolment.rights.sums import Sums, sums


@dataclass(frozen=True)
class Quote(Sums):
    """« Prix de la formation − droits de l'élu = reste à payer », in euros, with how the rights are known."""

    funding: str
    position: Position

    @property
    def on_condition(self) -> bool:
        """Whether the rights are only supposed: they pay « s'ils figurent sur Mon Compte Formation »."""
        return bool(self.rights) and not self.position.is_sure

    @property
    def agreed(self) -> tuple[Decimal, Decimal, Decimal]:
        """What a person agrees to: price, DIF, commune."""
        return self.price, self.rights, self.public


NOBODY = Position(mandate_running=False, mandate_ended=False)
"""Visitors and staff: nothing is known of rights that they do not have."""


def quote(
    training: Training, user: User, today: date, *, funding: str = Funding.DIF, besides: Enrolment | None = None
) -> Quote:
    """The sums of a training for this person today; what *besides*, a dossier, has set aside is theirs to use."""
    return quote_by(position_for(user, today, besides=besides), training.price, funding)


def position_for(user: object, today: date, **given: Any) -> Position:
    """``position_of`` as a price needs it; nothing is known of the rights of visitors and staff."""
    if not isinstance(user, User) or user.is_staff:
        return NOBODY
    return position_of(user, today, all_reserved=False, **given)


def quote_by(known: Position, price: Decimal, funding: str) -> Quote:
    """The sums of a price for who has these rights."""
    parts = sums(funding, price, known.covered(price))
    return Quote(parts.price, parts.rights, parts.public, str(funding), known)
