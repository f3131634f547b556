"""No stranger decides how full the disk gets: what one browser and one network may begin has bounds."""

import datetime
import itertools

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.login import idle_rescue
from accounts.signup import steps as signup
from config.retention import enforce
from core import encryption
from core.journeys.journey import LARGEST
from core.journeys.limits import MOST_DRAFTS
from core.models import Draft, OutgoingMail, Throttle
from enrolment.dossiers import steps as dossiers
from tests.accounts.signup.steps import CONTACT, IDENTITY, begin
from tests.factories import make_nir

pytestmark = pytest.mark.django_db
NOON = "2026-12-01T12:00:00+01:00"


def first_step(client, **changes):
    return client.post(f"{begin(client, '?nouveau')}identite/", IDENTITY | changes)


def test_a_workshop_of_thirty_behind_one_address_notices_nothing():
    with time_machine.travel(NOON, tick=False):
        assert {first_step(Client()).status_code for _ in range(60)} == {302}


def test_one_network_begins_two_hundred_an_hour_and_then_waits():
    with time_machine.travel(NOON, tick=False) as clock:
        assert [first_step(Client()).status_code for _ in range(201)] == [302] * 200 + [429]
        assert Draft.objects.count() == 200
        refused = first_step(Client())
        assert int(refused["Retry-After"]) > 0
        assert "Trop de demandes à la fois" in refused.content.decode()
        elsewhere = Client(REMOTE_ADDR="198.51.100.7")
        assert first_step(elsewhere).status_code == 302
        clock.shift(datetime.timedelta(hours=1))
        assert first_step(Client()).status_code == 302


def test_who_has_begun_goes_on_while_their_network_waits():
    begun = Client()
    base = begin(begun)
    begun.post(f"{base}identite/", IDENTITY)
    with time_machine.travel(timezone.now(), tick=False):
        while first_step(Client()).status_code == 302:
            pass
    assert begun.post(f"{base}identite/", IDENTITY | {"birth_name": "Petit"}).status_code == 302


def test_one_browser_keeps_so_many_drafts_those_without_a_right_answer_make_room(client):
    assert first_step(client).status_code == 302
    for _ in range(MOST_DRAFTS):
        assert first_step(client, birth_name="").status_code == 422
    assert Draft.objects.count() == MOST_DRAFTS
    assert sum(draft.answers["identite"]["valid"] for draft in Draft.objects.all()) == 1


def test_a_browser_full_of_right_answers_loses_none_of_them(client):
    assert [first_step(client).status_code for _ in range(MOST_DRAFTS + 1)] == [302] * MOST_DRAFTS + [429]
    assert Draft.objects.count() == MOST_DRAFTS


@pytest.mark.parametrize(("changes", "days"), [({"birth_name": ""}, 7), ({}, 30)])
def test_a_draft_without_one_right_step_lives_seven_days(client, changes, days):
    first_step(client, **changes)
    now = timezone.now()
    enforce(now + datetime.timedelta(days=days, hours=-1))
    assert Draft.objects.count() == 1
    enforce(now + datetime.timedelta(days=days, hours=1))
    assert not Draft.objects.exists()


def test_guesses_of_a_network_that_waits_leave_no_row(client):
    with time_machine.travel(NOON, tick=False):
        while client.post("/connexion/", guess()).status_code == 422:
            pass
        rows = Throttle.objects.count()
        for _ in range(5):
            assert client.post("/connexion/", guess()).status_code == 429
        assert Throttle.objects.count() == rows


def guess(orders=itertools.cycle(range(1, 999))):  # noqa: B008  one after the other, whoever asks
    return {"nir": make_nir(order=next(orders))[:13], "password": "Prairie-Verte79"}


def test_a_draft_holds_eight_kilobytes_at_most_whatever_is_sent(client):
    base = begin(client)
    assert client.post(f"{base}identite/", IDENTITY | {"birth_name": "É" * 5_000}).status_code == 422
    assert client.post(f"{base}identite/", IDENTITY | {"unasked": "x" * 5_000}).status_code == 302
    before = Draft.objects.get().data
    many = {"birth_name": ["É" * 200] * 10, "nir": ["9" * 40] * 50, "diploma": ["x" * 400] * 9}
    assert client.post(f"{base}identite/", many).status_code == 413
    assert Draft.objects.get().data == before
    assert len(encryption.as_json(before)) < LARGEST
    assert client.post(f"{base}contact/", CONTACT).status_code == 302


@pytest.mark.parametrize("steps", [signup.STEPS, dossiers.STEPS], ids=["signup", "dossier"])
def test_the_longest_answers_that_are_taken_fit_into_a_draft(steps):
    """Every field of every step filled to its last letter, with accents; and some room for what stands around them."""
    fields = [field for step in steps if not step.secret for field in step.form_class.base_fields.items()]
    assert len(fields) > 10
    longest = {name: ["É" * (getattr(field, "max_length", None) or 60)] for name, field in fields}
    assert len(encryption.as_json(longest)) + 500 < LARGEST


def test_one_account_keeps_so_many_forms_that_wait_for_a_proof(official, official_client):
    """Whoever has an account could otherwise fill the disk, eight kilobytes a press."""
    for number in range(idle_rescue.MOST + 5):
        official_client.post("/adresse-mail/", {"email": f"adresse{number}@courriel.example"})
    kept = [draft.data["fields"] for draft in Draft.objects.filter(kind=idle_rescue.KIND)]
    assert len(kept) == idle_rescue.MOST
    assert [["email", f"adresse{idle_rescue.MOST + 4}@courriel.example"]] in kept, "the last one is there"
    official_client.post(f"/adresse-mail/?next={'x' * 9_000}", {"email": "une@courriel.example"})
    assert max(len(draft.content) for draft in Draft.objects.all()) < 20_000


def test_looking_at_pages_leaves_nothing(client):
    for path in ("/", "/aide/", "/connexion/", "/compte/creer/", "/mot-de-passe/oublie/"):
        assert client.get(path).status_code < 400, path
    assert not any(model.objects.exists() for model in (Draft, Throttle, OutgoingMail))
