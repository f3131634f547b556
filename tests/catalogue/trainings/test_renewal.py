"""Last year's trainings taken up: days, references, drafts, the grid, publishing."""

import datetime
from unittest import mock

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import FormerReference, Renewal, SchoolHoliday, Session, Training
from catalogue.trainings import renewal
from catalogue.trainings.year_dates import Break, doubts, propose
from tests.factories import PlaceFactory, SessionFactory, TrainingFactory
from tests.french import plain

DAY = datetime.date
MCF = "https://www.moncompteformation.gouv.fr/espace-prive/html/#/formation/recherche/83124567500010_{0}/83124567500010_{0}"
INVENTED = [
    Break("vacances inventées d'automne", DAY(2026, 10, 17), DAY(2026, 11, 1)),
    Break("vacances inventées d'hiver", DAY(2026, 12, 19), DAY(2027, 1, 3)),
    Break("vacances inventées de février", DAY(2027, 2, 13), DAY(2027, 2, 28)),
]
"""Dates for these tests alone: no official calendar."""


class TestDays:
    def test_the_same_day_of_the_week_52_weeks_later(self):
        found = propose(DAY(2026, 1, 20), DAY(2026, 1, 21), INVENTED)
        assert (found.start, found.end) == (DAY(2027, 1, 19), DAY(2027, 1, 20))
        assert (found.why, found.doubts) == ("", ())

    @pytest.mark.parametrize(
        ("start", "proposed", "why"),
        [
            (DAY(2026, 3, 30), DAY(2027, 4, 5), "Lundi de Pâques (jour férié)"),  # 29 March 2027: Easter Monday
            (DAY(2026, 5, 7), DAY(2027, 5, 13), "Ascension (jour férié)"),  # 6 May 2027
            (DAY(2026, 2, 17), DAY(2027, 2, 9), "vacances inventées de février"),  # the week before is nearest
        ],
    )
    def test_it_moves_by_weeks_when_something_is_in_the_way(self, start, proposed, why):
        found = propose(start, start, INVENTED)
        assert (found.start, found.why) == (proposed, why)
        assert found.start.weekday() == start.weekday()

    def test_every_day_of_a_session_counts(self):
        assert propose(DAY(2026, 3, 29), DAY(2026, 3, 30), []).start == DAY(2027, 4, 4)

    def test_what_nobody_recorded_is_said_not_guessed(self):
        assert doubts(DAY(2027, 4, 13), DAY(2027, 4, 13), INVENTED) == (
            "calendrier scolaire non renseigné pour cette période",
        )
        assert doubts(DAY(2027, 1, 19), DAY(2027, 1, 19), INVENTED) == ()
        a_gap = [INVENTED[0], INVENTED[2]]  # one between them is missing: 15 weeks without holidays do not exist
        assert doubts(DAY(2027, 1, 19), DAY(2027, 1, 19), a_gap) != ()

    @given(st.dates(DAY(2020, 1, 1), DAY(2040, 1, 1)), st.integers(0, 4))
    def test_no_proposal_falls_on_a_public_holiday(self, start, days):
        import holidays

        found = propose(start, start + datetime.timedelta(days), [])
        public = holidays.country_holidays("FR")
        held = [found.start + datetime.timedelta(n) for n in range(days + 1)]
        assert not [day for day in held if day in public]
        assert found.start.weekday() == start.weekday()
        assert found.end - found.start == datetime.timedelta(days)


@pytest.mark.django_db
class TestReferences:
    @pytest.mark.parametrize(
        ("title", "reference"),
        [
            ("La gestion du domaine public et privé de la commune", "gestion-domaine-public-prive"),
            ("L'état civil", "etat-civil"),
            ("Œuvrer à l’école : les bâtiments !", "oeuvrer-ecole-batiments"),
            ("De la", "de-la"),
            ("?!", "formation"),
            ("Anticonstitutionnellementdifficileàdire", "anticonstitutionnellementdifficil"[:32]),
        ],
    )
    def test_it_says_what_the_title_says_in_a_few_words(self, title, reference):
        assert renewal.propose_reference(title, 2027) == reference

    def test_it_is_never_one_that_leads_elsewhere(self):
        training = TrainingFactory(reference="etat-civil")
        FormerReference.objects.create(reference="etat-civil-2027", training=training)
        TrainingFactory(reference="etat-civil-2027-2")
        assert renewal.propose_reference("L'état civil", 2027) == "etat-civil-2027-3"


@pytest.fixture
def last_year(db, time_machine):
    """Three trainings of 2026, seen in November 2026."""
    time_machine.move_to(datetime.datetime(2026, 11, 25, 10, tzinfo=datetime.UTC), tick=False)
    made = [TrainingFactory(title=title, mcf_url=MCF.format("vieux")) for title in ("Budget", "Voirie", "Écoles")]
    for number, training in enumerate(made):
        SessionFactory(training=training, start=DAY(2026, 3, 10 + number), end=DAY(2026, 3, 10 + number))
    SessionFactory(training=made[0], start=DAY(2026, 11, 10), end=DAY(2026, 11, 10))  # 9 November 2027 is free
    return made


CHOOSE = "/admin/catalogue/training/reprendre/"
GRID = f"{CHOOSE}2027/"


def take_up(client, trainings):
    return client.post(CHOOSE, {"year": 2026, "taken": [each.pk for each in trainings]}, follow=True)


def typed(page, **changes) -> dict:
    """What the grid would post as it stands, with changes."""
    data = {}
    for row in page.context["rows"]:
        for form in [row.form, *(line.form for line in row.lines)]:
            for field in form:
                value = field.value()
                if value is True or value not in (None, False):
                    data[field.html_name] = value.isoformat() if hasattr(value, "isoformat") else value
    return data | changes


class TestTakingUp:
    def test_the_page_shows_the_year_and_what_is_proposed(self, last_year, staff_client):
        page = staff_client.get(CHOOSE)
        assert "Reprendre les formations de 2026" in page.text
        assert "Budget" in page.text
        assert "calendrier scolaire non renseigné" in page.text

    def test_each_becomes_a_draft_with_its_texts_sessions_and_no_link(self, last_year, staff_client):
        take_up(staff_client, last_year[:2])
        copies = [each.training for each in Renewal.objects.order_by("pk")]
        assert [copy.title for copy in copies] == ["Budget", "Voirie"]
        budget = copies[0]
        assert (budget.status, budget.mcf_url, budget.programme) == ("draft", "", last_year[0].programme)
        assert budget.reference == "budget"
        starts = [session.start for session in budget.sessions.order_by("start")]
        assert starts == [DAY(2027, 3, 9), DAY(2027, 11, 9)]
        assert budget.sessions.filter(seats_taken=0).count() == 2

    def test_twice_makes_no_second_one(self, last_year, staff_client):
        take_up(staff_client, last_year)
        page = take_up(staff_client, last_year)
        assert Renewal.objects.count() == 3
        assert "Déjà repris" in page.text

    def test_what_was_taken_up_before_a_failure_stays_and_is_taken_up_again_without_harm(self, last_year):
        original, made = Renewal.save, []

        def the_third_fails(row, **values):
            if len(made) == 2:
                raise RuntimeError("killed")
            made.append(row)
            original(row, **values)

        with mock.patch.object(Renewal, "save", the_third_fails), pytest.raises(RuntimeError):
            renewal.take_up(2026, [each.pk for each in last_year])
        assert Renewal.objects.count() == 2
        assert Training.objects.filter(status="draft").count() == 2, "no draft without its renewal"
        assert renewal.take_up(2026, [each.pk for each in last_year]) == (1, 2)


class TestTheGrid:
    @pytest.fixture
    def grid(self, last_year, staff_client):
        take_up(staff_client, last_year)
        return staff_client.get(GRID)

    def test_what_is_right_is_saved_what_is_wrong_is_kept_as_typed(self, grid, staff_client):
        first, second, _ = [row.renewal.training for row in grid.context["rows"]]
        wrong = "https://exemple.fr/formation"
        data = typed(grid, **{f"t{first.pk}-title": "Le budget", f"t{second.pk}-mcf_url": wrong})
        answer = staff_client.post(GRID, data)
        assert answer.status_code == 422
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.title, second.mcf_url) == ("Le budget", "")
        assert wrong in answer.text
        assert "moncompteformation.gouv.fr" in answer.text

    def test_links_pasted_one_a_line_go_to_the_drafts_in_order(self, grid, staff_client):
        links = f"{MCF.format('a')}\n\n{MCF.format('c')}\n"
        staff_client.post(GRID, typed(grid, links=links))
        rows = [each.training for each in Renewal.objects.order_by("pk").select_related("training")]
        assert [training.mcf_url for training in rows] == [MCF.format("a"), "", MCF.format("c")]

    def test_more_links_than_drafts_place_none(self, grid, staff_client):
        answer = staff_client.post(GRID, typed(grid, links="\n".join([MCF.format("a")] * 4)))
        assert "4 lignes pour 3 formations" in answer.text
        assert MCF.format("a") in answer.text
        assert not Training.objects.filter(status="draft").exclude(mcf_url="").exists()

    def test_days_place_and_seats_of_a_session_change_and_one_is_taken_out(self, grid, staff_client):
        place = PlaceFactory(name="Préau")
        budget = grid.context["rows"][0].renewal.training
        first, second = budget.sessions.order_by("start")
        changes = {f"s{first.pk}-start": "2027-03-16", f"s{first.pk}-end": "2027-03-17", f"s{first.pk}-seats": "12"}
        changes |= {f"s{first.pk}-place": place.pk, f"s{second.pk}-dropped": "on"}
        assert staff_client.post(GRID, typed(grid, **changes)).status_code == 302
        first.refresh_from_db()
        assert (first.start, first.end, first.place, first.seats) == (DAY(2027, 3, 16), DAY(2027, 3, 17), place, 12)
        assert not Session.objects.filter(pk=second.pk).exists()

    def test_more_seats_than_a_session_has_are_refused_for_that_one_alone(self, grid, staff_client):
        first, second = (row.lines[0].form.session for row in grid.context["rows"][:2])
        Session.objects.filter(pk=first.pk).update(seats=20)  # confirmed last year
        grid = staff_client.get(GRID)
        changes = {f"s{first.pk}-seats": "18", f"s{second.pk}-seats": "18"}
        answer = staff_client.post(GRID, typed(grid, **changes))
        assert "15 places au plus" in plain(answer.text)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.seats, second.seats) == (18, 15)

    def test_a_draft_that_was_taken_up_after_the_page_was_read_is_left_alone(self, grid, staff_client):
        later = TrainingFactory(title="Plus tard")
        SessionFactory(training=later, start=DAY(2026, 6, 2), end=DAY(2026, 6, 2))
        renewal.take_up(2026, [later.pk])
        budget = grid.context["rows"][0].renewal.training
        assert staff_client.post(GRID, typed(grid, **{f"t{budget.pk}-title": "Le budget"})).status_code == 302
        assert Renewal.objects.get(source=later).training.title == "Plus tard"

    def test_a_reference_that_is_taken_is_refused_at_its_field(self, grid, staff_client, last_year):
        budget = grid.context["rows"][0].renewal.training
        answer = staff_client.post(GRID, typed(grid, **{f"t{budget.pk}-reference": last_year[1].reference}))
        assert "mène déjà à une autre formation" in answer.text

    def test_two_drafts_cannot_be_given_the_same_reference_at_once(self, grid, staff_client):
        first, second, _ = [row.renewal.training for row in grid.context["rows"]]
        changes = {f"t{each.pk}-reference": "meme-reference" for each in (first, second)}
        answer = staff_client.post(GRID, typed(grid, **changes))
        assert answer.status_code == 422
        assert "mène déjà à une autre formation" in answer.text
        assert Training.objects.filter(reference="meme-reference").get() == first

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self, grid, staff_client):
        budget = grid.context["rows"][0].renewal.training
        Training.objects.filter(pk=budget.pk).update(title="Le budget de Paule")
        answer = staff_client.post(GRID, typed(grid, **{f"t{budget.pk}-title": "Le budget de Jean"}))
        assert answer.status_code == 422
        assert "modifiée entre-temps" in answer.text
        assert "Le budget de Jean" in answer.text
        budget.refresh_from_db()
        assert budget.title == "Le budget de Paule"

    def test_what_lacks_nothing_is_published_the_rest_stays_and_says_what_is_missing(self, grid, staff_client):
        voirie = grid.context["rows"][1].renewal.training
        Training.objects.filter(pk=voirie.pk).update(summary="")
        grid = staff_client.get(GRID)
        answer = staff_client.post(GRID, typed(grid, act="publish"), follow=True)
        states = {row.training.title: row.training.status for row in answer.context["rows"]}
        assert states == {"Budget": "published", "Voirie": "draft", "Écoles": "published"}
        assert "Il manque, pour publier" in answer.text
        assert "« résumé »" in plain(answer.text)

    def test_what_cannot_be_saved_is_not_published(self, grid, staff_client):
        budget = grid.context["rows"][0].renewal.training
        data = typed(grid, act="publish", **{f"t{budget.pk}-mcf_url": "https://exemple.fr"})
        answer = staff_client.post(GRID, data)
        budget.refresh_from_db()
        assert budget.status == "draft"
        assert "https://exemple.fr" in answer.text

    def test_the_calendar_is_asked_for_until_it_is_there(self, grid, staff_client):
        assert "Le calendrier scolaire n'est pas renseigné" in grid.text
        SchoolHoliday.objects.create(
            name="Vacances inventées", first_day=DAY(2027, 2, 13), last_day=DAY(2027, 2, 28), source="essai"
        )
        assert "Le calendrier scolaire n'est pas renseigné" not in staff_client.get(GRID).text

    def test_queries_do_not_grow_with_the_drafts(self, grid, staff_client, django_assert_max_num_queries):
        for number in range(20):
            training = TrainingFactory(title=f"Formation {number}")
            SessionFactory(training=training, start=DAY(2026, 6, 2), end=DAY(2026, 6, 2))
        renewal.take_up(2026, Training.objects.values_list("pk", flat=True))
        with django_assert_max_num_queries(100):
            staff_client.get(GRID)

    def test_it_is_for_who_writes_the_catalogue(self, as_user, staff_without_rights):
        assert as_user(staff_without_rights).get(GRID).status_code == 403
        assert reverse("admin:catalogue_training_renewal", args=[2027]) == GRID
