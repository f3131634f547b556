"""A process killed in the middle of a write: all of it is there or nothing, and the next one does it anew."""

import os
import signal
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.models import OutgoingMail
from enrolment.dossiers import workflow
from enrolment.models import Enrolment, EnrolmentEvent, LedgerEntry
from tests.enrolment.helpers import ledger_adds_up, seats_add_up, send, sending
from tests.factories import EnrolmentFactory, StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)


def run_and_die(act: Callable[[], object], after: int) -> bool:
    """Do *act* in a process of its own, killed before its statement number *after*; whether it was killed."""
    connections.close_all()  # a connection belongs to one process
    child = os.fork()
    if child == 0:
        left = after

        def kill(execute, sql, params, many, context):
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(kill):
                act()
            os._exit(0)
        except BaseException:  # noqa: BLE001  whatever it is, the copy of the test runner ends here
            os._exit(2)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, -signal.SIGKILL}
    return code != 0


def written(dossier: Enrolment) -> tuple[object, ...]:
    """All that an act on a dossier writes."""
    dossier = Enrolment.objects.get(pk=dossier.pk)
    return (
        dossier.state,
        dossier.session.seats_taken,
        dossier.rights_used,
        EnrolmentEvent.objects.filter(enrolment=dossier).count(),
        LedgerEntry.objects.filter(enrolment=dossier).count(),
        OutgoingMail.objects.count(),
        DBTaskResult.objects.count(),
    )


ACTS = {
    "send": lambda dossier, staff: workflow.submit(
        dossier, dossier.user, timezone.now(), sending(dossier.session, dossier.user)
    ),
    "accept": lambda dossier, staff: workflow.accept(dossier, staff, timezone.now()),
    "refuse": lambda dossier, staff: workflow.refuse(dossier, staff, timezone.now(), "complet"),
    "cancel": lambda dossier, staff: workflow.cancel(dossier, dossier.user, timezone.now()),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_killed_at_any_statement_is_whole_or_nothing(name):
    dossier, staff = EnrolmentFactory(), StaffFactory()
    if name != "send":
        send(dossier)
    before, killed = written(dossier), 0
    while run_and_die(lambda: ACTS[name](Enrolment.objects.get(pk=dossier.pk), staff), killed):
        assert written(dossier) == before, f"killed before statement {killed}"
        killed += 1
    after = written(dossier)
    assert killed > 5
    assert after != before
    assert seats_add_up(dossier.session)
    assert ledger_adds_up(dossier.user)
