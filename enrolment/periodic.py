"""What has to happen by itself for dossiers: reminders, lapses, seats for those who wait. Safe twice at once.

Each dossier is dealt with in a transaction of its own; what another run has done meanwhile is skipped.
"""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from catalogue.sessions import in_force
from core import french
from enrolment.dossiers import agreement, notifications, workflow
from enrolment.dossiers.checklist import Checklist
from enrolment.dossiers.facts import Situation
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.session_changes import call_waiting, sessions_with_free_seats_and_a_line
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.funding import marks
from enrolment.models import WITH_DIF, Enrolment, State

REMINDERS = ((7, "j7"), (3, "j3"), (0, "j0"))
"""Days left before a task's last day from which a reminder leaves, and its name: once each, the nearest only."""


ENDS = {State.DRAFT: TransitionName.LAPSE, State.WAITING: TransitionName.CLOSE_LINE}
"""How what nobody decided ends by itself."""


def lapse_overdue(now: datetime) -> int:
    """Close the dossiers that did not leave in time, and the lines of the sessions that begin. Return how many.

    Who asked in time waits until the first day: a seat may still be set free, and is then proposed to them.
    """
    today = timezone.localdate(now)
    waiting = Q(state=State.WAITING, session__start__lte=today)
    drafts = Q(state=State.DRAFT, session__start__lt=in_force.first_open_start(today))
    closed = 0
    for enrolment in Enrolment.objects.filter(waiting | drafts).order_by("session_id", "id"):
        try:
            workflow.perform(ENDS[State(enrolment.state)], enrolment, None, now, role=Role.SYSTEM)
        except RefusedError:
            continue  # sent, cancelled or closed meanwhile
        closed += 1
    return closed


def fill_free_seats(now: datetime) -> int:
    """Call those who wait for the sessions where a seat is free. Return how many sessions were looked at."""
    sessions = sessions_with_free_seats_and_a_line()
    for session in sessions:
        call_waiting(session, now)
    return len(sessions)


def remind(now: datetime) -> int:
    """Remind those whose request has not left of what is left to do, and by when. Return how many dossiers."""
    today = timezone.localdate(now)
    drafts = Enrolment.objects.filter(
        state=State.DRAFT,
        created_at__lt=now - timedelta(hours=12),
        session__start__gte=in_force.first_open_start(today),
        session__cancelled_at=None,
    ).select_related("session__training", "session__place__commune", "user")
    reminded = 0
    situations: dict[User | None, Situation] = {}
    for enrolment in drafts.order_by("user_id", "session__start", "id"):
        if enrolment.user is None:
            continue
        situation = situations.setdefault(enrolment.user, Situation(enrolment.user, now))
        reminded += _remind(enrolment, situation.checklist(enrolment.session, enrolment), situation)
    return reminded


def remind_of_mcf(now: datetime) -> int:
    """Remind those whom the DIF is to pay of what is left to do on Mon Compte Formation. Return how many were told.

    Follows what they said of the milestones, stops when they are done or the day is past, and leaves in peace who
    chose another funding.
    """
    today = timezone.localdate(now)
    seated = Enrolment.objects.filter(
        state__in=(State.SENT, State.ACCEPTED), funding__in=WITH_DIF, session__start__gt=today
    ).select_related("session__training__body", "session__place__commune", "user")
    return sum(_remind_of_mcf(enrolment, today) for enrolment in seated.order_by("session__start", "id"))


def _remind_of_mcf(enrolment: Enrolment, today: date) -> int:
    track = marks.track_of(enrolment, today)
    stage = track.next if track and not track.ending else None
    if stage is None or stage.by is None or stage.by < today:
        return 0
    due = [name for before, name in REMINDERS if (stage.by - today).days <= before]
    if not due:
        return 0
    notifications.mcf_reminder(enrolment, f"{stage.milestone}:{stage.by}:{due[-1]}", stage.line.title, stage.by)
    return 1


def quote_everybody_again(now: datetime) -> int:
    """Ask again those whose sums do not hold any more: a mandate recognised, or ended. Return how many dossiers."""
    people = User.objects.filter(enrolments__state__in=agreement.OPEN).distinct().order_by("pk")
    return sum(agreement.quote_again(user, now) for user in people)


NO_TIME = "Votre identité ne peut plus être vérifiée à temps : choisissez une session plus tardive."


def _remind(enrolment: Enrolment, checklist: Checklist, situation: Situation) -> int:
    task = checklist.next_task
    if checklist.no_time and not checklist.franceconnect_saves:
        notifications.reminder(enrolment, "no_time", NO_TIME, _in_words(checklist))
        return 1
    if task is None or task.by is None:
        return 0
    days = (task.by - situation.today).days
    due = [name for before, name in REMINDERS if days <= before]
    if not due:
        return 0
    notifications.reminder(enrolment, f"{task.key}:{due[-1]}", task.words or checklist.time_left, _in_words(checklist))
    return 1


def _in_words(checklist: Checklist) -> list[dict[str, str]]:
    return [
        {"title": task.title, "actor": task.actor.label, "by": french.day(task.by) if task.by else ""}
        for task in checklist.left
    ]
