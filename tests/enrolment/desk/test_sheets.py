"""What is printed for a session: who is on it, one page a day, a column a half-day, nobody else's eyes."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from enrolment.models import MissedHalfDay, State
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.factories import SessionFactory, StaffFactory, in_days

pytestmark = pytest.mark.django_db


def sheet(session, name: str) -> str:
    return reverse("admin:session-sheet", args=[session.pk, name])


@pytest.mark.parametrize("people", [0, 1, 15])
@pytest.mark.parametrize("days", [1, 2, 3])
def test_the_attendance_sheet_has_a_page_a_day_and_a_line_a_person(staff_client, people, days):
    session = SessionFactory(start=in_days(30), end=in_days(29 + days))
    for _ in range(people):
        dossier_in(State.ACCEPTED, session)
    page = staff_client.get(sheet(session, "emargement")).text
    assert page.count('<section class="page">') == days
    assert page.count("MOREAU") == people * days
    assert page.count('class="signature"') == 2 * days


def test_who_only_asked_is_not_on_it(staff_client):
    session = SessionFactory()
    for state in (State.SENT, State.WAITING, State.DRAFT, State.REFUSED, State.ACCEPTED):
        dossier_in(state, session)
    assert staff_client.get(sheet(session, "emargement")).text.count("MOREAU") == 1, "who is accepted, alone"


def test_the_trainer_reads_what_people_need(staff_client):
    session = SessionFactory()
    dossier = dossier_in(State.ACCEPTED, session)
    dossier.needs = "Boucle magnétique"
    dossier.save()
    assert "Boucle magnétique" in staff_client.get(sheet(session, "liste")).text


def test_a_certificate_says_the_half_days_attended(staff_client):
    session = SessionFactory(start=in_days(0))
    here, away = dossier_in(State.ATTENDED, session), dossier_in(State.ABSENT, session)
    MissedHalfDay.objects.create(enrolment=here, day=session.start, half="afternoon")
    page = staff_client.get(sheet(session, "attestations")).text
    assert page.count("Attestation de participation</h1>") == 1
    assert ", matin</li>" in page
    assert "après-midi</li>" not in page
    assert away.pk


def test_reading_it_is_for_who_reads_dossiers_and_is_in_the_journal(as_user):
    session = SessionFactory()
    writer, answerer = StaffFactory(), StaffFactory()
    writer.groups.add(Group.objects.get(name="Catalogue"))
    answerer.groups.add(Group.objects.get(name="Inscriptions"))
    assert as_user(writer).get(sheet(session, "emargement")).status_code == 403
    assert as_user(answerer).get(sheet(session, "emargement")).status_code == 200
    assert as_user(answerer).get(sheet(session, "nulle-part")).status_code == 404
    assert LogEntry.objects.get().user == answerer


def test_the_sheets_of_several_sessions_are_printed_at_once(staff_client):
    sessions = [SessionFactory(training__title=title, start=in_days(20 + n)) for n, title in enumerate("AB")]
    dossier_in(State.ACCEPTED, sessions[0])
    ticked = {"action": "print_many", "_selected_action": [session.pk for session in sessions]}
    page = staff_client.post("/admin/catalogue/session/", ticked, follow=True).text
    assert page.count('<section class="page">') == 2
    assert page.index("<strong>A</strong>") < page.index("MOREAU") < page.index("<strong>B</strong>")
    assert "Cochez des sessions" in staff_client.get("/admin/catalogue/session/imprimer/?sessions=x,9999999999").text


def test_who_may_not_read_dossiers_prints_no_sheets(as_user):
    writer = StaffFactory()
    writer.groups.add(Group.objects.get(name="Catalogue"))
    assert as_user(writer).get("/admin/catalogue/session/imprimer/").status_code == 403
