"""A person on one screen: what staff read aloud, and what they mend without leaving it."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from accounts.models import MandateDeclaration
from core import outbox
from core.models import OutgoingMail
from enrolment.models import AssistedEnrolment, RightsReading
from enrolment.rights import readings
from tests.accounts.login.proofs import fresh
from tests.config.test_roles import ENROLMENTS, IDENTITY, of_role
from tests.desk import press
from tests.enrolment.helpers import send
from tests.factories import (
    EnrolmentFactory,
    IdentityCheckFactory,
    MandateClaimFactory,
    OfficialFactory,
    SessionFactory,
    UserFactory,
    in_days,
)

pytestmark = pytest.mark.django_db


def url(person, page="change", *more):
    return reverse(f"admin:accounts_user_{page}", args=[person.pk, *more])


@pytest.fixture
def desk(as_user):
    return fresh(as_user(of_role(ENROLMENTS)))


def text(response):
    return response.text.replace("&#x27;", "'").replace("\xa0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


class TestReadAloud:
    @pytest.mark.parametrize("sent", [False, True])
    def test_it_is_what_the_person_reads_on_their_home_page(self, sent, desk, as_user, official):
        dossier = EnrolmentFactory(user=official)
        if sent:
            send(dossier)
        home = text(as_user(official).get("/"))
        heading = home.split("<h1>")[1].split("</h1>")[0]
        aloud = text(desk.get(url(official))).split("<blockquote>")[1].split("</blockquote>")[0]
        assert aloud.startswith(heading)
        assert dossier.session.training.title in aloud

    def test_who_has_nothing_under_way_is_told_so(self, desk, as_user, official):
        assert "Jeanne, choisissez une formation" in text(as_user(official).get("/"))
        assert "Jeanne, choisissez une formation. Vous n'avez aucune demande en cours." in text(desk.get(url(official)))


def test_everything_is_on_one_screen(desk):
    official = OfficialFactory()
    dossier = send(EnrolmentFactory(user=official))
    check = IdentityCheckFactory(user=official)
    MandateClaimFactory(user=official)
    MandateDeclaration.objects.create(user=official, function="Vice-présidente", place="Melle", since=in_days(-9))
    readings.note(official, Decimal(500), in_days(-2), official, timezone.now())
    page = text(desk.get(url(official)))
    for link in (
        reverse("admin:enrolment_enrolment_change", args=[dossier.pk]),
        reverse("admin:enrolment_identitycheck_change", args=[check.pk]),
        reverse("admin:accounts_mandate_act", args=[official.mandates.get().pk, "end"]),
        reverse("admin:accounts_mandatedeclaration_act", args=[MandateDeclaration.objects.get().pk, "confirm"]),
    ):
        assert link in page
    for told in ("lus sur Mon Compte Formation", "noté par la personne", "Envoyée", dossier.reference, "Preuve :"):
        assert told in page
    assert "Votre demande d'inscription est envoyée" in page  # the mail


def test_a_role_sees_its_part_only(as_user, official):
    EnrolmentFactory(user=official)
    page = text(as_user(of_role(IDENTITY)).get(url(official)))
    assert "Mandats</h2>" not in page
    assert "Droits</h2>" not in page
    assert "Identité</h2>" in page


def test_one_screen_asks_a_bounded_number_of_questions(desk, django_assert_max_num_queries):
    official = OfficialFactory()
    for _ in range(6):
        send(EnrolmentFactory(user=official, session=SessionFactory()))
    desk.get(url(official))
    with django_assert_max_num_queries(60):
        desk.get(url(official))


class TestRights:
    def test_a_correction_shows_the_balance_before_and_after_and_waits_for_the_confirmation(self, desk, official):
        act = url(official, "act", "correct")
        asked = desk.post(act, {**_hidden(desk.get(act)), "amount": "-300", "reason": "Crédit compté deux fois."})
        assert asked.status_code == 200
        assert "avant : 800,00 €" in text(asked)
        assert "après : 500,00 €" in text(asked)
        official.refresh_from_db()
        assert official.rights_balance == 800
        press(desk, act, {"amount": "-300", "reason": "Crédit compté deux fois."})
        official.refresh_from_db()
        assert official.rights_balance == 500
        assert "Crédit compté deux fois." in LogEntry.objects.filter(object_id=str(official.pk)).first().change_message

    @pytest.mark.parametrize(("amount", "reason"), [("-800,01", "x"), ("0", "x"), ("", "x"), ("10", "")])
    def test_nothing_impossible_is_corrected(self, amount, reason, desk, official):
        answer = press(desk, url(official, "act", "correct"), {"amount": amount, "reason": reason})
        assert answer.status_code == 422
        official.refresh_from_db()
        assert official.rights_balance == 800

    def test_two_at_once_do_not_confirm_a_balance_that_has_moved(self, desk, official):
        act = url(official, "act", "correct")
        given = {"amount": "100", "reason": "Oubli."}
        shown = desk.post(act, {**_hidden(desk.get(act)), **given})
        press(desk, act, {"amount": "-50", "reason": "Avant."})
        assert desk.post(act, {**_hidden(shown), **given}).status_code == 409

    def test_an_amount_read_aloud_is_noted_with_before_and_after(self, desk, official):
        act = url(official, "act", "read")
        given = {"amount": "412,50", "read_on": in_days(0).isoformat()}
        asked = desk.post(act, {**_hidden(desk.get(act)), **given})
        assert "412,50 €, lus sur Mon Compte Formation" in text(asked)
        assert not RightsReading.objects.exists()
        press(desk, act, given)
        assert (RightsReading.objects.get().amount, RightsReading.objects.get().by_staff) == (Decimal("412.50"), True)


class TestMandates:
    def test_a_declared_one_is_confirmed_from_the_page(self, desk):
        person = UserFactory()
        claim = MandateClaimFactory(user=person, answer="yes")
        act = url(person, "act", f"mandate-{claim.mandate.pk}")
        assert act in desk.get(url(person)).text
        assert press(desk, act).status_code == 302
        assert person.has_elu_account

    def test_one_is_ended_with_its_day(self, desk, official):
        mandate = official.mandates.get()
        act = reverse("admin:accounts_mandate_act", args=[mandate.pk, "end"])
        assert press(desk, act, {"end": in_days(1).isoformat()}).status_code == 422
        assert press(desk, act, {"end": in_days(-1).isoformat()}).status_code == 302
        mandate.refresh_from_db()
        assert (mandate.end, mandate.user) == (in_days(-1), official)


class TestMails:
    def test_those_sent_and_those_that_failed_are_listed_and_sent_again(self, desk, official, run_tasks):
        outbox.send_later("enrolment/news", official.email.upper(), {"url": "x", "email_url": "y"})
        run_tasks()
        failed = outbox.send_later("accounts/email_changed", official.email, {})
        OutgoingMail.objects.filter(pk=failed.pk).update(given_up_at=timezone.now())
        outbox.send_later("accounts/email_changed", "autre@courriel.example", {})
        page = text(desk.get(url(official)))
        assert "Du nouveau dans votre dossier d'inscription, parti" in page
        assert "pas parti" in page
        assert page.count(outbox.title_of("accounts/email_changed").replace("\xa0", " ")) == 1
        press(desk, url(official, "act", "resend"))
        failed.refresh_from_db()
        assert failed.given_up_at is None

    def test_an_address_that_does_not_work_is_noted_from_the_page_and_said_there(self, desk, official):
        act = url(official, "act", "mail-bounced")
        assert act in desk.get(url(official)).text
        press(desk, act)
        assert "Cette adresse ne reçoit pas" in text(desk.get(url(official)))

    def test_a_shared_address_is_said(self, desk, official, other_official):
        assert "1 autre compte a cette adresse" in text(desk.get(url(official)))


def test_a_dossier_is_prepared_for_who_has_an_account_and_only_they_take_it(desk, official, other_official, as_user):
    session = SessionFactory()
    given = {"session": session.pk, "asked_by": "self", "asked_by_name": "", "recognised": "Rappelée chez elle."}
    answer = press(desk, url(official, "act", "prepare"), given)
    prepared = AssistedEnrolment.objects.get(for_user=official)
    assert answer.url == reverse("admin:enrolment_assistedenrolment_change", args=[prepared.pk])
    assert as_user(other_official).post("/lettre/suite/").status_code == 410
    told = "Jeanne, reprenez le dossier préparé avec l'ADM79"
    assert told in text(as_user(official).get("/"))
    assert told in text(desk.get(url(official)))
    assert as_user(official).post("/lettre/suite/").status_code == 302
    assert official.enrolments.get().session == session


def test_the_list_of_accounts_finds_people_as_the_box_does(staff_client):
    OfficialFactory(birth_name="Guérin", first_names="Anne", mobile="+33639981234")
    OfficialFactory(birth_name="Martin", first_names="Paul", mobile="+33639985678")
    for typed in ("guerin", "06 39 98 12 34", "anne guerin niort"):
        page = staff_client.get("/admin/accounts/user/", {"q": typed}).text
        assert "Anne GUÉRIN" in page
        assert "Paul MARTIN" not in page


def _hidden(response):
    from tests.desk import hidden

    return hidden(response)
