"""What any guided service keeps: unfinished input, mails to send, counts of failures, long work."""

from core.models.drafts import Draft
from core.models.long_tasks import LongTask
from core.models.mails import OutgoingMail
from core.models.runs import PeriodicRun
from core.models.throttles import Throttle

__all__ = ["Draft", "LongTask", "OutgoingMail", "PeriodicRun", "Throttle"]
