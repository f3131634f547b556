"""How surely something is known to be somebody's, and who has it after two people have claimed it.

Pure: no request, no query, no clock. The scarce things are a social-security number, a mandate of the register and
a FranceConnect ``sub``: at most one account has each for good. What is declared never outranks what is proved, and
the site never decides between two proofs.
"""

from datetime import date
from enum import Enum, auto

from accounts.degrees import Degree
from accounts.identity.nir import Nir, agrees


class Thing(Enum):
    """What only one account can have for good."""

    NUMBER = auto()
    MANDATE = auto()
    SUB = auto()


class Outcome(Enum):
    """What becomes of a thing that one account holds when another claims it."""

    GRANTED = auto()
    """Nobody has it: the one who arrives has it, at the degree they bring."""
    SHARED = auto()
    """Both declare it; neither has it for good, and nothing is counted on it."""
    KEPT = auto()
    """The holder keeps it; nobody need be told."""
    TAKEN = auto()
    """A proof meets a declaration: it passes to the one who arrives; both are told, staff find an entry."""
    CONTESTED = auto()
    """Two proofs: the holder keeps it until staff decide; both are told to call ADM79."""


def judge(thing: Thing, held: Degree | None, arriving: Degree) -> Outcome:
    """Who has *thing* after a claim of degree *arriving* meets one of degree *held* (None: nobody has it)."""
    if held is None:
        return Outcome.GRANTED
    if thing is Thing.SUB:
        return Outcome.KEPT  # the very same proof: it opens the account that it belongs to
    if arriving == Degree.DECLARED:
        both_declared = held == Degree.DECLARED
        return Outcome.SHARED if thing is Thing.MANDATE and both_declared else Outcome.KEPT
    return Outcome.TAKEN if held == Degree.DECLARED else Outcome.CONTESTED


class Agreement(Enum):
    """How a number and a certified identity go together."""

    WHOLE = auto()
    """Sex, month of birth and place of birth are known on both sides, and the same."""
    PARTIAL = auto()
    """Nothing contradicts, but a part cannot be compared: staff look."""
    NONE = auto()
    """At least one part is another person's."""


def agreement(nir: Nir, *, sex: str, birth_date: date | None, birthplace: str, contradictions: list[str]) -> Agreement:
    """How *nir* and a certified identity go together.

    *contradictions* are those that the identity finds itself; *birthplace* is the COG code of the commune, or of
    the country for who was born abroad. A commune that has merged has another code than the number says: the
    department alone proves little, so staff look.
    """
    if contradictions or agrees(nir, sex or None, birth_date):
        return Agreement.NONE
    compared = bool(sex) and birth_date is not None and nir.month is not None and nir.place == birthplace
    return Agreement.WHOLE if compared else Agreement.PARTIAL
