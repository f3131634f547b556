"""The two clocks of a session, and the one line that says both. Pure: days come in, days and words go out.

One clock is ADM79's: until when a request may leave from this site (the guide's 11 days). The other is Mon Compte
Formation's, which decides what the DIF élus can still pay: the request made there should be validated 11 working days
before the start. The training body has 2 working days to answer and the official 4 to validate, so a prudent person
creates it 17 working days before. Sources leave open from which day these are counted: past them the site says
« ne devrait plus », never that it is certain.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache

from catalogue.sessions.deadline import WORKING, last_day_to_send
from core import french
from core.leaves import days_left


class Stretch(IntEnum):
    """How far MCF's clock has run; the greater, the worse."""

    FINE = 0
    RISKY = 1
    LATE = 2


@dataclass(frozen=True)
class Rules:
    """The delays in force, in days before the start (README: settings and sources)."""

    send_days: int
    send_unit: str
    request_working_days: int
    validation_working_days: int


@dataclass(frozen=True)
class Clocks:
    """The last days, until midnight: to send here, to create the request on MCF prudently, to have it validated."""

    send_by: date
    request_by: date
    validate_by: date

    def binding(self, today: date) -> date:
        """The earliest last day ahead of who is paid by the DIF: to ask there, to validate there, to send here."""
        ahead = [day for day in (self.request_by, self.validate_by, self.send_by) if day >= today]
        return min(ahead, default=self.send_by)

    def stretch(self, today: date) -> Stretch:
        """Where *today* falls on MCF's clock."""
        if today <= self.request_by:
            return Stretch.FINE
        return Stretch.RISKY if today <= self.validate_by else Stretch.LATE


@lru_cache(maxsize=1000)
def clocks(start: date, rules: Rules) -> Clocks:
    """Both clocks of a session that starts on *start*. Raises ValueError for delays that cannot be counted."""
    return Clocks(
        send_by=last_day_to_send(start, rules.send_days, rules.send_unit),
        request_by=last_day_to_send(start, rules.request_working_days, WORKING),
        validate_by=last_day_to_send(start, rules.validation_working_days, WORKING),
    )


@lru_cache(maxsize=1000)
def in_one_line(both: Clocks, today: date, *, dif: bool = True, counted: bool = False) -> str:
    """« Demande possible ici jusqu'au … inclus. Pour que le DIF élus paie, créez-la aussi … au plus tard le … ».

    Without *dif*, for who chose another funding, MCF is not named; *counted*: with the days left, where it stands first
    on a page. A day that is past is never said as if it were open.
    """
    if today > both.send_by:
        return f"La demande était possible ici {french.until(both.send_by)}."
    left = today if counted else None
    here = f"Demande possible ici {french.until(both.send_by)}{_left(both.send_by, left)}."
    return f"{here} {payment(both, today, counted=counted)}" if dif else here


def _left(day: date, today: date | None) -> str:
    return f" ({days_left(day, today)})" if today else ""


def in_brief(both: Clocks) -> str:
    """For the columns of the staff's lists: « ici 10/12/2026 · MCF 26/11/2026 », the last days of both clocks."""
    return f"ici {both.send_by:%d/%m/%Y} · MCF {both.request_by:%d/%m/%Y}"


def payment(both: Clocks, today: date, *, counted: bool = False) -> str:
    """What MCF's clock still allows, as a sentence about the request."""
    left = today if counted else None
    return {
        Stretch.FINE: (
            "Pour que le DIF élus paie, créez-la aussi sur Mon Compte Formation, "
            f"{french.by(both.request_by)}{_left(both.request_by, left)}."
        ),
        Stretch.RISKY: (
            "Par le DIF élus, c'est risqué : elle devrait être validée sur Mon Compte Formation "
            f"{french.by(both.validate_by)}{_left(both.validate_by, left)}."
        ),
        Stretch.LATE: "Elle ne devrait plus être payée par le DIF élus.",
    }[both.stretch(today)]
