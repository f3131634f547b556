"""The catalogue in the admin: what staff may write, see at a glance, copy, withdraw, and what they cannot delete."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from catalogue.models import FormerReference, Scale, Session, Training
from catalogue.trainings import references
from catalogue.trainings.rules import approval_warning, check_hourly_price, hourly_price_warning
from enrolment.models import State
from tests.enrolment.helpers import send
from tests.factories import (
    EnrolmentFactory,
    ScaleFactory,
    SessionFactory,
    TrainingBodyFactory,
    TrainingFactory,
    in_days,
)
from tests.french import plain

pytestmark = pytest.mark.django_db

LIST = "/admin/catalogue/training/"
SESSIONS = "/admin/catalogue/session/"


def change(training: Training) -> str:
    return reverse("admin:catalogue_training_change", args=[training.pk])


def form_of(training: Training, **values) -> dict[str, object]:
    fields = (
        "title", "reference", "status", "audience", "prerequisites", "summary", "duration_hours", "duration_days",
        "price", "funding_aids", "mcf_url", "strong_points", "objectives", "programme", "teaching_means", "evaluation",
    )  # fmt: skip
    posted = {name: getattr(training, name) for name in fields}
    posted |= {"body": training.body_id, "subject": training.subject_id, "trainers": [], "replaced_by": ""}
    for prefix in ("sessions", "former_references"):
        posted |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return posted | values


def errors_of(response) -> dict[str, list[str]]:
    return response.context["adminform"].form.errors


class TestTrainingForm:
    def test_a_training_is_written_and_previewed(self, staff_client):
        model = TrainingFactory(status="draft")
        response = staff_client.post(f"{LIST}add/", form_of(model, reference="Tout-Neuf", title="Tout neuf"))
        assert response.status_code == 302
        made = Training.objects.get(title="Tout neuf")
        assert made.reference == "tout-neuf"
        assert "Aperçu" in staff_client.get(made.get_absolute_url()).text

    @pytest.mark.parametrize(
        ("values", "field", "says"),
        [
            ({"price": "481"}, "price", "80,17\xa0€ de l'heure"),
            ({"price": "-1"}, "__all__", ""),
            ({"mcf_url": "https://exemple.fr/"}, "mcf_url", "moncompteformation.gouv.fr"),
            ({"reference": "deja-prise"}, "reference", "mène déjà à une autre formation"),
            ({"reference": "avec espace"}, "reference", ""),
        ],
    )
    def test_each_rule_speaks_at_its_field(self, staff_client, values, field, says):
        ScaleFactory()
        FormerReference.objects.create(reference="deja-prise", training=TrainingFactory())
        training = TrainingFactory(status="draft")
        response = staff_client.post(change(training), form_of(training, **values))
        assert response.status_code == 200
        assert says in str(errors_of(response)[field][0])

    def test_the_address_on_mon_compte_formation_may_be_pasted_with_spaces(self, staff_client):
        training = TrainingFactory()
        address = "https://moncompteformation.gouv.fr/espace-prive/html/#/formation/recherche/83124567500010_a/83124567500010_b"
        response = staff_client.post(change(training), form_of(training, mcf_url=f" {address} "))
        assert response.status_code == 302
        assert Training.objects.get().mcf_url == address

    def test_a_draft_that_changes_its_reference_keeps_the_old_one(self, staff_client):
        training = TrainingFactory(status="draft", reference="avant")
        staff_client.post(change(training), form_of(training, reference="apres"))
        assert Training.objects.get().reference == "apres"
        assert references.FormerReference.objects.get().reference == "avant"

    def test_a_published_reference_is_fixed(self, staff_client):
        training = TrainingFactory(reference="imprimee")
        staff_client.post(change(training), form_of(training, reference="autre"))
        assert Training.objects.get().reference == "imprimee"

    def test_going_back_to_a_former_reference_is_allowed(self, db):
        training = TrainingFactory(reference="a")
        references.rename(training, "b")
        references.rename(training, "a")
        assert [f.reference for f in training.former_references.order_by("pk")] == ["b"]
        with pytest.raises(ValidationError):
            references.rename(TrainingFactory(), "b")

    def test_the_link_and_its_code_are_shown(self, staff_client):
        training = TrainingFactory(reference="imprimee")
        page = staff_client.get(change(training)).text
        assert 'data-copy="http://testserver/formations/imprimee/"' in page
        assert "data:image/svg+xml" in page


class TestSessionForm:
    def post(self, client, **values):
        training = TrainingFactory()
        place = SessionFactory().place
        posted = {"training": training.pk, "start": "01/03/2027", "end": "01/03/2027", "place": place.pk, "seats": 15}
        return client.post(f"{SESSIONS}add/", posted | {"schedule": "9 h"} | values)

    @pytest.mark.parametrize(
        ("values", "field", "says"),
        [
            ({"end": "28/02/2027"}, "end", "ne peut pas précéder"),
            ({"place": ""}, "place", "Choisissez un lieu"),
            ({"seats": 16}, "seats", "15 places au plus"),
        ],
    )
    def test_each_rule_speaks_at_its_field(self, staff_client, values, field, says):
        response = self.post(staff_client, **values)
        assert says in errors_of(response)[field][0]

    def test_more_than_fifteen_seats_must_be_confirmed(self, staff_client):
        assert self.post(staff_client, seats=20, more_seats="on").status_code == 302
        assert Session.objects.filter(seats=20).exists()

    @pytest.mark.parametrize("proposed", ["{{ 7|add:7 }}", "9" * 40, "0", ""])
    def test_an_address_that_proposes_no_training_opens_an_empty_form(self, staff_client, db, proposed):
        assert staff_client.get("/admin/catalogue/session/add/", {"training": proposed}).status_code == 200

    def test_an_address_proposes_a_training(self, staff_client, db):
        training = TrainingFactory()
        page = staff_client.get("/admin/catalogue/session/add/", {"training": training.pk})
        assert f'<option value="{training.pk}" selected>' in page.text

    def test_remote_needs_no_place(self, staff_client):
        assert self.post(staff_client, place="", remote="on").status_code == 302


class TestLists:
    @pytest.fixture
    def some(self, db):
        body = TrainingBodyFactory()
        for days in (3, 12, 40):
            session = SessionFactory(training=TrainingFactory(body=body), start=in_days(days), seats_taken=5)
            EnrolmentFactory(session=session)
        return body

    @pytest.mark.parametrize(("path", "most"), [(LIST, 11), (SESSIONS, 13)])
    def test_queries_do_not_grow_with_the_rows(self, staff_client, some, django_assert_max_num_queries, path, most):
        with django_assert_max_num_queries(most):
            staff_client.get(path)
        for _ in range(30):
            SessionFactory(training=TrainingFactory(body=some))
        with django_assert_max_num_queries(most):
            staff_client.get(path)

    def test_seats_requests_and_fill_rate_at_a_glance(self, staff_client, db):
        training = TrainingFactory()
        session = SessionFactory(training=training, seats_taken=3)
        SessionFactory(training=training, start=in_days(-30), seats_taken=9)
        dossier = EnrolmentFactory(session=session)
        sent = {"state": State.SENT, "sent_at": timezone.now(), "reference": "ADM-0001", "proof": "password"}
        sent |= {"price": training.price, "last_day_to_send": session.start, "birth_name": "X", "first_names": "Y"}
        type(dossier).objects.filter(pk=dossier.pk).update(**sent)
        for path in (LIST, SESSIONS):
            page = plain(staff_client.get(path).text)
            assert "3 / 15" in page
            assert "20 %" in page
            assert '<td class="field-requests">1</td>' in page

    def test_requests_of_all_sessions_of_a_training_are_one_sum(self, staff_client, db):
        training = TrainingFactory()
        for many in (1, 2):
            session = SessionFactory(training=training)
            for _ in range(many):
                send(EnrolmentFactory(session=session))
        assert '<td class="field-requests">3</td>' in plain(staff_client.get(LIST).text)

    @pytest.mark.parametrize(
        ("moment", "days"),
        [
            ("ouvertes", {12, 40}),
            ("bientot", {12}),
            ("completes", {20}),
            ("a-venir", {3, 12, 20, 40}),
            ("passees", {-5}),
        ],
    )
    def test_filters_match_how_staff_think(self, staff_client, moment, days):
        for day in (-5, 3, 12, 40):
            SessionFactory(start=in_days(day))
        SessionFactory(start=in_days(20), seats=2, seats_taken=2)
        found = staff_client.get(SESSIONS, {"moment": moment}).context["cl"].queryset
        assert {s.start for s in found} == {in_days(day) for day in days}
        trainings = staff_client.get(LIST, {"moment": moment}).context["cl"].queryset
        assert trainings.count() == len(days)

    def test_this_month(self, staff_client, time_machine):
        time_machine.move_to("2026-11-10T10:00+01:00")
        staff_client.get(LIST)
        SessionFactory(start=in_days(15))
        SessionFactory(start=in_days(25))
        found = staff_client.get(SESSIONS, {"moment": "mois"}).context["cl"].queryset
        assert [s.start for s in found] == [in_days(15)]

    def test_trainings_without_an_address_on_mcf_are_listed(self, staff_client, db):
        without = TrainingFactory(title="Sans adresse")
        TrainingFactory(title="Avec", mcf_url="https://moncompteformation.gouv.fr/…")
        TrainingFactory(title="Brouillon", status="draft")
        page = staff_client.get(f"{LIST}sans-lien-mcf/").text
        assert change(without) in page
        assert "Brouillon" not in page
        assert ">Avec<" not in page


class TestApprovals:
    @pytest.mark.parametrize(
        ("days", "says"),
        [
            (-1, "Agrément terminé"),
            (0, "Urgent : l'agrément se termine dans 0 jour"),
            (30, "Urgent"),
            (31, "L'agrément se termine dans 31 jours"),
            (60, "dans 60 jours"),
            (61, ""),
        ],
    )
    def test_staff_are_warned_sixty_then_thirty_days_before(self, staff_client, days, says):
        warning = approval_warning(in_days(days), in_days(0))
        assert warning.startswith(says) if says.startswith(("A", "U", "L")) else says in warning
        TrainingBodyFactory(approval_end=in_days(days))
        response = staff_client.get("/admin/catalogue/trainingbody/")
        told = [str(message) for message in get_messages(response.wsgi_request)]
        assert bool(told) == bool(says)


class TestActions:
    def act(self, client, action: str, *rows, path: str = LIST):
        return client.post(path, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)

    def confirm(self, client, action: str, row):
        return client.post(LIST, {"action": action, "_selected_action": [row.pk], "_seen": ""}, follow=True)

    def test_a_training_is_copied_as_a_draft(self, staff_client):
        training = TrainingFactory(reference="budget", mcf_url="https://x")
        SessionFactory(training=training)
        self.act(staff_client, "duplicate", training)
        self.act(staff_client, "duplicate", training)
        copies = Training.objects.filter(status="draft").order_by("pk")
        assert [copy.reference for copy in copies] == ["budget-copie", "budget-copie-2"]
        assert not any(copy.sessions.exists() or copy.mcf_url for copy in copies)
        assert copies[0].programme == training.programme

    def test_a_session_is_copied_without_its_participants(self, staff_client):
        session = SessionFactory(seats_taken=4)
        self.act(staff_client, "duplicate", session, path=SESSIONS)
        copy = Session.objects.latest("pk")
        assert (copy.start, copy.seats_taken) == (session.start + timedelta(weeks=4), 0)

    def test_publish_and_withdraw(self, staff_client, client):
        training = TrainingFactory(status="draft")
        assert "Publier" in self.act(staff_client, "publish", training).text
        self.confirm(staff_client, "publish", training)
        assert client.get(training.get_absolute_url()).status_code == 200
        self.confirm(staff_client, "withdraw", training)
        assert client.get(training.get_absolute_url()).status_code == 410

    def test_what_has_dossiers_cannot_be_deleted(self, staff_client):
        session = EnrolmentFactory().session
        for row, path in ((session.training, LIST), (session, SESSIONS)):
            assert staff_client.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
            self.act(staff_client, "delete_selected", row, path=path)
        staff_client.post(LIST, {"action": "delete_selected", "_selected_action": [session.training_id], "post": "yes"})
        assert Session.objects.filter(pk=session.pk).exists()

    def test_what_has_none_can(self, staff_client):
        session = SessionFactory()
        assert staff_client.post(f"{LIST}{session.training_id}/delete/", {"post": "yes"}).status_code == 302
        assert not Session.objects.exists()


class TestScale:
    def test_the_one_in_force_is_the_last_that_began(self, db):
        old = ScaleFactory()
        new = ScaleFactory(effective_from=in_days(10), hourly_cap=Decimal(100))
        assert Scale.in_force(in_days(9)) == old
        assert Scale.in_force(in_days(10)) == new
        assert Scale.in_force(old.effective_from - timedelta(days=1)) is None

    def test_the_hourly_cap_is_that_of_the_day(self, db):
        ScaleFactory()
        ScaleFactory(effective_from=in_days(10), hourly_cap=Decimal(100))
        check_hourly_price(Decimal(480), Decimal(6), in_days(0))
        with pytest.raises(ValidationError, match="80,17"):
            check_hourly_price(Decimal(481), Decimal(6), in_days(9))
        check_hourly_price(Decimal(481), Decimal(6), in_days(10))

    def test_staff_choose_what_the_hourly_cap_does_and_read_that_it_is_unconfirmed(self, staff_client):
        scale = ScaleFactory()
        with pytest.raises(ValidationError, match="règle à confirmer"):
            check_hourly_price(Decimal(481), Decimal(6), in_days(0))
        assert "(règle à confirmer)" in staff_client.get("/admin/catalogue/scale/").text
        Scale.objects.filter(pk=scale.pk).update(hourly_rule="warn", hourly_rule_confirmed=True)
        check_hourly_price(Decimal(481), Decimal(6), in_days(0))
        said = hourly_price_warning(Decimal(481), Decimal(6), in_days(0))
        assert "80,17" in said
        assert "à confirmer" not in said
        assert hourly_price_warning(Decimal(480), Decimal(6), in_days(0)) == ""
        assert "(règle à confirmer)" not in staff_client.get("/admin/catalogue/scale/").text

    @pytest.mark.parametrize("to_confirm", [True, False])
    def test_officials_read_no_amount_that_is_to_be_confirmed(self, official_client, official, to_confirm):
        ScaleFactory(yearly_credit=Decimal(777), to_confirm=to_confirm)
        page = official_client.get("/mes-droits/").text
        assert ("777,00" in page) is not to_confirm
        assert "confirmer" not in page
        assert "horaire" not in page


@pytest.mark.parametrize("name", ["subject", "trainingbody", "trainer", "place", "synonym", "scale", "session"])
def test_every_list_and_form_opens(staff_client, name):
    SessionFactory()
    for path in (f"/admin/catalogue/{name}/", f"/admin/catalogue/{name}/add/"):
        assert staff_client.get(path).status_code == 200
    assert staff_client.get(f"/admin/catalogue/{name}/?q=niort").status_code in {200, 302}
