"""The month of sessions, lists that open on what is to come, and a session's page with a long line."""

import datetime
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from core.french import month
from enrolment.models import State
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.factories import SessionFactory, TrainingFactory, in_days

pytestmark = pytest.mark.django_db

MONTH = reverse("admin:session-month")


def test_the_month_shows_its_sessions_with_their_seats(staff_client):
    start = datetime.date(2027, 3, 15)
    session = SessionFactory(start=start, end=start + datetime.timedelta(days=1))
    SessionFactory(start=datetime.date(2027, 5, 1))
    page = staff_client.get(MONTH, {"m": "2027-03"})
    assert page.text.count(session.training.title) == 2, "on each of its days"
    assert "0 / 15" in page.text
    assert "Sessions de mars 2027" in page.text
    assert ("?m=2027-02" in page.text, "?m=2027-04" in page.text) == (True, True)


def test_a_full_day_shows_its_first_sessions_and_a_list_has_the_others(staff_client):
    day, training = datetime.date(2027, 3, 15), TrainingFactory()
    for _ in range(8):
        SessionFactory(training=training, start=day)
    page = staff_client.get(MONTH, {"m": "2027-03"})
    assert page.text.count(training.title) == 4
    assert "8 sessions en mars 2027" in page.text.replace("\xa0", " ")
    (link,) = re.findall(r'href="([^"]+)">et 4 autres</a>', page.text.replace("\xa0", " "))
    assert len(staff_client.get(unescape(link)).context["cl"].result_list) == 8


@pytest.mark.parametrize("text", ["", "2027-13", "demain", "2027-3", "0001-01", "9999-12"])
def test_what_is_no_month_is_this_month(staff_client, text):
    page = staff_client.get(MONTH, {"m": text})
    assert page.status_code == 200
    assert f"Sessions de {month(in_days(0))}" in page.text


@pytest.mark.parametrize("model", ["catalogue_session", "enrolment_enrolment"])
def test_a_list_opens_on_what_is_to_come_and_shows_all_when_asked(staff_client, model):
    address = reverse(f"admin:{model}_changelist")
    coming, past = (dossier_in(State.ACCEPTED, SessionFactory(start=in_days(days))) for days in (20, -20))
    shown = {"catalogue_session": (coming.session, past.session), "enrolment_enrolment": (coming, past)}[model]
    assert set(staff_client.get(address).context["cl"].result_list) == {shown[0]}
    for asked in ({"q": "domaine"}, {"quand": "tout"}, {"moment": "tout"}):
        if next(iter(asked)) in {"q", {"catalogue_session": "moment"}.get(model, "quand")}:
            assert set(staff_client.get(address, asked).context["cl"].result_list) == set(shown)


def test_a_session_with_forty_five_in_line_costs_under_fifteen_queries(staff_client, django_assert_max_num_queries):
    session = SessionFactory(seats=15)
    for _ in range(15):
        dossier_in(State.ACCEPTED, session)
    for _ in range(45):
        dossier_in(State.WAITING, session)
    address = reverse("admin:catalogue_session_change", args=[session.pk])
    staff_client.get(address)  # reading it is journaled, once a visit
    with django_assert_max_num_queries(14):
        page = staff_client.get(address)
    assert "Liste d'attente (45)" in page.text.replace("&#x27;", "'")
    assert timezone.localdate() < session.start
