"""Pieces are kept between requests: a change of session, seats, price, text or day is on the next page all the same."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import SessionFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(as_user, official):
    """What everybody and somebody logged in read of one training, on five pages, twice so that all is kept."""

    def read(training):
        own, nobody = as_user(official), Client()
        address = training.get_absolute_url()
        for _ in range(2):
            found = {
                "home": nobody.get("/").text,
                "outline": nobody.get("/formations-a-venir/", follow=True).text,
                "public": nobody.get(address).text,
                "whole": own.get(address).text,
                "search": own.get("/formations/").text,
            }
        return {name: page.replace("\u00a0", " ").replace("\u202f", " ") for name, page in found.items()}

    return read


def test_a_session_moved(pages):
    session = SessionFactory(start=datetime.date(2027, 1, 12))
    with_old = pages(session.training)
    session.start = session.end = datetime.date(2027, 1, 13)
    session.save(update_fields=["start", "end"])
    with_new = pages(session.training)
    for name in ("public", "whole", "search", "home"):
        assert "mardi 12 janvier 2027" in with_old[name].lower(), name
        assert "mercredi 13 janvier 2027" in with_new[name].lower(), name
        assert "mardi 12 janvier 2027" not in with_new[name].lower(), name


def test_the_last_seat_taken_and_the_price_changed(pages):
    session = SessionFactory(seats=3, seats_taken=2)
    training = session.training
    assert "Plus que 1 place" in pages(training)["search"]
    type(session).objects.filter(pk=session.pk).update(seats_taken=3)
    training.price = 345
    training.save()
    now = pages(training)
    assert "Plus que" not in now["search"]
    assert (
        "Connectez-vous pour entrer sur la liste d'attente : si une place se libère, elle va au premier"
        in now["public"]
    )
    assert "Me mettre sur la liste d'attente" in now["whole"]
    assert all("345,00 €" in now[name] for name in ("public", "whole", "search"))


def test_a_session_that_closes_tells_no_seats_that_nobody_can_have(pages):
    session = SessionFactory(seats=9)
    assert "9 places libres" in pages(session.training)["whole"]
    type(session).objects.filter(pk=session.pk).update(start=in_days(3), end=in_days(3))
    now = pages(session.training)
    assert "places libres" not in now["whole"]
    assert "ne prend plus de demande" in now["public"]


def test_a_full_session_is_told_before_one_that_is_closed(pages):
    training = SessionFactory(start=in_days(3)).training
    SessionFactory(training=training, start=in_days(40), seats=1, seats_taken=1)
    assert "Complet" in pages(training)["public"]


def test_a_text_and_a_trainer_changed(pages):
    training = SessionFactory().training
    trainer = training.trainers.create(name="Ada Martin", presentation="Juriste")
    assert "Juriste" in pages(training)["whole"]
    trainer.presentation = "Avocate"
    trainer.save()
    training.summary = "Tout nouveau résumé."
    training.save()
    now = pages(training)
    assert "Avocate" in now["whole"]
    assert "Tout nouveau résumé." in now["whole"]
    assert "Tout nouveau résumé." in now["public"]


def test_midnight(pages, time_machine):
    session = SessionFactory(start=in_days(13))
    assert "encore 2 jours" in pages(session.training)["public"]
    time_machine.move_to(timezone.now() + datetime.timedelta(days=1))
    now = pages(session.training)
    assert all("demain" in now[name] for name in ("public", "whole", "home", "search"))
