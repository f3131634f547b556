"""What any guided service keeps: unfinished input, mails to send, counts of failures, long work, words of the staff."""

from core.models.counts import StepCount
from core.models.drafts import Draft
from core.models.long_tasks import LongTask
from core.models.mails import OutgoingMail
from core.models.runs import PeriodicRun
from core.models.throttles import Throttle
from core.models.words import Announcement, MailPhrase

__all__ = [
    "Announcement",
    "Draft",
    "LongTask",
    "MailPhrase",
    "OutgoingMail",
    "PeriodicRun",
    "StepCount",
    "Throttle",
]
