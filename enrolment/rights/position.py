"""What the site knows of a person's DIF élus, and how it knows it. Pure: facts come in, amounts and words go out.

Three kinds that are never mixed: read on Mon Compte Formation, estimated from the mandates, unknown. Unknown is never
zero. A mandate that has ended is a fourth: its rights no longer pay the trainings of a mandate.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

from core import french
from enrolment.rights.estimate import Estimate

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


class Knowledge(StrEnum):
    """How the site knows."""

    READ = auto()
    ESTIMATED = auto()
    UNKNOWN = auto()
    ENDED = auto()


@dataclass(frozen=True)
class Reading:
    """An amount that somebody read on MCF: by the person, or told by them to ADM79."""

    amount: Decimal
    on: date
    by_staff: bool = False


@dataclass(frozen=True)
class Position:
    """One person's rights today. ``reserved``: euros set aside here that MCF had not yet taken when it was read."""

    mandate_running: bool
    mandate_ended: bool
    reading: Reading | None = None
    estimate: Estimate | None = None
    reserved: Decimal = ZERO

    @property
    def knowledge(self) -> Knowledge:
        """The best that is known; an ended mandate goes before all."""
        if self.mandate_ended and not self.mandate_running:
            return Knowledge.ENDED
        if self.reading:
            return Knowledge.READ
        return Knowledge.ESTIMATED if self.mandate_running and self.estimate else Knowledge.UNKNOWN

    @property
    def balance(self) -> Decimal | None:
        """What was read less what is reserved, never below zero; None when nothing was read: there is no balance."""
        if self.knowledge != Knowledge.READ or self.reading is None:
            return None
        return max(ZERO, self.reading.amount - self.reserved)

    @property
    def is_sure(self) -> bool:
        """Whether an amount was read: sums are then said without « s'ils figurent »."""
        return self.knowledge == Knowledge.READ

    @property
    def dif_usable(self) -> bool:
        """Whether the DIF may be asked to pay."""
        return self.knowledge != Knowledge.ENDED

    def covered(self, price: Decimal) -> Decimal:
        """How much of *price* the DIF can pay, as far as is known; all that nothing contradicts."""
        ceilings = {
            Knowledge.READ: self.balance,
            Knowledge.ESTIMATED: self.estimate.high if self.estimate else price,
            Knowledge.UNKNOWN: price,
            Knowledge.ENDED: ZERO,
        }
        return min(price, ceilings[self.knowledge] or ZERO).quantize(CENT)

    @property
    def source(self) -> str:
        """How we know, to stand beside each amount."""
        if self.knowledge == Knowledge.READ and self.reading:
            who = "par l'ADM79" if self.reading.by_staff else "par vous"
            return f"lu sur Mon Compte Formation le {french.day(self.reading.on, weekday=False)} {who}"
        return {
            Knowledge.ESTIMATED: "estimé d'après vos mandats",
            Knowledge.ENDED: "mandat terminé",
        }.get(self.knowledge, "inconnu")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why an estimate is no more than that."""
        if self.knowledge != Knowledge.ESTIMATED or self.estimate is None:
            return ()
        found = self.estimate
        since = f"depuis le {french.day(found.since, weekday=False)}" if found.since else "depuis une date inconnue"
        counted = f"{french.plural(found.credits, 'crédit')} {'annuels' if found.credits > 1 else 'annuel'} "
        return (
            f"{counted if found.credits else 'crédits annuels '}{since}",
            f"plafond du compte : {french.euros(found.cap)}",
            "ce que vous avez déjà utilisé ailleurs n'est pas connu de ce site",
        )
