"""« Aujourd'hui »: every line opens exactly the rows that it counts; an empty day says so; the morning's mail."""

import datetime

import pytest
import time_machine as clock
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from accounts.contact import bounces
from accounts.models import CorrectionRequest, IdentityCase
from catalogue.models import Interest
from core.models import OutgoingMail
from enrolment.desk import today
from enrolment.funding import marks
from enrolment.models import EdofDifference
from tests.enrolment.helpers import send
from tests.factories import (
    EnrolmentFactory,
    IdentityCheckFactory,
    OfficialFactory,
    SessionFactory,
    StaffFactory,
    TrainingBodyFactory,
    UserFactory,
    in_days,
)

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")


@pytest.fixture
def busy_day(db):
    """At least one row, and not all of them, behind every line."""
    send(EnrolmentFactory())
    send(EnrolmentFactory(user=UserFactory()))
    EnrolmentFactory()
    IdentityCheckFactory()
    IdentityCheckFactory(status="approved", decided_at=timezone.now())
    for field in ("sex", "birth_name"):
        CorrectionRequest.objects.create(user=OfficialFactory(), field=field, wanted="femme")
    CorrectionRequest.objects.update(status="refused")
    CorrectionRequest.objects.create(user=OfficialFactory(), field="sex", wanted="femme")
    for kind in ("number-waits", "mandate-taken"):
        IdentityCase.objects.create(kind=kind, other=UserFactory())
    OutgoingMail.objects.create(template="enrolment/news", given_up_at=timezone.now())
    bounces.note(OfficialFactory())
    Interest.objects.create(user=OfficialFactory(), words="finances")
    asked = send(EnrolmentFactory())
    marks.say(asked.user, "requested", in_days(0), asked.user, timezone.now(), enrolment=asked)
    asked.state = "accepted"
    asked.save()
    EdofDifference.objects.create(kind="there_not_here", key="there:1", words="Un dossier que le site n'a pas.")
    EdofDifference.objects.create(kind="other_state", key="other:1", words="Réglé.", settled_at=timezone.now())
    TrainingBodyFactory(name="Finit bientôt", approval_end=in_days(20))
    TrainingBodyFactory(name="Fini", approval_end=in_days(-20))
    SessionFactory(start=in_days(0))
    SessionFactory(start=in_days(13))
    begun = send(EnrolmentFactory(session=SessionFactory(start=in_days(30))))
    begun.session.start = begun.session.end = in_days(-1)
    begun.session.save()
    begun.state = "accepted"
    begun.save()


@pytest.mark.parametrize("source", today.SOURCES, ids=lambda source: source.title)
def test_a_line_opens_the_rows_that_it_counts(staff_client, busy_day, source):
    line = source.line(timezone.localdate())
    assert line.count > 0
    shown = staff_client.get(line.url).context["cl"]
    assert shown.result_count == line.count
    assert set(shown.queryset.values_list("pk", flat=True)) == set(
        source.rows(timezone.localdate()).values_list("pk", flat=True)
    )


def test_home_says_what_waits_in_few_queries(staff_client, busy_day, django_assert_max_num_queries):
    staff_client.get(HOME)  # the health of the site is looked at once a minute
    with django_assert_max_num_queries(20):
        page = staff_client.get(HOME)
    assert [line.title for line in page.context["today_lines"]] == [source.title for source in today.SOURCES]
    assert "Groupes" not in page.text


def test_an_empty_day_says_so(staff_client):
    assert "Rien n" in staff_client.get(HOME).text


def test_each_sees_what_their_role_does(as_user, busy_day):
    person = StaffFactory()
    person.groups.add(Group.objects.get(name="Catalogue"))
    titles = {line.title for line in as_user(person).get(HOME).context["today_lines"]}
    assert titles == {
        "Sessions de la semaine", "Sessions qui ferment bientôt, avec des places", "Agréments qui se terminent",
        "Élus qui attendent une session",
    }  # fmt: skip


class TestMorningMail:
    def at(self, when: str) -> int:
        return today.send_morning_mail(datetime.datetime.fromisoformat(when))

    def test_once_on_a_working_day_from_eight_on_without_a_name(self, busy_day, run_tasks, mailoutbox):
        run_tasks()
        mailoutbox.clear()
        assert self.at("2026-11-25T07:59+01:00") == 0
        assert self.at("2026-11-25T08:00+01:00") == 1
        assert self.at("2026-11-25T08:05+01:00") == 0
        run_tasks()
        body = mailoutbox[-1].body
        assert "Demandes auxquelles répondre : 2" in body
        assert "Moreau" not in body
        assert "MOREAU" not in body

    @pytest.mark.parametrize("when", ["2026-11-28T09:00+01:00", "2026-12-25T09:00+01:00"])
    def test_neither_at_the_weekend_nor_on_a_holiday(self, db, when):
        assert self.at(when) == 0

    def test_the_setting_stops_it(self, db, settings):
        settings.DESK_MORNING_MAIL = False
        assert self.at("2026-11-25T09:00+01:00") == 0


@clock.travel("2026-11-25T10:00+01:00", tick=False)
def test_the_oldest_request_says_how_long_it_waits(staff_client):
    send(EnrolmentFactory(), timezone.now() - datetime.timedelta(days=3))
    assert "attend depuis 3\xa0jours" in staff_client.get(HOME).text
