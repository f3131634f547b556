"""Who pays what of a training, to the cent. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from enrolment.models import WITH_DIF, WITH_PUBLIC

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sums:
    """The three parts of a price, in euros; they always add up to it."""

    price: Decimal
    rights: Decimal
    public: Decimal

    @property
    def to_pay(self) -> Decimal:
        """What stays with the person."""
        return self.price - self.rights - self.public


def sums(funding: str, price: Decimal, covered: Decimal) -> Sums:
    """The parts of *price* when the DIF can pay *covered* of it. Raises ValueError for more than the price."""
    price, covered = price.quantize(CENT), covered.quantize(CENT)
    if not ZERO <= covered <= price:
        raise ValueError(f"{covered} of {price} cannot be covered")
    rights = covered if funding in WITH_DIF else ZERO
    public = price - rights if funding in WITH_PUBLIC else ZERO
    return Sums(price, rights, public)


def shares(balance: Decimal, wanted: list[Decimal]) -> list[Decimal]:
    """How a balance is shared between dossiers, the first sent first: nobody gets below zero, no cent is lost."""
    given = []
    for amount in wanted:
        share = min(amount, max(balance, ZERO))
        balance -= share
        given.append(share)
    return given
