"""An address that does not work: noted by staff, told at login, forgotten once another one works."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from accounts.contact import bounces, email_confirmation
from accounts.contact.email_confirmation import Confirmation
from tests.desk import press
from tests.factories import PASSWORD, OfficialFactory

pytestmark = pytest.mark.django_db

WORDS = "Nos mails n'arrivent pas à votre adresse"


def page(user, *more) -> str:
    return reverse(f"admin:accounts_user_{'act' if more else 'change'}", args=[user.pk, *more])


def test_staff_note_it_and_the_person_is_on_the_list_to_call(staff_client, official):
    assert "Ce mail n&#x27;arrive pas" in staff_client.get(page(official)).text.replace("n'a", "n&#x27;a")
    press(staff_client, page(official, "mail-bounced"))
    assert list(bounces.to_call()) == [official]
    assert "mail-bounced" not in staff_client.get(page(official)).text


def test_the_person_reads_it_at_the_next_login(client, official):
    bounces.note(official)
    answer = client.post("/connexion/", {"nir": official.nir, "password": PASSWORD})
    assert answer.status_code == 302
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert any(WORDS in words and reverse("accounts:email") in words for words in said)


def test_whose_mails_arrive_reads_nothing(client, official):
    answer = client.post("/connexion/", {"nir": official.nir, "password": PASSWORD})
    assert not [message for message in get_messages(answer.wsgi_request) if WORDS in str(message)]


def test_a_new_address_or_a_link_that_was_opened_ends_it():
    changed, confirmed = OfficialFactory(), OfficialFactory()
    for user in (changed, confirmed):
        bounces.note(user)
    changed.email = "jeanne@neuf.example"
    changed.save(update_fields=["email"])
    confirmed.refresh_from_db()
    email_confirmation.confirm(Confirmation(confirmed, confirmed.email), timezone.now())
    assert not bounces.to_call().exists()
