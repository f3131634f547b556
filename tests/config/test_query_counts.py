"""How often each page asks the database, session and person included: what was gained is not lost unnoticed."""

from itertools import product

import pytest
from django.utils import timezone

from enrolment.models import State
from tests.factories import EnrolmentFactory, PostalCodeFactory, ScaleFactory, SessionFactory, TrainingFactory, in_days

pytestmark = pytest.mark.django_db
FEW = {
    "/": 5,
    "/mes-droits/": 4,
    "/inscriptions/": 5,
    "/formations/": 6,  # one more when fewer than a page of trainings take requests
    "/formations/?q=domaine&lieu=79000": 6,
    "training": 6,
    "training of a dossier": 8,
    "step": 5,
}
"""At most, for somebody with two dossiers on their way."""


@pytest.mark.parametrize("where", FEW)
def test_a_page_asks_the_database_seldom(where, official, official_client, django_assert_max_num_queries):
    ScaleFactory()
    PostalCodeFactory()
    training, other = TrainingFactory(), SessionFactory().training
    dossiers = [EnrolmentFactory(user=official, session=SessionFactory(training=training)) for _ in range(2)]
    named = {
        "training": other.get_absolute_url(),
        "training of a dossier": training.get_absolute_url(),
        "step": f"{dossiers[0].get_absolute_url()}identification/",
    }
    path = named.get(where, where)
    assert official_client.get(path).status_code == 200
    with django_assert_max_num_queries(FEW[where]):
        official_client.get(path)


@pytest.mark.parametrize("where", ["home", "training"])
def test_a_page_for_everybody_asks_once(where, client, django_assert_max_num_queries):
    training = SessionFactory().training
    path = {"home": "/", "training": training.get_absolute_url()}[where]
    client.get(path)
    with django_assert_max_num_queries(1):
        client.get(path)


@pytest.mark.parametrize("where", ["/", "/inscriptions/"])
def test_the_list_reads_no_dossier_again_whatever_its_state(
    where, official, official_client, django_assert_max_num_queries
):
    sent = {"price": 200, "last_day_to_send": in_days(5), "birth_name": "Moreau", "first_names": "Jeanne"}
    for number, (state, funding) in enumerate(product(State, ("dif", "both"))):
        left = {} if state == State.DRAFT else {**sent, "sent_at": timezone.now(), "proof": "password"}
        reference = None if state == State.DRAFT else f"79-AAAA-{number:04}"
        EnrolmentFactory(user=official, state=state, funding=funding, reference=reference, **left)
    official_client.get(where)
    with django_assert_max_num_queries(6):
        official_client.get(where)
