"""A login made on the way to this very dossier counts as « vous identifier à nouveau », for 30 minutes."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from enrolment.dossiers import workflow
from enrolment.models import Enrolment
from tests.enrolment.helpers import verify_identity
from tests.factories import PASSWORD, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(official) -> Enrolment:
    verify_identity(official)
    return workflow.create(official, SessionFactory(), timezone.now())[0]


def log_in(user: User, target: str) -> Client:
    browser = Client()
    response = browser.post("/connexion/", {"nir": user.nir[:13], "password": PASSWORD, "next": target})
    assert response["Location"] == (target or "/mes-droits/")
    return browser


def information(enrolment: Enrolment) -> str:
    return reverse("enrolment:step", args=[enrolment.pk, "informations"])


def test_who_follows_the_mail_to_the_dossier_is_not_asked_twice(dossier, official):
    assert log_in(official, dossier.get_absolute_url()).get(information(dossier)).status_code == 200


@pytest.mark.parametrize("target", ["", "/mes-droits/", "/inscriptions/"])
def test_any_other_login_is_asked_again_as_in_the_guide(dossier, official, target):
    response = log_in(official, target).get(information(dossier))
    assert response["Location"].endswith("/identification/")


def test_it_counts_for_that_dossier_alone(dossier, official):
    other, _ = workflow.create(official, SessionFactory(), timezone.now())
    response = log_in(official, dossier.get_absolute_url()).get(information(other))
    assert response["Location"].endswith("/identification/")


def test_it_lasts_thirty_minutes(dossier, official):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        browser = log_in(official, dossier.get_absolute_url())
        clock.shift(datetime.timedelta(minutes=29))
        assert browser.get(information(dossier)).status_code == 200
        clock.shift(datetime.timedelta(minutes=2))
        assert browser.get(information(dossier)).status_code == 302


def test_logging_out_ends_it(dossier, official):
    browser = log_in(official, dossier.get_absolute_url())
    browser.post("/deconnexion/")
    browser.post("/connexion/", {"nir": official.nir[:13], "password": PASSWORD})
    assert browser.get(information(dossier)).status_code == 302


def test_a_password_proves_nobody_whose_identity_is_not_verified(official):
    enrolment, _ = workflow.create(official, SessionFactory(), timezone.now())
    response = log_in(official, enrolment.get_absolute_url()).get(information(enrolment))
    assert response["Location"].endswith("/identification/")


def test_who_was_sent_to_log_in_by_the_button_goes_straight_on(official):
    verify_identity(official)
    session = SessionFactory()
    button = reverse("enrolment:create", args=[session.pk])
    browser = log_in(official, button)
    assert browser.get(button)["Location"] == session.training.get_absolute_url(), "a GET opens nothing"
    assert browser.post(button)["Location"].endswith("/informations/")
    other = SessionFactory()
    assert browser.post(reverse("enrolment:create", args=[other.pk]))["Location"].endswith("/identification/")
