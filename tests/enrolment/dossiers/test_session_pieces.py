"""What the training's page says of each session is drawn once and kept: never for another fact, day or person."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from enrolment.models import Enrolment
from tests.factories import EnrolmentFactory, OfficialFactory, PlaceFactory, SessionFactory, TrainingFactory, in_days
from tests.french import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def training():
    training = TrainingFactory()
    place = PlaceFactory(name="Salle des fêtes", access="Parking derrière la mairie.")
    for days in (60, 70):  # far from all last days
        SessionFactory(training=training, start=in_days(days), place=place, seats=9)
    return training


def page_of(client, training):
    return plain(client.get(training.get_absolute_url()).text)


@pytest.mark.parametrize("at", [0, 1], ids=["the next session", "another date"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seats": 7}, "7 places libres sur 7"),
        ({"seats_taken": 5}, "4 places libres sur 9"),
        ({"seats_taken": 9}, "Me mettre sur la liste d'attente"),
        ({"schedule": "14 h – 18 h"}, "14 h – 18 h"),
        ({"remote": True}, "ou à distance"),
        ({"cancelled_at": timezone.now()}, "Cette session est annulée"),
    ],
    ids=lambda value: str(next(iter(value))) if isinstance(value, dict) else "",
)
def test_a_fact_that_changes_shows_at_the_next_page(official_client, training, at, change, told):
    assert told not in page_of(official_client, training)
    session = training.sessions.order_by("start")[at]
    type(session).objects.filter(pk=session.pk).update(**change)
    assert told in page_of(official_client, training)


@pytest.mark.parametrize(
    ("of", "change", "told"),
    [
        ("place", {"name": "Salle du conseil"}, "Salle du conseil"),
        ("place", {"access": "Entrée par la cour."}, "Entrée par la cour."),
        ("training", {"funding_aids": "La région aide."}, "La région aide."),
        ("training", {"mcf_url": "https://www.moncompteformation.gouv.fr/x"}, "moncompteformation.gouv.fr/x"),
    ],
)
def test_so_does_what_the_sessions_share(official_client, training, of, change, told):
    assert told not in page_of(official_client, training)
    row = training if of == "training" else training.sessions.first().place
    type(row).objects.filter(pk=row.pk).update(**change)
    assert told in page_of(official_client, training)


def test_the_days_left_are_counted_anew_after_midnight(as_user, official, training):
    before_midnight = timezone.localtime().replace(hour=23, minute=58)
    left = []
    for now in (before_midnight, before_midnight + timedelta(minutes=4)):
        with time_machine.travel(now, tick=False):
            page = page_of(as_user(official), training)
        left.append({int(days) for days in re.findall(r"encore (\d+) jours", page)})
    assert len(left[0]) > 1
    assert left[1] == {days - 1 for days in left[0]}


def test_a_dossier_shows_to_its_owner_alone(as_user, training):
    """The two people look in turn, twice: what was drawn for the one is at hand when the other comes."""
    holder, other = OfficialFactory(), OfficialFactory()
    dossiers = [EnrolmentFactory(user=holder, session=session) for session in training.sessions.all()]
    for _ in range(2):
        for person, expected in ((holder, dossiers), (other, [])):
            page = page_of(as_user(person), training)
            assert [each for each in dossiers if f'href="{each.get_absolute_url()}"' in page] == expected
            assert page.count("Voir mon dossier") == len(expected)


def test_each_page_has_its_own_token_and_every_button_works(as_user, official, training):
    tokens = set()
    for person in (OfficialFactory(), official):
        client = as_user(person)
        client.handler.enforce_csrf_checks = True
        forms = re.findall(
            r'action="(/inscriptions/nouvelle/\d+/)">\s*<input type="hidden" name="csrfmiddlewaretoken" value="(\w+)">',
            client.get(training.get_absolute_url()).text,
        )
        assert len(forms) == 2
        for action, token in forms:
            tokens.add(token)
            assert client.post(action, {"csrfmiddlewaretoken": token}).status_code == 302
        assert Enrolment.objects.filter(user=person).count() == 2
    assert len(tokens) == 2
