"""Locks go up: no writer takes a row of a lower rank, or an earlier row of the same, after a later one."""

import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.mandates import recognition
from accounts.models import CorrectionRequest, MandateClaim, User
from accounts.profile import closing, corrections
from catalogue.models import Session
from core import locks
from core.models import Draft
from enrolment.dossiers import session_changes, workflow
from enrolment.identity_checks import deciding
from enrolment.models import Enrolment
from enrolment.rights import ledger
from tests.enrolment.helpers import send, sending
from tests.factories import (
    EnrolmentFactory,
    IdentityCheckFactory,
    MandateFactory,
    OfficialFactory,
    SessionFactory,
    StaffFactory,
    UserFactory,
    in_days,
)

pytestmark = pytest.mark.django_db

TAKE_LOCKS_ALONE = {
    "core/locks.py": "the one function",
    "core/throttling.py": "one counter, in a transaction of its own",
    "core/outbox.py": "task rows of a dead worker, in a transaction of its own",
    "core/admin/versions.py": "the one row of a form, before anything else of its transaction",
    "core/journeys/journey.py": "a draft, made and locked in one statement; always the last lock",
    "catalogue/admin/renewal_forms.py": "the one row of a form, before anything else of its transaction",
    "enrolment/funding/agreements.py": "an agreement, once its dossier is locked",
    "config/second_factor.py": "a device of the login, which no other writer touches",
    "config/management/commands/rotate_encryption.py": "one kind of row at a time, in short transactions",
}


def test_no_other_file_takes_locks_by_itself():
    apps_of_ours = ("config", "enrolment", "catalogue", "accounts", "core")
    files = [path for name in apps_of_ours for path in (Path(settings.BASE_DIR) / name).rglob("*.py")]
    taking = {str(path.relative_to(settings.BASE_DIR)) for path in files if "select_for_update" in path.read_text()}
    assert taking - set(TAKE_LOCKS_ALONE) == set()


def test_each_kind_of_row_has_its_own_place_in_the_order():
    ranked = [model for model in apps.get_models() if hasattr(model, "lock_rank") and not model._meta.proxy]
    ranks = {model.lock_rank: model for model in ranked}
    assert len(ranks) == len(ranked)
    order = [ranks[rank] for rank in sorted(ranks)]
    assert order[:3] == [Session, Enrolment, User]
    assert order[-1] == Draft


class Watch:
    """What was locked, in order, and the locks that went down."""

    def __init__(self, monkeypatch):
        self.held = []
        self.down = []
        take = locks._take
        monkeypatch.setattr(locks, "_take", lambda rows: [self.see(row) for row in take(rows)])

    def see(self, row):
        place = (row.lock_rank, str(row.pk) if row.lock_rank != 1 else row.pk)
        if place not in self.held:
            if self.held and place < max(self.held):
                self.down.append(place)
            self.held.append(place)
        return row


@pytest.fixture
def line():
    """A full session of one seat: who holds it, and three who wait, first sent last created."""
    session = SessionFactory(seats=1)
    holder = send(EnrolmentFactory(session=session))
    people = sorted(OfficialFactory.create_batch(3), key=lambda user: user.pk, reverse=True)
    waiting = [EnrolmentFactory(session=session, user=user) for user in people]
    for rank, each in enumerate(waiting):
        send(each, timezone.now() + datetime.timedelta(seconds=rank))
    return holder, waiting


def more_seats(enrolment):
    Session.objects.filter(pk=enrolment.session_id).update(seats=9)


def close_with_two_dossiers(holder, waiting, staff):
    send(EnrolmentFactory(user=holder.user, session=SessionFactory()))
    IdentityCheckFactory(user=holder.user)
    MandateFactory(user=holder.user)
    CorrectionRequest.objects.create(user=holder.user, field="sex", wanted="homme")
    Draft.objects.create(kind="x", owner=Draft.owner_of(holder.user), expires_at=timezone.now())
    return lambda: closing.close_account(holder.user, timezone.now())


def give_a_mandate(holder, waiting, staff):
    mandate = MandateFactory(user=None, status="unmatched")
    return lambda: recognition.attach(mandate, holder.user)


def take_a_mandate(holder, waiting, staff):
    person = UserFactory()
    claim = MandateClaim.objects.create(mandate=MandateFactory(user=None, status="unmatched"), user=person)
    return lambda: recognition.confirm(claim.mandate_id, person)


def correct_the_name(holder, waiting, staff):
    asked = CorrectionRequest.objects.create(user=holder.user, field="birth_name", wanted="Morel")
    return lambda: corrections.accept(asked.pk, staff, timezone.now())


def approve_an_identity(holder, waiting, staff):
    check = IdentityCheckFactory(user=holder.user)
    MandateFactory(user=None, status="unmatched", birth_name="Moreau", first_name="Jeanne")
    return lambda: deciding.approve(check, staff, timezone.now())


def send_with_seats_for_the_line(holder, waiting, staff):
    enrolment = EnrolmentFactory(session=holder.session)
    what = sending(enrolment.session, enrolment.user)
    more_seats(holder)
    return lambda: workflow.submit(enrolment, enrolment.user, timezone.now(), what)


WRITERS = {
    "sending": send_with_seats_for_the_line,
    "opening": lambda holder, waiting, staff: (
        lambda: workflow.create(OfficialFactory(), holder.session, timezone.now())
    ),
    "cancelling": lambda holder, waiting, staff: lambda: workflow.cancel(holder, holder.user, timezone.now()),
    "accepting": lambda holder, waiting, staff: lambda: workflow.accept(holder, staff, timezone.now()),
    "refusing": lambda holder, waiting, staff: lambda: workflow.refuse(holder, staff, timezone.now(), "Complet"),
    "calling a session off": lambda holder, waiting, staff: (
        lambda: session_changes.cancel_session(holder.session, staff, timezone.now(), "Salle fermée")
    ),
    "moving a session": lambda holder, waiting, staff: (
        lambda: session_changes.move_session(holder.session, in_days(60), in_days(60), staff, timezone.now())
    ),
    "calling who waits": lambda holder, waiting, staff: (
        lambda: (
            more_seats(holder),
            session_changes.call_waiting(holder.session, timezone.now()),
        )
    ),
    "closing an account": close_with_two_dossiers,
    "giving a mandate": give_a_mandate,
    "confirming a mandate": take_a_mandate,
    "accepting a correction": correct_the_name,
    "approving an identity": approve_an_identity,
    "correcting rights": lambda holder, waiting, staff: (
        lambda: ledger.correct(holder.user, ledger.CENT, "essai", staff, timezone.now())
    ),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_goes_up(name, line, monkeypatch):
    act = WRITERS[name](*line, StaffFactory())
    watch = Watch(monkeypatch)
    act()
    assert watch.held
    assert watch.down == []


def test_the_watch_sees_a_lock_that_goes_down(official, monkeypatch):
    session = SessionFactory()
    watch = Watch(monkeypatch)
    with transaction.atomic():
        locks.lock_one(User.objects.filter(pk=official.pk))
        locks.lock_one(Session.objects.filter(pk=session.pk))
    assert watch.down == [(1, session.pk)]


def test_two_queries_of_one_model_are_locked_as_one(monkeypatch):
    one, two, three = sorted(SessionFactory.create_batch(3), key=lambda session: session.pk)
    watch = Watch(monkeypatch)
    with transaction.atomic():
        last, first = locks.lock(Session.objects.filter(pk=three.pk), Session.objects.filter(pk__in=[two.pk, one.pk]))
    assert (last, first) == ([three], [one, two])
    assert watch.down == []


def test_a_row_that_is_gone_is_said_as_its_model_says():
    with pytest.raises(Session.DoesNotExist), transaction.atomic():
        locks.lock_one(Session.objects.filter(pk=0))


@pytest.mark.postgres
def test_the_database_is_asked_to_lock_the_row_alone():
    session = SessionFactory()
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        locks.lock_one(Session.objects.select_related("training").filter(pk=session.pk))
    assert [query["sql"] for query in asked if query["sql"].endswith('FOR UPDATE OF "catalogue_session"')]
