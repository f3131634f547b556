"""What must hold in every moment of a season, counted from the rows."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core import mail
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from catalogue.models import Session
from catalogue.search.engine import Criteria, Search
from catalogue.search.page import SearchPage
from catalogue.trainings.outline import next_open_sessions
from core.models import OutgoingMail
from enrolment.dossiers.facts import Situation
from enrolment.dossiers.next_act import next_act
from enrolment.models import Enrolment, EnrolmentEvent, LedgerEntry, MilestoneMark
from enrolment.rights.quote import quote
from enrolment.rights.readings import position_of

LIVE = {"draft", "sent", "waiting", "accepted"}
SEATED = {"sent", "accepted", "attended", "absent"}
SET_ASIDE = {"sent", "accepted"}
ENDS = {"refused", "cancelled", "attended", "absent", "lapsed"}
NOTED = {"create", "prepare", "move", "take_over", "quote", "agree", "agreement"}
"""Lines of the journal that tell of no transition, and have no mail under the line's own key."""
BACK = {"back_to_sent", "back_to_waiting", "back_to_accepted", "undo_attend", "undo_miss"}
MAILS_KEPT = timedelta(days=90)
ZERO = Decimal(0)


def everything() -> list[Any]:
    """All that a refused act must leave as it was."""
    models = (Session, Enrolment, EnrolmentEvent, LedgerEntry, OutgoingMail, DBTaskResult)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def agreed_at_the_step(dossier: Enrolment, funding: str) -> dict[str, Decimal]:
    """The sums that the funding step shows now."""
    assert dossier.user is not None
    found = quote(dossier.session.training, dossier.user, timezone.localdate(), funding=funding)
    return {"rights": found.rights, "public": found.public}


def seats_are_those_of_dossiers() -> None:
    held = Counter(Enrolment.objects.filter(state__in=SEATED).values_list("session", flat=True))
    for pk, taken, seats in Session.objects.values_list("pk", "seats_taken", "seats"):
        assert taken == held[pk] <= seats, f"session {pk}: {taken} taken, {held[pk]} held, {seats} seats"


def no_cent_is_lost() -> None:
    """Sums add up to the price; what is set aside and used follows the dossiers; balances follow what was read."""
    moved: Counter[tuple[Any, str]] = Counter()
    for dossier, kind, amount in LedgerEntry.objects.values_list("enrolment", "kind", "amount"):
        moved[dossier, "used" if kind in {"use", "use_undone"} else "set aside"] -= amount
    for each in Enrolment.objects.exclude(sent_at=None).exclude(user=None):
        parts = (each.rights_agreed, each.public_agreed, each.to_pay)
        assert sum(parts) == each.price, f"{parts} of {each.price}"
        assert min(parts) >= 0, parts
        assert moved[each.pk, "set aside"] == (each.rights_used if each.state in SET_ASIDE else 0), each.state
        assert moved[each.pk, "used"] == (each.rights_used if each.state == "attended" else 0), each.state
    for user in User.objects.filter(is_staff=False):
        credited = user.ledger.filter(kind__in=("credit", "correction")).values_list("amount", flat=True)
        assert user.rights_balance == sum(credited, ZERO) >= 0
        _balance_follows(user)


def _balance_follows(user: User) -> None:
    shown = position_of(user, timezone.localdate()).balance
    if shown is None:
        return
    last = user.rights_readings.order_by("read_on", "id").last()
    assert last is not None, "a balance that nobody has read"
    taken = MilestoneMark.objects.filter(milestone="validated", undone_at=None, on__lte=last.read_on)
    taken_there = set(taken.values_list("enrolment", flat=True))
    holding = user.enrolments.filter(state__in=(*SET_ASIDE, "attended"), session__start__gt=last.read_on)
    reserved = sum((each.rights_used for each in holding if each.pk not in taken_there), ZERO)
    assert shown == max(ZERO, last.amount - reserved), f"{shown} shown, {last.amount} read, {reserved} set aside"


def one_live_dossier_each() -> None:
    live = Counter(Enrolment.objects.filter(state__in=LIVE).exclude(user=None).values_list("user", "session"))
    assert all(count == 1 for count in live.values()), live


def journals_are_whole() -> None:
    """Each transition has one line, which begins where the one before ended, and the last says the state."""
    state = dict(Enrolment.objects.values_list("pk", "state"))
    told: dict[Any, str] = {}
    for dossier, source, target, name in EnrolmentEvent.objects.order_by("id").values_list(
        "enrolment", "source", "target", "transition"
    ):
        assert source == told.get(dossier, ""), f"{name} from {source} after {told.get(dossier)}"
        assert name in {*NOTED, "offer"} or source != target, name  # a seat offered is not yet taken
        told[dossier] = target
    assert told == state


def each_mail_leaves_once() -> None:
    """Each transition has asked for its mail; no mail leaves twice, none is forgotten."""
    asked = set(OutgoingMail.objects.values_list("key", flat=True))
    recent = EnrolmentEvent.objects.filter(at__gt=timezone.now() - MAILS_KEPT).exclude(transition__in=NOTED)
    for event in recent.select_related("enrolment__user"):
        assert f"event:{event.pk}" in asked or _nobody_was_told(event, asked), event.transition
    sent = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(sent) == len(set(sent)), "a mail left twice"
    rows = {f"<{pk}@testserver>" for pk in OutgoingMail.objects.exclude(sent_at=None).values_list("pk", flat=True)}
    assert rows <= set(sent), "a mail is said to have left, and has not"
    under_way = DBTaskResult.objects.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))
    tasks = {row.args_kwargs["args"][0] for row in under_way if row.args_kwargs["args"]}
    waiting = OutgoingMail.objects.filter(sent_at=None, given_up_at=None).values_list("pk", flat=True)
    assert {str(pk) for pk in waiting} <= tasks, "a mail waits and nobody will send it"


def _nobody_was_told(event: EnrolmentEvent, asked: set[str | None]) -> bool:
    """A decision taken back before its mail had left: then nobody hears of either."""
    if not event.enrolment.contact_email:
        return True
    others = EnrolmentEvent.objects.filter(enrolment=event.enrolment).order_by("id")
    before, after = others.filter(pk__lt=event.pk).last(), others.filter(pk__gt=event.pk).first()
    if event.transition in BACK:
        return before is not None and f"event:{before.pk}" not in asked
    return after is not None and after.transition in BACK and f"event:{after.pk}" not in asked


def nothing_past_is_open(people: list[User]) -> None:
    """No day to act that a page shows is behind us."""
    today = timezone.localdate()
    for card in next_open_sessions(today):
        assert all(leaf.day >= today for leaf in card.leaves), card
    for found in SearchPage(Search(Criteria(), today)).cards:
        assert not found.last_day or (found.leaf and found.leaf.day >= today), found
    for enrolment, situation in _living(people):
        checklist = situation.checklist(enrolment.session, enrolment)
        for task in checklist.tasks:
            assert task.progress != "todo" or task.by is None or task.by >= today, f"{task.title} by {task.by}"
        act = next_act(enrolment, checklist)
        assert not act.mine or act.by is None or act.by >= today, f"{act.sentence} by {act.by}"


def each_dossier_goes_on_or_is_over(people: list[User]) -> None:
    for enrolment, situation in _living(people):
        act = next_act(enrolment, situation.checklist(enrolment.session, enrolment))
        assert act.sentence, enrolment.state
        assert act.url, enrolment.state
        assert act.button, enrolment.state
    assert set(Enrolment.objects.values_list("state", flat=True)) <= LIVE | ENDS


def _living(people: list[User]) -> list[tuple[Enrolment, Situation]]:
    situations = {person.pk: Situation(User.objects.get(pk=person.pk), timezone.now()) for person in people}
    live = Enrolment.objects.filter(state__in=LIVE, user__in=situations).select_related(
        "session__training__body", "session__place__commune", "user"
    )
    return [(each, situations[each.user_id]) for each in live.order_by("pk")]
