"""Closing an account erases every field that is not on the list of what stays: a new field is erased by default."""

import datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from accounts.models import CorrectionRequest, User
from accounts.profile import closing
from core.erasure import erased, nothing
from enrolment.closing import STAYS
from enrolment.dossiers import workflow
from enrolment.identity_checks import deciding
from enrolment.models import Enrolment, EnrolmentEvent, IdentityCheck, IdentityEvent, LedgerEntry, State
from enrolment.rights import ledger
from tests.enrolment.helpers import ANSWERS, send
from tests.factories import (
    EnrolmentFactory,
    FranceConnectIdentityFactory,
    IdentityCheckFactory,
    OfficialFactory,
    SessionFactory,
    StaffFactory,
    in_days,
)

pytestmark = pytest.mark.django_db

EVERYTHING_STAYS = {**STAYS, User: closing.STAYS}
SET_ON_LEAVING = {User: {"is_active", "password"}}
REASON = "Mme Moreau est en deuil"
"""What staff typed, and no field may still say."""


@pytest.fixture
def gone():
    """The account of somebody of whom the site knew all that it can know, just closed."""
    official, staff, now = OfficialFactory(usual_name="Martin", locality="Le Bourg"), StaffFactory(), timezone.now()
    answers = {
        **ANSWERS,
        "usual_name": "Martin",
        "birth_date": datetime.date(1958, 3, 14),
        "phone": "0612345678",
        "address": "12 rue de la Mairie",
        "mandate_place": "Niort",
        "needs": "fauteuil",
    }
    for _ in range(2):
        enrolment = send(EnrolmentFactory(user=official), answers=answers)
    workflow.refuse(enrolment, staff, now, REASON)
    past = send(EnrolmentFactory(user=official, session=SessionFactory(start=in_days(20))), answers=answers)
    Enrolment.objects.filter(pk=past.pk).update(state=State.ATTENDED)
    type(past.session).objects.filter(pk=past.session_id).update(start=in_days(-3), end=in_days(-3))
    EnrolmentFactory(user=official)
    workflow.note(past, "move", by=staff, now=now, reason=REASON)
    ledger.correct(official, Decimal(10), REASON, staff, now)
    refused = IdentityCheckFactory(user=official)
    deciding.refuse(refused, staff, REASON, now)
    IdentityEvent.objects.create(check_row=refused, kind="looked_at", detail=REASON)
    IdentityCheckFactory(user=official, usual_name="Martin")
    CorrectionRequest.objects.create(user=official, field="sex", wanted="homme", explanation=REASON)
    FranceConnectIdentityFactory(user=official)
    for row in (official, past, refused, LedgerEntry.objects.filter(user=official).first()):
        LogEntry.objects.create(
            user=staff,
            content_type=ContentType.objects.get_for_model(row),
            object_id=row.pk,
            object_repr="Jeanne MARTIN",
            action_flag=CHANGE,
            change_message=REASON,
        )
    closing.close_account(official, now)
    official.refresh_from_db()
    return official


OWNERS = {User: "pk", EnrolmentEvent: "enrolment__user", IdentityEvent: "check_row__user"}


def rows_of(model, user):
    return model._default_manager.filter(**{OWNERS.get(model, "user"): user.pk})


@pytest.mark.parametrize("model", EVERYTHING_STAYS, ids=lambda model: model.__name__)
def test_every_field_that_is_not_kept_is_blank(gone, model):
    rows = list(rows_of(model, gone))
    assert rows
    left = {
        f"{field.name}={value!r}"
        for row in rows
        for field in model._meta.concrete_fields
        if field.name not in EVERYTHING_STAYS[model] | SET_ON_LEAVING.get(model, set())
        if (value := getattr(row, field.attname)) not in {None, "", False, "Compte clos"}
    }
    assert left == set()


def test_nothing_else_of_the_person_is_left(gone):
    """A new model that belongs to a person either loses its rows or says what stays of them."""
    personal = [
        model
        for model in apps.get_models()
        if any(f.name in {"user", "check_row", "enrolment"} and f.is_relation for f in model._meta.concrete_fields)
        and model not in EVERYTHING_STAYS
        and model is not LogEntry
    ]
    assert CorrectionRequest in personal
    for model in personal:
        names = {f.name for f in model._meta.fields}
        relation = "user" if "user" in names else "check_row__user" if "check_row" in names else "enrolment__user"
        assert not model._default_manager.filter(**{relation: gone.pk}).exists(), model


def test_no_reason_typed_by_staff_is_left_anywhere(gone):
    for model in apps.get_models():
        if model._meta.app_label == "core" or model._meta.proxy:
            continue  # mails on their way, emptied once sent
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField) and not field.choices:
                assert not model._default_manager.filter(**{f"{field.name}__contains": "deuil"}).exists(), field


def test_what_was_done_and_the_sums_stay(gone):
    assert sorted(gone.enrolments.values_list("state", flat=True)) == ["attended", "cancelled", "cancelled", "refused"]
    assert gone.rights_balance == ledger.credited_rights(gone)
    assert gone.ledger.filter(kind="correction", amount=10).exists()
    assert LogEntry.objects.filter(object_repr="Compte clos").count() == 4
    assert {check.status for check in IdentityCheck.objects.all()} == {"refused", "withdrawn"}


def test_a_list_of_what_stays_names_fields_that_exist():
    with pytest.raises(ValueError, match="no field nickname"):
        erased(User, {"nickname"})
    assert [nothing(User._meta.get_field(name)) for name in ("birth_date", "country", "is_active")] == [None, "", True]
