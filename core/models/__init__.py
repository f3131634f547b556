"""What any guided service keeps: unfinished input, mails to send, counts of failures."""

from core.models.drafts import Draft
from core.models.mails import OutgoingMail
from core.models.runs import PeriodicRun
from core.models.throttles import Throttle

__all__ = ["Draft", "OutgoingMail", "PeriodicRun", "Throttle"]
