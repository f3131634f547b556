"""« Filtrer par date » above a list: each date offered opens its rows, and no row is left out of reach."""

import datetime
import re
from html import unescape

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import OutgoingMail
from tests.factories import SessionFactory

pytestmark = pytest.mark.django_db
SESSIONS = reverse("admin:catalogue_session_changelist")
MAILS = reverse("admin:core_outgoingmail_changelist")
DAYS = [datetime.date(2025, 12, 31), datetime.date(2026, 2, 28), datetime.date(2026, 3, 1), datetime.date(2027, 1, 4)]


def offered(client, address):
    """The dates offered at *address*, with what they open; and the way back."""
    page = client.get(address).text.replace("\N{NO-BREAK SPACE}", " ")
    bar = re.search(r'<nav class="toplinks".*?</nav>', page, re.DOTALL)
    links = re.findall(r'<a href="([^"]*)"( class="date-back")?>(.*?)</a>', bar[0] if bar else "")
    words = [text.strip() for text in re.sub(r"<[^>]*>", "\n", bar[0]).splitlines() if text.strip()] if bar else []
    return (
        {title: unescape(link) for link, back, title in links if not back},
        next((unescape(link) for link, back, _ in links if back), None),
        words,
    )


def found(client, link):
    return list(client.get(SESSIONS + link).context["cl"].result_list)


def test_years_months_and_days_from_the_first_row_to_the_last(staff_client):
    sessions = [SessionFactory(start=day) for day in DAYS]
    years, back, _ = offered(staff_client, SESSIONS)
    assert (list(years), back) == (["2025", "2026", "2027"], None)
    assert found(staff_client, years["2026"]) == sessions[1:3]
    months, back, _ = offered(staff_client, SESSIONS + years["2026"])
    assert list(months)[1:3] == ["Février 2026", "Mars 2026"]
    assert len(months) == 12
    assert found(staff_client, months["Février 2026"]) == [sessions[1]]
    days, back, _ = offered(staff_client, SESSIONS + months["Mars 2026"])
    assert len(days) == 31
    assert found(staff_client, next(iter(days.values()))) == [sessions[2]]
    assert offered(staff_client, SESSIONS + back)[0] == months
    nothing, back, words = offered(staff_client, SESSIONS + next(iter(days.values())))
    assert nothing == {}
    assert words[-1] == "1er mars"
    assert offered(staff_client, SESSIONS + back)[0] == days


def test_nothing_is_offered_before_the_first_row_or_after_the_last(staff_client):
    for day in DAYS:
        SessionFactory(start=day)
    assert list(offered(staff_client, f"{SESSIONS}?start__year=2025")[0]) == ["Décembre 2025"]
    assert list(offered(staff_client, f"{SESSIONS}?start__year=2025&start__month=12")[0]) == ["31 décembre"]
    assert list(offered(staff_client, f"{SESSIONS}?start__year=2027")[0]) == ["Janvier 2027"]


def test_what_all_rows_share_is_not_chosen(staff_client):
    SessionFactory(start=datetime.date(2026, 3, 1))
    SessionFactory(start=datetime.date(2026, 3, 3))
    assert list(offered(staff_client, SESSIONS)[0]) == ["1er mars", "2 mars", "3 mars"]


def test_an_empty_list_offers_nothing(staff_client):
    assert offered(staff_client, SESSIONS) == ({}, None, [])


@pytest.mark.parametrize(
    "asked", ["start__year=x", "start__year=2026&start__month=13", "start__month=2", "start__day=1"]
)
def test_what_is_no_date_breaks_nothing(staff_client, asked):
    SessionFactory(start=DAYS[0])
    SessionFactory(start=DAYS[3])
    assert staff_client.get(f"{SESSIONS}?{asked}", follow=True).status_code == 200


def test_the_day_of_a_moment_is_that_of_paris(staff_client):
    for moment in ("2026-12-31T22:30+00:00", "2026-12-31T23:30+00:00"):
        OutgoingMail.objects.create(
            template="accounts/password_changed", created_at=datetime.datetime.fromisoformat(moment)
        )
    assert list(offered(staff_client, MAILS)[0]) == ["2026", "2027"]


def test_no_list_reads_the_date_of_every_row(staff_client):
    """Whatever filters are on, the dates offered come from the two ends of an index."""
    dated = [admin for admin in site._registry.values() if admin.date_hierarchy]
    assert len(dated) > 5
    SessionFactory(start=DAYS[0])
    SessionFactory(start=DAYS[3])
    for admin in dated:
        address = reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_changelist")
        with CaptureQueriesContext(connection) as queries:
            staff_client.get(address)
        assert not [each["sql"] for each in queries if "trunc" in each["sql"].lower()], admin
