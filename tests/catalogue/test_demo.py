"""The demonstration catalogue: what it shows on the day it is loaded, and on a later day."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from catalogue.models import Session, Training, TrainingBody
from catalogue.sessions.deadline import first_open_start, is_working_day
from catalogue.trainings.deep_links import validate_mcf_url, validate_siret
from catalogue.trainings.rules import check_hourly_price
from config.demo import catalogue
from tests.catalogue.conftest import DAY
from tests.factories import ScaleFactory

pytestmark = pytest.mark.usefixtures("demo_catalogue")


def opening(today):
    return first_open_start(today, settings.ENROLMENT_DEADLINE_DAYS, settings.ENROLMENT_DEADLINE_UNIT)


def test_the_guides_own_example_is_there_to_the_letter():
    example = Training.objects.get(title="La gestion du domaine public et privé de la commune")
    assert example.body.name == "Fédération des maires de la Loire"
    assert example.subject.name == "Organisation et fonctionnement des collectivités territoriales"
    assert (example.price, example.duration_days) == (Decimal(200), 1)
    assert "qualifiés et choisis pour leur expertise" in example.strong_points
    communes = {
        session.place.commune.name for session in example.sessions.select_related("place__commune").order_by("pk")
    }
    assert communes == {"Boën-sur-Lignon"}
    assert example.sessions.open_from(opening(DAY)).exists()


def test_there_is_something_of_everything():
    sessions = Session.objects.order_by("pk")
    assert Training.objects.count() >= 30
    assert sessions.open_from(opening(DAY)).count() >= 30
    assert sessions.filter(start__gte=DAY, start__lt=opening(DAY)).count() >= 3
    assert sessions.filter(remote=True).exists()
    assert sessions.filter(start__lt=DAY).exists()
    assert any(session.end > session.start for session in sessions)
    assert Session.objects.get(**catalogue.FULL_SESSION).start >= opening(DAY)


def test_every_training_is_complete_and_keeps_the_rules():
    ScaleFactory()
    for training in Training.objects.order_by("pk"):
        for name in ("summary", "strong_points", "objectives", "programme", "teaching_means", "evaluation", "audience"):
            assert getattr(training, name), (training.reference, name)
        assert training.trainers.exists()
        check_hourly_price(training.price, training.duration_hours, DAY)
        if training.mcf_url:
            validate_mcf_url(training.mcf_url)
        training.full_clean()
    for body in TrainingBody.objects.order_by("pk"):
        validate_siret(body.siret)
        assert body.approval_end > DAY
    assert all(
        is_working_day(session.start) and is_working_day(session.end) for session in Session.objects.order_by("pk")
    )


def test_nearly_all_trainings_lead_to_mon_compte_formation():
    assert Training.objects.filter(mcf_url="").count() == 1


def test_loading_again_the_same_day_changes_nothing():
    assert catalogue.load(DAY) == (0, 0)


def test_on_a_later_day_a_training_that_closed_opens_again():
    later = DAY + timedelta(days=200)
    kept = set(Session.objects.values_list("pk", flat=True))
    with time_machine.travel(f"{later}T09:00+01:00", tick=False), transaction.atomic():
        trainings, sessions = catalogue.load(later)
        assert trainings == 0
        assert sessions >= 36
        assert kept < set(Session.objects.values_list("pk", flat=True))
        example = Training.objects.get(reference="gestion-domaine-public-prive-commune")
        assert example.sessions.open_from(opening(later)).count() == 1
        assert catalogue.load(later) == (0, 0)


def test_what_staff_changed_stays():
    Training.objects.filter(reference="budget-communal-bases").update(price=Decimal(123))
    catalogue.load(DAY)
    assert Training.objects.get(reference="budget-communal-bases").price == Decimal(123)
