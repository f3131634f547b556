"""Nothing that visitors write grows for ever: each of their tables has a term, which is enforced and told."""

import datetime

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import OpenSession
from config.retention import RETENTIONS, enforce
from core import throttling
from core.models import Draft, Throttle
from tests.accounts.login.proofs import fresh
from tests.factories import PASSWORD
from tests.french import plain

STAFF_S_OWN = {
    "auth.Permission": "of the code",
    "auth.Group": "of the staff",
    "contenttypes.ContentType": "of the code",
    "accounts.Telephone": "one a member of staff",
    "accounts.RecoveryCodes": "one a member of staff",
    "accounts.RecoveryCode": "ten a member of staff",
    "core.PeriodicRun": "one a job",
    "core.Announcement": "of the staff",
    "core.MailPhrase": "of the staff",
    "accounts.TermsVersion": "of the staff",
    "accounts.Commune": "the official list",
    "accounts.FormerCommune": "the official list",
    "accounts.PostalCode": "the official list",
    **dict.fromkeys(
        [
            *("catalogue.Scale", "catalogue.Subject", "catalogue.TrainingBody", "catalogue.Trainer"),
            *("catalogue.Training", "catalogue.FormerReference", "catalogue.Synonym", "catalogue.SearchEntry"),
            *("catalogue.SearchWord", "catalogue.Place", "catalogue.Session", "catalogue.Renewal"),
            "catalogue.SchoolHoliday",
        ],
        "what the staff publish",
    ),
    "enrolment.ReasonPhrase": "what the staff write",
    "enrolment.SessionAffair": "catalogue.Session under another name",
}
"""Tables that grow only by the hand of the staff, and why."""


def told():
    return [table for retention in RETENTIONS for table in retention.tables]


def test_every_table_that_visitors_can_grow_has_a_term():
    labels = {model._meta.label for model in apps.get_models()}
    assert set(told()) == labels - set(STAFF_S_OWN)
    assert len(told()) == len(set(told())), "a table has one term"


@pytest.mark.django_db
def test_the_privacy_page_prints_every_term(client):
    html = plain(client.get("/donnees-personnelles/").text).replace("&#x27;", "'")
    for retention in RETENTIONS:
        assert retention.what in html
        assert plain(retention.term) in html


@pytest.mark.django_db
def test_the_privacy_page_counts_long_terms_in_years(client):
    page = plain(client.get("/donnees-personnelles/").text)
    assert ("2 ans après la dernière recherche" in page, "30 jours" in page) == (True, True)
    assert ("365 jours" in page, "730 jours" in page) == (False, False)


@pytest.mark.django_db
def test_what_has_had_its_time_is_deleted_by_run_periodic():
    now = timezone.now()
    for days in (-1, 1):
        Draft.objects.create(kind="signup", owner="browser:x", expires_at=now + datetime.timedelta(days=days))
        Session.objects.create(session_key=f"s{days}", session_data="", expire_date=now + datetime.timedelta(days=days))
    call_command("run_periodic")
    assert [draft.expires_at > now for draft in Draft.objects.all()] == [True]
    assert [session.expire_date > now for session in Session.objects.all()] == [True]


@pytest.mark.django_db
def test_failures_are_forgotten_after_two_days():
    now = timezone.now()
    throttling.take("login-network", "192.0.2.1", now)
    enforce(now + datetime.timedelta(days=1, hours=23))
    assert Throttle.objects.count() == 1
    enforce(now + datetime.timedelta(days=2, hours=1))
    assert not Throttle.objects.exists()


@pytest.mark.django_db
def test_tasks_that_ended_are_forgotten_after_a_month(official_client, run_tasks):
    fresh(official_client).post("/adresse-mail/", {"email": "nouvelle@courriel.example"})
    run_tasks()
    now = timezone.now()
    enforce(now + datetime.timedelta(days=29))
    assert DBTaskResult.objects.exists()
    enforce(now + datetime.timedelta(days=31))
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_a_session_of_nobody_ends_after_an_hour(client, official_client):
    session = client.session
    session["seen"] = "yes"
    session.save()
    now = timezone.now()
    assert session.get_expiry_date() <= now + datetime.timedelta(hours=1, seconds=5)
    assert official_client.session.get_expiry_date() > now + datetime.timedelta(hours=1)


@pytest.mark.django_db
def test_what_is_left_of_a_login_in_the_database_goes_within_a_day(official, client):
    """Nobody logs out on a shared computer; what ended half an hour later is not kept for weeks."""
    client.post("/connexion/", {"nir": official.nir, "password": PASSWORD})
    now = timezone.now()
    enforce(now + datetime.timedelta(hours=23))
    assert OpenSession.objects.count() == Session.objects.count() == 1
    enforce(now + datetime.timedelta(hours=25))
    assert not OpenSession.objects.exists()
    assert not Session.objects.exists()
