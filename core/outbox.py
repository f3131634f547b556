"""Mails: decided in a transaction, sent by a worker, each once.

``send_later`` writes an ``OutgoingMail`` row and a task row in the caller's transaction: both exist or neither.
The worker renders ``templates/emails/<template>.txt`` (its first line is the subject, a blank line follows) and
``templates/emails/<template>.html`` when it is there, then sends. ``attachments`` in the context are files of the
mail: each a ``name``, a ``content`` (text) and a ``type``.

Each mail arrives, once:

- a task names only the mail's id; what the mail says, encrypted, and to whom are forgotten once it has left;
- a worker *takes* a mail before sending, so that two workers never send it at the same time;
- a mail server that fails is asked again, later and later, for two days;
- the task of a worker that was killed is given back by ``requeue_lost_tasks`` after ``LOST_AFTER``, and so is one
  that the database failed;
- what remains: a worker killed between the mail server's "250 OK" and the line that notes it (a few
  milliseconds) sends the mail again. SMTP offers no way to close that window; the second copy carries the same
  ``Message-ID``, by which mail servers and readers recognise it.
"""

import logging
import re
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.tasks import TaskResultStatus, task
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.french import typography
from core.models import OutgoingMail
from core.words import phrases
from core.words.phrases import Phrase

logger = logging.getLogger(__name__)
SUBJECT = re.compile(r"{% block subject %}(.*?){% endblock %}", re.DOTALL)
VARIES = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60))
"""How long after each failure the mail is tried again; after the last one it is given up, and the log says so."""
DATABASE_FAULTS = tuple(f"django.db.utils.{name}" for name in ("OperationalError", "InterfaceError", "InternalError"))
"""What a task ends with when the database could not serve it: a lock, a full disk, no answer. Another time it can."""
LOST_AFTER = timedelta(minutes=2)
"""A mail that a worker took so long ago was lost with its worker: the mail server is given 10 s an exchange."""
KEPT_FOR = timedelta(days=90)
"""The rows of mails sent stay so long, so that their keys keep a second request from sending them again."""


def send_later(
    template: str, to: str, context: dict[str, Any], *, key: str | None = None, not_before: datetime | None = None
) -> OutgoingMail | None:
    """Ask for a mail, in the current transaction.

    *template* is a path below ``templates/emails/`` without its ending; *context* is JSON-able and never holds a
    NIR; *key* names this mail for ever: a second request with it does nothing. It leaves at once, or when *not_before*
    has come. None when there is nothing to do.
    """
    if not to:
        return None
    with transaction.atomic():
        mail = OutgoingMail(key=key, template=template, recipient=to, not_before=not_before)
        mail.context = context
        if key is not None:
            fields = {"template": template, "recipient": to, "content": mail.content, "not_before": not_before}
            mail, created = OutgoingMail.objects.get_or_create(key=key, defaults=fields)
            if not created:
                return None
        else:
            mail.save(force_insert=True)
        deliver.using(run_after=not_before).enqueue(str(mail.pk))
    return mail


def recall(key: str) -> bool:
    """Drop the mail of this *key*, in the current transaction; False when it has left, or is leaving."""
    return bool(OutgoingMail.objects.filter(key=key, sent_at=None, taken_at=None).delete()[0])


@task()
def deliver(mail_id: str) -> str:
    """Send one mail: what became of it, in a word (for the task's row)."""
    now = timezone.now()
    if not _take(mail_id, now):
        return "nothing to do"
    mail = OutgoingMail.objects.get(pk=mail_id)
    try:
        compose(mail).send()
    except Exception as error:  # noqa: BLE001  whatever the reason, the mail is tried again
        return _try_again(mail, error, timezone.now())
    forgotten = {"content": b"", "recipient": "", "last_error": "", "taken_at": None}
    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), **forgotten)
    return "sent"


def compose(mail: OutgoingMail, phrase: Phrase | None = None) -> EmailMultiAlternatives:
    """The message as it leaves: plain text, HTML when the template has it, always the same Message-ID.

    *phrase*: the staff's words to try instead of those in force for this kind of mail.
    """
    context = {
        "site_url": settings.SITE_URL,
        "adm79_email": settings.ADM79_EMAIL,
        "cdc_email": settings.CDC_EMAIL,
        "phrase": phrase or phrases.in_force(mail.template),
        **mail.context,
    }
    text = get_template(f"emails/{mail.template}.txt").render(context)
    subject, _, body = text.strip().partition("\n")
    headers = {"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"}
    if stop := context.get("stop_url"):  # one press in the mail reader itself (RFC 8058)
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(subject=subject.strip(), body=_tidy(body), to=[mail.recipient], headers=headers)
    for file in context.pop("attachments", ()):
        message.attach(file["name"], file["content"], file["type"])
    try:
        html = get_template(f"emails/{mail.template}.html").render({**context, "subject": subject.strip()})
    except TemplateDoesNotExist:
        return message
    message.attach_alternative(typography(html.encode()).decode(), "text/html")
    return message


@cache
def title_of(template: str) -> str:
    """What staff read for a mail whose content is forgotten: the subject of its template, what varies as « … »."""
    source = get_template(f"emails/{template}.txt").template.source  # type: ignore[attr-defined]
    subject = SUBJECT.search(source)
    words = VARIES.sub("…", subject[1] if subject else "").strip()
    return words if words.strip("… ") else "Message de l'ADM79"


def requeue_lost_tasks(now: datetime, lost_after: timedelta = LOST_AFTER) -> int:
    """Give back the tasks that a killed worker left RUNNING, or that the database failed. Return how many.

    ``run_periodic`` calls it; any of our tasks done twice does nothing the second time. Only at the start of the one
    and only worker may *lost_after* be zero: then nothing can be running.
    """
    before = now - lost_after
    with transaction.atomic():
        killed = Q(status=TaskResultStatus.RUNNING, started_at__lte=before)
        failed = Q(status=TaskResultStatus.FAILED, exception_class_path__in=DATABASE_FAULTS)
        tasks = list(DBTaskResult.objects.select_for_update().filter(killed | failed).order_by("pk"))
        mails = [row.args_kwargs["args"][0] for row in tasks if row.task_path == deliver.module_path]
        OutgoingMail.objects.filter(pk__in=mails, sent_at=None).update(taken_at=None)
        DBTaskResult.objects.filter(pk__in=[row.pk for row in tasks]).update(
            status=TaskResultStatus.READY, started_at=None, finished_at=None, exception_class_path="", traceback=""
        )
    return len(tasks)


def revive(mail: OutgoingMail) -> bool:
    """Try a mail that was given up once more, from the first delay on; False when it was not given up."""
    given_up = OutgoingMail.objects.exclude(given_up_at=None).filter(pk=mail.pk, sent_at=None)
    with transaction.atomic():
        revived = given_up.update(given_up_at=None, attempts=0) == 1
        if revived:
            deliver.enqueue(str(mail.pk))
    return revived


def purge_mails(now: datetime) -> int:
    """Delete the rows of mails that left, or were given up, ``KEPT_FOR`` ago. Return how many."""
    done = Q(sent_at__lt=now - KEPT_FOR) | Q(given_up_at__lt=now - KEPT_FOR)
    return OutgoingMail.objects.filter(done).delete()[0]


def _take(mail_id: str, now: datetime) -> bool:
    """Mark the mail as being sent by us, unless it has left or another worker has it."""
    free = Q(taken_at=None) | Q(taken_at__lte=now - LOST_AFTER)
    due = Q(not_before=None) | Q(not_before__lte=now)
    waiting = OutgoingMail.objects.filter(free, due, pk=mail_id, sent_at=None, given_up_at=None)
    return waiting.update(taken_at=now, attempts=F("attempts") + 1) == 1


def _try_again(mail: OutgoingMail, error: Exception, now: datetime) -> str:
    name = type(error).__name__  # never its text: it may quote the address or the message
    more = mail.attempts <= len(DELAYS)
    with transaction.atomic():
        changes = {"taken_at": None, "last_error": name, "given_up_at": None if more else now}
        OutgoingMail.objects.filter(pk=mail.pk).update(**changes)
        if more:
            deliver.using(run_after=now + DELAYS[mail.attempts - 1]).enqueue(str(mail.pk))
    level = logging.WARNING if more else logging.ERROR
    logger.log(level, "mail %s (%s): attempt %d failed: %s", mail.pk, mail.template, mail.attempts, name)
    return "try again" if more else "given up"


def _message_id(mail: OutgoingMail) -> str:
    return f"<{mail.pk}@{urlsplit(settings.SITE_URL).hostname}>"


def _tidy(body: str) -> str:
    """The text without the blank lines that template tags leave."""
    return re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n"
