"""Sending looks again, under the locks, at what held when the pages were filled in."""

import pytest
from django.utils import timezone

from accounts.models import User
from catalogue.models import Training
from enrolment.dossiers import session_changes, workflow
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.models import IdentityCheck, Proof, State
from tests.enrolment.helpers import send, sending, verify_identity
from tests.factories import EnrolmentFactory, SessionFactory, in_days

pytestmark = pytest.mark.django_db


def test_an_identity_no_longer_verified_does_not_send(official):
    check = verify_identity(official)
    enrolment = EnrolmentFactory(user=official)
    what = sending(enrolment.session, official, proof=Proof.PASSWORD)
    IdentityCheck.objects.filter(pk=check.pk).update(status=IdentityCheck.Status.WITHDRAWN)
    with pytest.raises(RefusedError) as refused:
        workflow.submit(enrolment, official, timezone.now(), what)
    assert refused.value.cause == Refusal.NOT_PROVED
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.sent_at) == (State.DRAFT, None)


def test_a_verified_identity_sends_with_the_password(official):
    verify_identity(official)
    assert send(EnrolmentFactory(user=official), proof=Proof.PASSWORD).proof == Proof.PASSWORD


def test_a_training_withdrawn_in_mid_path_takes_no_request(official):
    enrolment = EnrolmentFactory(user=official)
    what = sending(enrolment.session, official)
    Training.objects.update(status=Training.Status.WITHDRAWN)
    with pytest.raises(RefusedError) as refused:
        workflow.submit(enrolment, official, timezone.now(), what)
    assert refused.value.cause == Refusal.TRAINING_WITHDRAWN


def test_an_account_closed_a_moment_ago_opens_no_dossier(official):
    User.objects.filter(pk=official.pk).update(is_active=False)
    with pytest.raises(RefusedError):
        workflow.create(official, SessionFactory(), timezone.now())


@pytest.mark.parametrize(("start", "end"), [(60, 59), (0, 0), (-1, 5)])
def test_a_session_moves_only_ahead_and_does_not_end_before_it_starts(staff, start, end):
    session = SessionFactory()
    with pytest.raises(RefusedError) as refused:
        session_changes.move_session(session, in_days(start), in_days(end), staff, timezone.now())
    assert refused.value.cause == Refusal.MOVED_BACK
