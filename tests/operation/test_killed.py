"""A process killed in the middle of a write: all of it is there or nothing, and the next one does it anew."""

import os
import signal
import traceback
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.utils import timezone

from accounts.claims import takeover
from accounts.identity import nir as nir_rules
from accounts.mandates import declarations
from accounts.models import User
from accounts.profile import closing
from accounts.signup.service import create_account
from enrolment.desk import presence
from enrolment.dossiers import session_changes, workflow
from enrolment.funding import marks
from enrolment.identity_checks import checks, deciding, documents
from enrolment.models import Enrolment, IdentityCheck, Milestone, State
from enrolment.rights import readings
from tests.enrolment.helpers import ledger_adds_up, seats_add_up, send, sending
from tests.enrolment.identity_checks import copies
from tests.factories import (
    PASSWORD,
    EnrolmentFactory,
    IdentityCheckFactory,
    MandateFactory,
    OfficialFactory,
    ScaleFactory,
    SessionFactory,
    StaffFactory,
    TrainingFactory,
    in_days,
    make_nir,
)

pytestmark = pytest.mark.django_db(transaction=True)

WRITES = ("INSERT", "UPDATE", "DELETE")


def run_and_die(act: Callable[[], object], after: int) -> bool:
    """Do *act* in a process of its own, killed before its write number *after*; whether it was killed."""
    connections.close_all()  # a connection belongs to one process
    child = os.fork()
    if child == 0:
        left = after

        def kill(execute, sql, params, many, context):
            nonlocal left
            if sql.lstrip().startswith(WRITES):
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(kill):
                act()
            os._exit(0)
        except BaseException:  # noqa: BLE001  whatever it is, the copy of the test runner ends here
            traceback.print_exc()
            os._exit(2)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, -signal.SIGKILL}
    return code != 0


def written() -> list[Any]:
    """All that the database holds."""
    return [sorted(map(repr, model._base_manager.values_list())) for model in apps.get_models()]


# One act of each room: what comes before it, and the act ----------------------------------------------


def sent(**given) -> Enrolment:
    return send(EnrolmentFactory(**given))


def of(dossier: Enrolment) -> Enrolment:
    return Enrolment.objects.get(pk=dossier.pk)


def a_request_is_sent():
    dossier = EnrolmentFactory()
    return lambda: workflow.submit(of(dossier), dossier.user, timezone.now(), sending(dossier.session, dossier.user))


def a_request_is_accepted():
    dossier, staff = sent(), StaffFactory()
    return lambda: workflow.accept(of(dossier), staff, timezone.now())


def a_request_is_refused():
    dossier, staff = sent(), StaffFactory()
    return lambda: workflow.refuse(of(dossier), staff, timezone.now(), "complet")


def a_request_is_cancelled_and_the_next_in_line_has_its_seat():
    session = SessionFactory(seats=1)
    dossier, waiting = sent(session=session), EnrolmentFactory(session=session)
    assert send(waiting).state == State.WAITING
    return lambda: workflow.cancel(of(dossier), dossier.user, timezone.now())


def a_session_is_called_off():
    session, staff = SessionFactory(), StaffFactory()
    sent(session=session), sent(session=session)
    return lambda: session_changes.cancel_session(session, staff, timezone.now(), "Faute d'inscrits.")


def a_session_is_moved():
    session, staff = SessionFactory(), StaffFactory()
    sent(session=session), sent(session=session)
    return lambda: session_changes.move_session(session, in_days(50), in_days(50), staff, timezone.now())


def presence_is_noted():
    session, staff = SessionFactory(), StaffFactory()
    dossiers = [workflow.accept(sent(session=session), staff, timezone.now()) for _ in range(2)]
    session.start = session.end = in_days(0)
    session.save(update_fields=["start", "end"])
    missed = {str(dossiers[0].pk): set(), str(dossiers[1].pk): {f"{session.start.isoformat()}:morning"}}
    return lambda: presence.note(session, missed, staff, timezone.now())


def a_milestone_is_said():
    dossier = sent()
    today = timezone.localdate()
    marks.say(dossier.user, Milestone.REQUESTED, today, dossier.user, timezone.now(), enrolment=dossier)
    return lambda: marks.say(
        dossier.user, Milestone.REQUESTED, today, dossier.user, timezone.now(), enrolment=dossier, file_number="12"
    )


def rights_are_read_and_the_dossiers_quoted_again():
    ScaleFactory()
    person = OfficialFactory()
    sent(user=person)
    return lambda: readings.note(person, Decimal("99.50"), timezone.localdate(), person, timezone.now())


def an_account_is_made():
    MandateFactory(user=None)
    nir = nir_rules.parse(make_nir())
    values = {"birth_name": "Moreau", "first_names": "Jeanne", "email": "jeanne.moreau@courriel.example"}
    return lambda: create_account(nir, values, password=PASSWORD, now=timezone.now())


def an_account_is_closed():
    dossier = sent()
    EnrolmentFactory(user=dossier.user)
    return lambda: closing.close_account(User.objects.get(pk=dossier.user.pk), timezone.now())


def a_number_is_released():
    person, staff = OfficialFactory(), StaffFactory()
    return lambda: takeover.release(person, staff, "Pièce vue.", timezone.now())


def a_declared_mandate_is_confirmed():
    person, staff = OfficialFactory(mandate=None), StaffFactory()
    given = {"function": "Maire", "kind": "municipal", "place": "Niort", "since": in_days(-900)}
    declared = declarations.declare(person, given, timezone.now())
    return lambda: declarations.confirm(declared.pk, staff, timezone.now())


def identity_documents_are_sent():
    person = OfficialFactory()
    details = checks.Details(
        document_kind=IdentityCheck.Kind.CARD,
        birth_name="Moreau",
        usual_name="",
        first_names="Jeanne",
        birth_date=person.birth_date,
        birth_place="Niort",
        nationality="Française",
    )
    side = documents.clean(copies.image("JPEG"))
    return lambda: checks.submit_documents(person, details, {"front": side, "back": side}, timezone.now())


def an_identity_is_approved():
    check, staff = IdentityCheckFactory(submitted_at=timezone.now() - timedelta(days=1)), StaffFactory()
    MandateFactory(user=None)
    return lambda: deciding.approve(IdentityCheck.objects.get(pk=check.pk), staff, timezone.now())


def a_training_is_renamed():
    training = TrainingFactory()
    SessionFactory(training=training)

    def save():
        training.title = "Un autre titre"
        training.save()

    return save


ACTS = [
    a_request_is_sent,
    a_request_is_accepted,
    a_request_is_refused,
    a_request_is_cancelled_and_the_next_in_line_has_its_seat,
    a_session_is_called_off,
    a_session_is_moved,
    presence_is_noted,
    a_milestone_is_said,
    rights_are_read_and_the_dossiers_quoted_again,
    an_account_is_made,
    an_account_is_closed,
    a_number_is_released,
    a_declared_mandate_is_confirmed,
    identity_documents_are_sent,
    an_identity_is_approved,
    a_training_is_renamed,
]


@pytest.mark.parametrize("prepared", ACTS, ids=lambda act: act.__name__)
def test_an_act_killed_before_any_of_its_writes_is_whole_or_nothing(prepared):
    act = prepared()
    before, killed = written(), 0
    while run_and_die(act, killed):
        assert written() == before, f"killed before write {killed}"
        killed += 1
    assert killed > 1
    assert written() != before
    for dossier in Enrolment.objects.select_related("session", "user"):
        assert seats_add_up(dossier.session)
        assert dossier.user is None or ledger_adds_up(dossier.user)
