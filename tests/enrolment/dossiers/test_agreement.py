"""Sums are agreed as they were seen: quoted again when what is known changes, and agreed again."""

import datetime
from contextlib import nullcontext
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.mandates import recognition
from accounts.mandates.register.importer import import_register
from core.models import OutgoingMail
from core.outbox import compose
from enrolment.dossiers import agreement, workflow
from enrolment.dossiers.refusals import Refusal, RefusedError
from enrolment.funding import marks
from enrolment.models import Enrolment, FundingAgreement, State
from enrolment.rights import ledger, readings
from tests.accounts.mandates.files import person, register
from tests.desk import hidden, press
from tests.enrolment.helpers import ANSWERS, send
from tests.factories import EnrolmentFactory, MandateFactory, OfficialFactory, SessionFactory, StaffFactory, in_days

CENTS = st.decimals(min_value=0, max_value=700, places=2, allow_nan=False, allow_infinity=False)


def note(user, amount):
    return readings.note(user, Decimal(amount), timezone.localdate(), user, timezone.now())


@pytest.mark.django_db
def test_a_lower_reading_asks_again_and_nothing_is_owed_before(official_client, official):
    enrolment = send(EnrolmentFactory(user=official))
    assert (enrolment.rights_agreed, enrolment.to_pay) == (200, 0)
    note(official, "120.00")
    enrolment.refresh_from_db()
    assert enrolment.sums_to_agree
    assert (enrolment.rights_agreed, enrolment.to_pay) == (200, 0)
    assert OutgoingMail.objects.filter(template="enrolment/sums_changed").count() == 1
    page = official_client.get(reverse("enrolment:agree", args=[enrolment.pk])).text
    assert "200,00" in page
    assert "80,00" in page
    stale = {"price": "200.00", "rights": "200.00", "public": "0.00"}
    assert official_client.post(reverse("enrolment:agree", args=[enrolment.pk]), stale).status_code == 422
    seen = {"price": "200.00", "rights": "120.00", "public": "0.00"}
    assert (
        official_client.post(reverse("enrolment:agree", args=[enrolment.pk]), seen).url == enrolment.get_absolute_url()
    )
    enrolment.refresh_from_db()
    assert (enrolment.rights_agreed, enrolment.rights_used, enrolment.to_pay) == (120, 120, 80)
    assert not enrolment.sums_to_agree


@pytest.mark.django_db
def test_what_mcf_had_taken_when_the_amount_was_read_is_not_reserved_again(official):
    enrolment = send(EnrolmentFactory(user=official))
    assert readings.position_of(official, timezone.localdate()).reserved == 200
    marks.say(official, "validated", timezone.localdate(), official, timezone.now(), enrolment=enrolment)
    note(official, "600.00")
    known = readings.position_of(official, timezone.localdate())
    assert (known.reserved, known.balance) == (0, 600)


@pytest.mark.django_db
def test_an_ended_mandate_cannot_send_on_the_dif_and_may_send_otherwise():
    user = OfficialFactory(mandate=None)
    MandateFactory(user=user, end=in_days(-1))
    enrolment = EnrolmentFactory(user=user)
    with pytest.raises(RefusedError) as refused:
        send(enrolment, rights=Decimal(0))
    assert refused.value.cause == Refusal.DIF_ENDED
    public = {"answers": {**ANSWERS, "funding": "public"}, "rights": Decimal(0), "public": Decimal(200)}
    sent = send(enrolment, **public)
    assert (sent.state, sent.public_agreed, sent.to_pay) == (State.SENT, 200, 0)


@pytest.mark.django_db
def test_a_mandate_that_ends_asks_those_on_the_dif_again():
    enrolment = send(EnrolmentFactory())
    enrolment.user.mandates.update(end=in_days(-1))
    assert agreement.quote_again(enrolment.user, timezone.now()) == 1
    assert agreement.quote_again(enrolment.user, timezone.now()) == 0
    assert agreement.quote_for(enrolment, timezone.localdate()).to_pay == 200


def end_by_the_admin(staff_client, mandate):
    url = reverse("admin:accounts_mandate_change", args=[mandate.pk])
    page = staff_client.get(url)
    form = page.context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    given = {name: "" if value is None else value for name, value in values.items()}
    given |= {name: value.strftime("%d/%m/%Y") for name, value in given.items() if hasattr(value, "strftime")}
    answer = staff_client.post(url, {**given, "end": in_days(-1).strftime("%d/%m/%Y")})
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def end_by_the_register(_staff_client, mandate):
    type(mandate).objects.filter(pk=mandate.pk).update(source="rne", source_key="gone", department="79")
    import_register(register(person(name="DURAND")), today=in_days(-1), end_many=True)


def detach(_staff_client, mandate):
    recognition.detach(mandate)
    MandateFactory(user=mandate.user, end=in_days(-1))  # an older one that has ended is all that stays
    recognition.mandate_changed.send(type(mandate), user=mandate.user)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [end_by_the_admin, end_by_the_register, detach])
def test_a_mandate_ended_or_taken_away_asks_again_at_once(change, staff_client, django_capture_on_commit_callbacks):
    enrolment = send(EnrolmentFactory())
    with django_capture_on_commit_callbacks(execute=True):
        change(staff_client, enrolment.user.mandates.get())
    enrolment.refresh_from_db()
    assert enrolment.sums_to_agree
    assert (enrolment.rights_agreed, enrolment.to_pay) == (200, 0), "what was agreed stays until it is agreed anew"
    assert OutgoingMail.objects.filter(template="enrolment/sums_changed").count() == 1


@pytest.mark.django_db
def test_a_mandate_recognised_anew_takes_the_question_back(django_capture_on_commit_callbacks):
    enrolment = send(EnrolmentFactory())
    enrolment.user.mandates.update(end=in_days(-1))
    agreement.quote_again(enrolment.user, timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        recognition.attach(MandateFactory(user=None), enrolment.user)
    enrolment.refresh_from_db()
    assert not enrolment.sums_to_agree


@pytest.mark.django_db
def test_a_late_session_is_sent_on_the_dif_with_the_tick_alone():
    enrolment = EnrolmentFactory(session=SessionFactory(start=in_days(13)))
    unticked = {**ANSWERS, "accepts_mcf_risk": False}
    with pytest.raises(RefusedError) as refused:
        send(enrolment, answers=unticked)
    assert refused.value.cause == Refusal.MCF_CLOCK
    assert send(enrolment, answers={**unticked, "accepts_mcf_risk": True}).accepts_mcf_risk


@pytest.mark.django_db
def test_another_funding_is_chosen_with_its_sums_and_a_reason(official, official_client):
    enrolment = send(EnrolmentFactory(user=official))
    url = reverse("enrolment:change-funding", args=[enrolment.pk])
    assert "Mon DIF élus" in official_client.get(url).text
    page = official_client.get(f"{url}?financement=public")
    assert "Votre commune ou intercommunalité" in page.text
    seen = {"price": "200.00", "rights": "0.00", "public": "200.00"}
    assert official_client.post(f"{url}?financement=public", seen).status_code == 422
    changed = official_client.post(f"{url}?financement=public", {**seen, "reason": "La mairie paie"})
    assert changed.url == enrolment.get_absolute_url()
    enrolment.refresh_from_db()
    assert (enrolment.funding, enrolment.rights_used, enrolment.public_agreed) == ("public", 0, 200)
    assert "La mairie paie" in enrolment.events.last().reason
    assert ledger.reserved_rights(official) == 0
    assert "étapes sur Mon Compte Formation" not in official_client.get(enrolment.get_absolute_url()).text


@pytest.mark.django_db
def test_a_signed_agreement_is_left_through_staff_only(official):
    public = {"answers": {**ANSWERS, "funding": "public"}, "rights": Decimal(0), "public": Decimal(200)}
    enrolment = send(EnrolmentFactory(user=official), **public)
    FundingAgreement.objects.create(enrolment=enrolment, payer="Niort", signed_on=timezone.localdate())
    change = {"funding": "self", "reason": "x", "accepts_risk": False}
    seen = (Decimal(200), Decimal(0), Decimal(0))
    with pytest.raises(RefusedError) as refused:
        agreement.change_funding(enrolment, official, timezone.now(), seen=seen, **change)
    assert refused.value.cause == Refusal.SIGNED
    staff = StaffFactory()
    assert agreement.change_funding(enrolment, staff, timezone.now(), seen=seen, **change).to_pay == 200


@pytest.mark.django_db
def test_staff_leave_a_signed_agreement_seeing_what_it_does(official, official_client, staff_client):
    official.email_confirmed_at = timezone.now()
    official.save()
    public = {"answers": {**ANSWERS, "funding": "public", "email": official.email}, "rights": Decimal(0)}
    enrolment = send(EnrolmentFactory(user=official), **public, public=Decimal(200))
    FundingAgreement.objects.create(
        enrolment=enrolment, payer="Niort", agreed_by="Paul Roy", signed_on=timezone.localdate()
    )
    url = reverse("admin:enrolment_enrolment_act", args=[enrolment.pk, "leave-agreement"])
    shown = staff_client.get(url).text
    assert "200,00" in shown
    assert "redevient à faire" in shown
    assert staff_client.post(url, hidden(staff_client.get(url))).status_code == 422, "a reason is asked"
    change = reverse("enrolment:change-funding", args=[enrolment.pk])
    assert "écrivez à l" in official_client.get(change).text

    assert press(staff_client, url, {"reason": "Le conseil a voté contre."}).status_code == 302
    event = enrolment.events.last()
    assert (event.transition, event.by.is_staff) == ("agreement", True)
    assert "Le conseil a voté contre." in event.reason
    mail = compose(OutgoingMail.objects.get(template="enrolment/agreement_left"))
    for told in ("Le conseil a voté contre.", f"{change}", "rien ne vous est réclamé"):
        assert told in mail.body
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.public_agreed) == (State.SENT, 200), "no sum changes before it is agreed"
    assert "Faire signer l" in official_client.get(enrolment.get_absolute_url()).text
    seen = {"price": "200.00", "rights": "0.00", "public": "0.00", "reason": "Je paie moi-même"}
    official_client.post(f"{change}?financement=self", seen)
    enrolment.refresh_from_db()
    assert (enrolment.funding, enrolment.to_pay) == ("self", 200)
    assert staff_client.get(url).status_code == 409, "nothing is signed any more"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), CENTS),
        st.tuples(st.just("send"), st.sampled_from(["dif", "both", "public", "self"])),
        st.tuples(st.just("agree"), st.integers(0, 2)),
        st.tuples(st.just("cancel"), st.integers(0, 2)),
        st.tuples(st.just("mandate"), st.booleans()),
    ),
    max_size=8,
)


class SumsProperty(TestCase):
    """Any sequence of readings, mandates, reservations, releases and quotes."""

    @settings(max_examples=25)
    @given(steps=STEPS)
    def test_no_balance_below_zero_no_cent_lost_no_sum_agreed_unseen(self, steps):
        user = OfficialFactory()
        seen = {}
        for kind, value in steps:
            getattr(self, kind)(user, seen, value)
            known = readings.position_of(user, timezone.localdate())
            assert known.balance is None or known.balance >= 0
            held = Decimal(0)
            for each in Enrolment.objects.filter(user=user, sent_at__isnull=False):
                assert agreement.agreed_by(each) == seen[each.pk]
                assert each.rights_agreed + each.public_agreed + each.to_pay == each.price
                held += each.rights_used
            assert ledger.reserved_rights(user) == held

    def read(self, user, seen, amount):
        note(user, amount)

    def send(self, user, seen, funding):
        enrolment = EnrolmentFactory(user=user)
        known = readings.position_of(user, timezone.localdate())
        shown = agreement.quote_by(known, enrolment.session.training.price, funding)
        given_up = not known.dif_usable and funding in {"dif", "both"}
        with pytest.raises(RefusedError) if given_up else nullcontext():
            send(enrolment, answers={**ANSWERS, "funding": funding}, rights=shown.rights, public=shown.public)
        if given_up:
            return
        seen[enrolment.pk] = shown.agreed

    def agree(self, user, seen, rank):
        asked = Enrolment.objects.filter(user=user, sums_to_agree=True, state=State.SENT).order_by("sent_at", "pk")
        for enrolment in asked[rank : rank + 1]:
            shown = agreement.quote_for(enrolment, timezone.localdate())
            seen[enrolment.pk] = agreement.agreed_by(agreement.agree(enrolment, user, timezone.now(), shown.agreed))

    def cancel(self, user, seen, rank):
        for enrolment in Enrolment.objects.filter(user=user, state=State.SENT).order_by("sent_at", "pk")[
            rank : rank + 1
        ]:
            workflow.cancel(enrolment, user, timezone.now())

    def mandate(self, user, seen, runs):
        user.mandates.update(end=None if runs else in_days(-1))
        agreement.quote_again(user, timezone.now() + datetime.timedelta(seconds=1))
