"""Readiness, the fiche, the track of a dossier, an unknown mandate: what people see and say."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.mandates import declarations
from accounts.models import MandateDeclaration
from catalogue.sessions import in_force
from core.models import OutgoingMail
from core.outbox import compose
from enrolment.dossiers import workflow
from enrolment.funding import agreement_views, agreements, marks
from enrolment.models import Enrolment, MilestoneMark, State
from enrolment.rights import readings
from tests.accounts.login.proofs import fresh
from tests.desk import press
from tests.enrolment.helpers import ANSWERS, send
from tests.factories import EnrolmentFactory, SessionFactory, UserFactory, in_days

pytestmark = pytest.mark.django_db
READY = reverse("enrolment:readiness")


def plain(text):
    return text.replace("&#x27;", "'").replace("\xa0", " ").replace("\u202f", " ")


def text_of(response):
    return plain(response.text)


def body_of(name):
    return compose(OutgoingMail.objects.get(template=f"enrolment/{name}")).body.replace("\xa0", " ")


def test_the_questions_are_asked_until_answered_or_put_off(official_client, official):
    rights = reverse("enrolment:rights")
    assert "Êtes-vous prêt" in official_client.get(rights).text
    assert official_client.post(READY, {"plus-tard": "1"}).url == rights
    assert "Êtes-vous prêt" not in official_client.get(rights).text


def test_plus_tard_is_remembered_on_every_device_and_the_way_stays(official_client, official, as_user):
    official_client.post(READY, {"plus-tard": "1"})
    official_client.post(READY, {"plus-tard": "1"})
    elsewhere = as_user(official).get(reverse("enrolment:rights")).text
    assert "Êtes-vous prêt" not in elsewhere
    assert "répondre aux trois questions" in elsewhere
    official_client.post(READY, {"account": "yes"})
    assert "revoir mes réponses" in as_user(official).get(reverse("enrolment:rights")).text


def test_an_amount_read_becomes_a_reading_and_passes_the_milestones(official_client, official):
    official_client.post(READY, {"amount": "412,50", "identity": "yes"})
    assert readings.latest(official).amount == Decimal("412.50")
    assert {name for name, mark in marks.marks_of(official).items() if mark.passed} == {
        "account",
        "rights_seen",
        "identity",
    }


def test_a_day_to_come_is_refused_and_nothing_is_kept(official_client, official):
    day = in_days(2)
    posted = {"amount": "10", "read_on_day": day.day, "read_on_month": day.month, "read_on_year": day.year}
    assert official_client.post(READY, posted).status_code == 422
    assert readings.latest(official) is None


def test_the_cdc_is_named_only_to_who_has_looked_and_not_found_the_account(official_client, official):
    page = reverse("enrolment:missing-account")
    assert official_client.get(page).url == READY
    found = official_client.post(READY, {"account": "yes", "rights_seen": "no"})
    assert found.url == page
    assert "mailto:dfp_mcf_gestion-des-droits-et-formations@caissedesdepots.fr" in official_client.get(page).text
    official_client.post(READY, {"account": "yes", "rights_seen": "yes"})
    assert official_client.get(page).url == READY


def test_the_fiche_has_the_persons_values_and_no_number(official_client, official):
    page = text_of(official_client.get(reverse("enrolment:mcf-sheet")))
    for told in ("Moreau", official.email, "12 caractères", "six chiffres", "FranceConnect+"):
        assert told in page
    assert official.nir[:13] not in page


def test_each_value_of_the_fiche_is_copied_by_itself_and_a_missing_one_says_where_to_fill_it_in(as_user):
    person = UserFactory(mobile="", landline="+33549000000")
    page = as_user(person).get(reverse("enrolment:mcf-sheet")).text
    buttons = re.findall(r'data-copy="(v-\d+-\d+)"[^>]* hidden>', page)
    assert buttons == sorted(set(buttons)), "each has its own value"
    for name in buttons:
        assert f'id="{name}"' in page
    assert "05 49 00 00 00" in page.replace("\xa0", " ")
    assert reverse("accounts:profile-usual-name") in page, "no diploma yet"


def test_a_milestone_is_said_and_taken_back_and_both_stay_written(official_client, official):
    enrolment = send(EnrolmentFactory(user=official))
    url = reverse("enrolment:mcf", args=[enrolment.pk])
    official_client.post(url, {"milestone": "requested", "act": "fait", "file_number": "12345"})
    page = text_of(official_client.get(url))
    assert "déclaré par vous le" in page.lower()
    assert "12345" in page
    official_client.post(url, {"milestone": "requested", "act": "retirer"})
    assert "12345" not in official_client.get(url).text
    mark = MilestoneMark.objects.get()
    assert (mark.by, mark.undone_by) == (official, official)


def test_after_an_end_a_new_request_begins_anew(official):
    enrolment = send(EnrolmentFactory(user=official))
    today, now = timezone.localdate(), timezone.now()
    for milestone in ("requested", "proposed", "fallen", "requested"):
        marks.say(official, milestone, today, official, now, enrolment=enrolment)
    track = marks.track_of(enrolment, today)
    assert track.ending is None
    assert track.waiting.milestone == "proposed"


def test_another_persons_track_is_not_found(official, as_user, other_official):
    enrolment = send(EnrolmentFactory(user=official))
    stranger = as_user(other_official)
    for name in ("mcf", "agree", "change-funding", "agreement"):
        assert stranger.get(reverse(f"enrolment:{name}", args=[enrolment.pk])).status_code == 404


def test_staff_say_a_milestone_for_the_person(staff_client, official):
    enrolment = send(EnrolmentFactory(user=official))
    url = reverse("admin:enrolment_enrolment_act", args=[enrolment.pk, "mcf"])
    press(staff_client, url, {"milestone": "requested", "on": timezone.localdate().isoformat()})
    assert marks.marks_of(official, enrolment)["requested"].source.startswith("vu par l'ADM79 le")


def test_staff_note_an_amount_told_on_the_telephone(staff_client, official):
    url = reverse("admin:accounts_user_act", args=[official.pk, "read"])
    press(fresh(staff_client), url, {"amount": "80,00", "read_on": timezone.localdate().isoformat()})
    assert readings.position_of(official, timezone.localdate()).source.endswith("par l'ADM79")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((), "Créez votre demande sur Mon Compte Formation au plus tard le"),
        (("requested",), "L'organisme doit vous faire sa proposition"),
        (("requested", "proposed"), "Validez la proposition de l'organisme sur Mon Compte Formation au plus tard le"),
        (("requested", "proposed", "validated"), "il ne reste rien à faire sur Mon Compte Formation"),
        (("requested", "fallen"), "autre financement"),
    ],
)
def test_acceptance_says_what_is_true_of_the_request_there(said, words, official, staff):
    enrolment = send(EnrolmentFactory(user=official))
    for milestone in said:
        marks.say(official, milestone, timezone.localdate(), official, timezone.now(), enrolment=enrolment)
    workflow.accept(enrolment, staff, timezone.now())
    assert words in body_of("request_accepted")


def test_acceptance_after_mcfs_day_says_that_the_dif_should_not_pay_any_more(official, staff):
    enrolment = send(EnrolmentFactory(user=official, session=SessionFactory(start=in_days(12))))
    workflow.accept(enrolment, staff, timezone.now())
    assert "ne devrait plus être payée par le DIF élus" in body_of("request_accepted")


@pytest.mark.parametrize(("said", "told"), [((), False), (("requested",), True), (("requested", "cancelled"), False)])
def test_cancelling_here_says_to_cancel_there_when_something_was_asked_there(said, told, official):
    enrolment = send(EnrolmentFactory(user=official))
    for milestone in said:
        marks.say(official, milestone, timezone.localdate(), official, timezone.now(), enrolment=enrolment)
    workflow.cancel(enrolment, official, timezone.now())
    assert ("annulez-la aussi là-bas" in body_of("request_cancelled")) == told


def test_an_unknown_mandate_is_declared_reused_and_confirmed_by_staff(as_user, staff, staff_client):
    user = UserFactory(email_confirmed_at=timezone.now())
    client = as_user(user)
    url = reverse("accounts:mandates")
    assert "n'a pas encore retrouvé votre mandat" in text_of(client.get(url))
    posted = {"function": "Maire", "kind": "municipal", "place": "Brioux", "since_day": "18", "since_month": "5"}
    assert client.post(url, posted).status_code == 422
    assert client.post(url, {**posted, "since_year": "2020"}).url == url
    assert client.post(url, {**posted, "since_year": "2020", "place": "Melle"}).url == url
    declaration = MandateDeclaration.objects.get()
    assert declarations.declared_last(user).place == "Melle"
    assert not user.mandates.exists()
    press(staff_client, reverse("admin:accounts_mandatedeclaration_act", args=[declaration.pk, "confirm"]))
    mandate = user.mandates.confirmed().get()
    assert (mandate.function, mandate.place_name, mandate.start.year) == ("Maire", "Melle", 2020)
    assert OutgoingMail.objects.filter(template="accounts/mandate_decided").exists()


def test_both_papers_are_filled_in_and_the_parts_add_up(official, official_client):
    both = {"answers": {**ANSWERS, "funding": "both"}, "rights": Decimal(120), "public": Decimal(80)}
    readings.note(official, Decimal(120), timezone.localdate(), official, timezone.now())
    enrolment = send(EnrolmentFactory(user=official), **both)
    assert (enrolment.state, enrolment.to_pay) == (State.SENT, 0)
    url = reverse("enrolment:agreement", args=[enrolment.pk])
    given = {"payer": "Niort", "agreed_by": "Paul Roy", "function": "Maire", "email": "m@courriel.example"}
    assert official_client.post(url, given).status_code == 422
    assert official_client.post(url, {**given, "invoice_to": "Mairie", "order_reference": "BC-7"}).url == url
    for kind in ("accord", "convention"):
        page = text_of(official_client.get(reverse("enrolment:agreement-paper", args=[enrolment.pk, kind])))
        for told in ("Paul Roy", "80,00 €", "120,00 €", "BC-7", "Mairie"):
            assert told in page


@pytest.mark.parametrize("known", [True, False])
def test_an_agreement_signed_while_its_form_was_open_stays(known, official, official_client, staff, monkeypatch):
    both = {"answers": {**ANSWERS, "funding": "both"}, "rights": Decimal(120), "public": Decimal(80)}
    readings.note(official, Decimal(120), timezone.localdate(), official, timezone.now())
    enrolment = send(EnrolmentFactory(user=official), **both)
    url = reverse("enrolment:agreement", args=[enrolment.pk])
    given = {"payer": "Niort", "agreed_by": "Paul Roy", "function": "Maire", "email": "m@courriel.example"}
    given["invoice_to"] = "Mairie"
    if known:
        official_client.post(url, given)
        agreements.sign(enrolment, timezone.localdate(), staff)
    monkeypatch.setattr(agreement_views, "is_signed", lambda _enrolment: False)  # read before staff noted it
    page = official_client.post(url, {**given, "agreed_by": "Une autre"}, follow=True)
    kept = enrolment.agreement
    assert (kept.agreed_by, kept.signed_on) == (("Paul Roy", timezone.localdate()) if known else ("Une autre", None))
    assert ("vient de noter cet accord signé" in page.text) is known


def test_a_training_that_was_followed_is_not_to_be_cancelled_on_mcf(official_client, official):
    enrolment = send(EnrolmentFactory(user=official))
    marks.say(official, "requested", timezone.localdate(), official, timezone.now(), enrolment=enrolment)
    for state, cancel_there in ((State.ATTENDED, False), (State.CANCELLED, True)):
        Enrolment.objects.filter(pk=enrolment.pk).update(state=state)
        page = text_of(official_client.get(enrolment.get_absolute_url()))
        assert ("Annulez aussi votre demande sur Mon Compte Formation" in page) is cancel_there
        assert "Demande formation suivie" not in page


def test_each_card_shows_both_tracks(official, official_client):
    send(EnrolmentFactory(user=official))
    page = text_of(official_client.get(reverse("enrolment:list")))
    for told in ("Ma place à l'ADM79", "Mon financement", "Par mon DIF élus", "L'ADM79 répond à votre demande"):
        assert told in page
    assert "ouvrir votre compte sur Mon Compte Formation, au plus tard le" in page


def test_the_list_costs_the_same_for_one_and_for_six(official, official_client, django_assert_max_num_queries):
    send(EnrolmentFactory(user=official))
    with CaptureQueriesContext(connection) as first:
        official_client.get(reverse("enrolment:list"))
    for days in range(41, 46):
        send(EnrolmentFactory(user=official, session=SessionFactory(start=in_days(days))))
    with django_assert_max_num_queries(len(first)):
        official_client.get(reverse("enrolment:list"))


@pytest.mark.parametrize("kind", ["changelist", "change"])
@pytest.mark.parametrize("model", ["enrolment_enrolment", "catalogue_session"])
def test_staff_read_both_clocks(model, kind, staff_client, official):
    enrolment = send(EnrolmentFactory(user=official))
    session = enrolment.session
    row = session if model == "catalogue_session" else enrolment
    shown = text_of(staff_client.get(reverse(f"admin:{model}_{kind}", args=[row.pk] if kind == "change" else [])))
    both = in_force.clocks_of(session)
    if kind == "changelist":
        assert f"ici {both.send_by:%d/%m/%Y} · MCF {both.request_by:%d/%m/%Y}" in shown
    else:
        assert plain(in_force.both_clocks(session, timezone.localdate())) in shown


def test_who_chose_another_funding_has_one_clock(staff_client, official):
    public = {"answers": {**ANSWERS, "funding": "self"}, "rights": Decimal(0)}
    enrolment = send(EnrolmentFactory(user=official), **public)
    shown = text_of(staff_client.get(reverse("admin:enrolment_enrolment_change", args=[enrolment.pk])))
    assert plain(in_force.both_clocks(enrolment.session, timezone.localdate(), dif=False)) in shown
    assert "· MCF" not in staff_client.get(reverse("admin:enrolment_enrolment_changelist")).text


def test_calendar_files_say_both_clocks_while_they_run(official, official_client):
    enrolment = EnrolmentFactory(user=official)
    both = in_force.both_clocks(enrolment.session, timezone.localdate())
    for url in (reverse("enrolment:deadlines"), reverse("catalogue:calendar", args=[enrolment.session_id])):
        events = Calendar.from_ical(official_client.get(url).content).walk("VEVENT")
        assert any(both in str(event["description"]) for event in events), url
    late = SessionFactory(start=in_days(5))
    content = official_client.get(reverse("catalogue:calendar", args=[late.pk])).content.decode()
    assert "Demande possible" not in content
