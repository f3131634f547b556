"""An enrolment prepared on the telephone: staff type, the person finishes by a link and proves themselves then."""

import datetime
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.degrees import Degree
from accounts.models import Mandate, User
from config.retention import enforce
from core.models import Draft, OutgoingMail
from enrolment.models import AssistedEnrolment, Enrolment, State
from tests.config.test_roles import CATALOGUE, ENROLMENTS, IDENTITY, of_role
from tests.desk import press
from tests.factories import PASSWORD, OfficialFactory, PostalCodeFactory, SessionFactory, make_nir

pytestmark = pytest.mark.django_db
ADD = "/admin/enrolment/assistedenrolment/add/"
CODE = re.compile(r'<p class="code">([A-Z0-9-]+)</p>')
TYPED = {
    "asked_by": "town_hall",
    "asked_by_name": "Mme Petit, secrétaire de mairie",
    "recognised": "Rappelée au numéro de la mairie.",
    "birth_name": "Guérin",
    "first_names": "Anne",
    "mobile": "06 39 98 12 34",
    "email": "anne.guerin@courriel.example",
    "street_number": "3",
    "street_type": "Rue",
    "street_name": "du Four",
    "postal_code": "79000",
    "city": "79191",
    "country": "France",
}


@pytest.fixture
def session():
    PostalCodeFactory()
    return SessionFactory()


@pytest.fixture
def desk(as_user):
    return as_user(of_role(ENROLMENTS))


def prepare(desk, session, **changes):
    given = {**TYPED, "session": session.pk, **changes}
    answer = desk.post(ADD, {name: value for name, value in given.items() if value is not None})
    assert answer.status_code == 302, answer.text
    return AssistedEnrolment.objects.latest("opened_at")


def letter(desk, prepared) -> str:
    """The code printed on the letter."""
    page = desk.post(reverse("admin:assisted-letter", args=[prepared.pk]))
    return CODE.search(page.text)[1]


def link(code):
    return reverse("enrolment:letter", args=[code])


def sign_up(client, code, nir, **changes):
    """Finish the account as the person does, from the link on; the page where they come out."""
    first = client.post(link(code), {"account": "new"})
    step = first.url
    shown = {}
    for answers in ({"nir": nir, "birth_name": "Guérin", "diploma": ""}, {}, {}):
        page = client.get(step)
        shown |= dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page.text))
        fields = page.context["form"]
        given = {name: fields[name].value() or "" for name in fields.fields}
        answer = client.post(step, {**given, **answers, **changes})
        assert answer.status_code == 302, answer.text
        step = answer.url
    last = client.post(step, {"password": PASSWORD, "password_again": PASSWORD, "terms": "on"})
    assert last.status_code == 302, last.text
    return last.url, shown


class TestPreparing:
    def test_it_is_no_account_and_holds_nothing(self, desk, session):
        accounts = User.objects.count()
        prepared = prepare(desk, session)
        assert User.objects.count() == accounts
        assert not Enrolment.objects.exists()
        assert not Mandate.objects.exists()
        assert b"rin" not in bytes(prepared.content)
        assert prepared.link_digest is None
        assert not OutgoingMail.objects.exists()

    def test_who_asked_how_they_were_recognised_and_what_was_typed_are_in_the_journal(self, desk, session):
        prepared = prepare(desk, session)
        entry = LogEntry.objects.filter(object_id=str(prepared.pk)).earliest("pk")
        for told in ("Mme Petit", "Rappelée au numéro de la mairie.", "nom de naissance", "adresse mail", "téléphone"):
            assert told in entry.change_message
        assert "Guérin" not in entry.object_repr + entry.change_message

    @pytest.mark.parametrize(
        "missing", ["session", "asked_by", "recognised", "birth_name", "first_names", "asked_by_name"]
    )
    def test_nothing_is_prepared_without(self, missing, desk, session):
        answer = desk.post(ADD, {**TYPED, "session": session.pk, missing: ""})
        assert answer.status_code == 422
        assert not AssistedEnrolment.objects.exists()
        assert "06 39 98 12 34" in answer.text

    def test_a_number_is_refused_wherever_it_is_typed(self, desk, session):
        for field in ("recognised", "asked_by_name", "street_name", "address_extra"):
            answer = desk.post(ADD, {**TYPED, "session": session.pk, field: f"son numéro : {make_nir()}"})
            assert answer.status_code == 422, field
        assert not AssistedEnrolment.objects.exists()
        assert not {"nir", "password"} & set(desk.get(ADD).context["form"].fields)

    def test_without_mail_nor_address_it_is_prepared_too(self, desk, session):
        gone = dict.fromkeys(("email", "street_number", "street_type", "street_name", "postal_code", "city"))
        prepared = prepare(desk, session, **gone)
        assert (
            "/agir/mail/" not in desk.get(reverse("admin:enrolment_assistedenrolment_change", args=[prepared.pk])).text
        )

    def test_somebody_who_has_an_account_is_noticed_first(self, desk, session):
        official = OfficialFactory(birth_name="Guerin", first_names="Anne")
        answer = desk.post(ADD, {**TYPED, "session": session.pk})
        assert answer.status_code == 409
        assert reverse("admin:accounts_user_change", args=[official.pk]) in answer.text
        prepare(desk, session, nobody="on")

    @pytest.mark.parametrize("role", [CATALOGUE, IDENTITY])
    def test_other_roles_prepare_nothing(self, role, as_user, desk, session):
        prepared = prepare(desk, session)
        client = as_user(of_role(role))
        assert client.get(ADD).status_code == 403
        assert client.post(reverse("admin:assisted-letter", args=[prepared.pk])).status_code == 403


class TestLink:
    def test_it_is_kept_as_a_digest_and_a_new_one_ends_the_one_before(self, desk, session, client):
        prepared = prepare(desk, session)
        first, second = letter(desk, prepared), letter(desk, prepared)
        prepared.refresh_from_db()
        assert first not in repr(AssistedEnrolment.objects.values())
        assert client.get(link(first)).status_code == 410
        assert client.get(link(second)).status_code == 200

    def test_it_goes_by_mail_after_the_mail_was_shown(self, desk, session, run_tasks, client):
        prepared = prepare(desk, session)
        act = reverse("admin:enrolment_assistedenrolment_act", args=[prepared.pk, "mail"])
        assert "Votre inscription est préparée" in desk.get(act).text
        assert press(desk, act).status_code == 302
        run_tasks()
        (message,) = mail.outbox
        assert message.to == ["anne.guerin@courriel.example"]
        found = re.search(r"http://testserver(/lettre/\S+/)", message.body)
        assert client.get(found[1]).status_code == 200

    def test_it_ends_at_its_term(self, desk, session, client, time_machine, settings):
        code = letter(desk, prepare(desk, session))
        now = timezone.now()
        time_machine.move_to(now + datetime.timedelta(days=settings.ASSISTED_LINK_DAYS, minutes=1))
        assert client.get(link(code)).status_code == 410
        assert client.post(link(code), {"account": "new"}).status_code == 410
        enforce(timezone.now())
        assert not AssistedEnrolment.objects.exists()
        assert "Petit" not in " ".join(LogEntry.objects.values_list("change_message", flat=True))

    def test_staff_take_it_back(self, desk, session, client):
        prepared = prepare(desk, session)
        code = letter(desk, prepared)
        act = reverse("admin:enrolment_assistedenrolment_act", args=[prepared.pk, "revoke"])
        assert press(desk, act).status_code == 302
        assert client.get(link(code)).status_code == 410
        prepared.refresh_from_db()
        assert bytes(prepared.content) == b""

    def test_a_code_is_copied_in_any_spacing(self, desk, session, client):
        code = letter(desk, prepare(desk, session))
        for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
            assert client.post("/lettre/", {"code": typed}).url == link(code)
        assert client.post("/lettre/", {"code": "ABCD"}).status_code == 422
        assert client.post("/lettre/", {"code": "2222-2222-2222-2222"}).status_code == 410

    def test_codes_tried_one_after_the_other_make_wait(self, client):
        answers = [
            client.post("/lettre/", {"code": f"{'2' * 14}{one}{two}"}).status_code
            for one in "ABCDE"
            for two in "ABCDEF"
        ]
        assert answers[0] == 410
        assert answers[-1] == 429

    def test_looking_at_it_changes_nothing(self, desk, session, client):
        prepared = prepare(desk, session)
        code = letter(desk, prepared)
        for _ in range(3):
            page = client.get(link(code))
        assert "anne.guerin" not in page.text
        assert "06 39" not in page.text
        assert not Draft.objects.exists()


class TestFinishing:
    def test_the_person_finishes_with_what_was_typed_and_is_declared_only(self, desk, session, client, run_tasks):
        prepared = prepare(desk, session)
        code = letter(desk, prepared)
        target, shown = sign_up(client, code, make_nir())
        assert shown["birth_name"] == "Guérin"
        assert shown["mobile"] == "06 39 98 12 34"
        assert shown["street_name"] == "du Four"
        person = User.objects.get(birth_name="Guérin")
        assert (person.degree, person.mobile, person.city) == (Degree.DECLARED, "+33639981234", "Niort")
        assert not person.has_elu_account
        assert not Enrolment.objects.exists()
        prepared.refresh_from_db()
        assert (prepared.for_user, bytes(prepared.content)) == (person, b"")

        assert client.get(target).status_code == 200
        step = client.post(target)
        dossier = Enrolment.objects.get(user=person)
        assert step.url == reverse("enrolment:step", args=[dossier.pk, "identification"])
        assert (dossier.session, dossier.state, dossier.sent_at) == (session, State.DRAFT, None)
        told = [event.reason for event in dossier.events.order_by("pk")]
        assert "Mme Petit" in told[-1]
        assert "téléphone mobile" in told[-1]
        assert "identification" in client.get(reverse("enrolment:step", args=[dossier.pk, "envoi"])).url

    def test_the_journal_follows_the_person_and_ends_with_the_account(self, desk, session, client):
        from accounts.profile.closing import close_account

        sign_up(client, letter(desk, prepare(desk, session)), make_nir())
        person = User.objects.get(birth_name="Guérin")
        entries = LogEntry.objects.filter(object_id=str(person.pk))
        assert any("Mme Petit" in entry.change_message for entry in entries)
        close_account(person, timezone.now())
        assert not AssistedEnrolment.objects.exists()
        assert "Petit" not in repr(list(LogEntry.objects.values()))

    def test_it_serves_once(self, desk, session, client, as_user, official):
        code = letter(desk, prepare(desk, session))
        target, _ = sign_up(client, code, make_nir())
        assert as_user(official).post(link(code), {"account": "new"}).status_code == 302
        assert as_user(official).post(target).status_code == 410  # another account takes nothing
        client.post(target)
        for _ in range(2):
            assert client.post(target).url == Enrolment.objects.get().get_absolute_url()
        assert as_user(official).get(link(code)).status_code == 410

    def test_another_browser_opens_no_second_account_with_it(self, desk, session, client):
        from django.test import Client

        code = letter(desk, prepare(desk, session))
        sign_up(client, code, make_nir())
        answer = Client().post(link(code), {"account": "new"})
        assert answer.url.startswith("/connexion/")
        assert (
            not Draft.objects.filter(kind="signup", owner__startswith="browser:")
            .exclude(content=b"")
            .filter(expires_at__gt=timezone.now() + datetime.timedelta(days=1))
            .exists()
        )

    def test_who_has_an_account_with_this_number_is_led_to_login_and_finds_it_there(
        self, desk, session, client, as_user
    ):
        official = OfficialFactory(birth_name="Martin")
        code = letter(desk, prepare(desk, session))
        client.post(link(code), {"account": "new"})
        draft = Draft.objects.get(kind="signup")
        base = f"/compte/creer/{draft.pk}/"
        client.post(f"{base}identite/", {"birth_name": "Guérin", "nir": official.nir, "diploma": ""})
        for step in ("contact", "adresse"):
            form = client.get(f"{base}{step}/").context["form"]
            client.post(f"{base}{step}/", {name: form[name].value() or "" for name in form.fields})
        answer = client.post(f"{base}mot-de-passe/", {"password": PASSWORD, "password_again": PASSWORD, "terms": "on"})
        assert answer.status_code == 409
        assert (
            "/connexion/?next=%2Flettre%2Fsuite%2F" in answer.text or "/connexion/?next=/lettre/suite/" in answer.text
        )
        assert "Martin" not in answer.text
        answer = client.post(
            "/connexion/?next=/lettre/suite/",
            {"nir": official.nir[:13], "password": PASSWORD, "next": "/lettre/suite/"},
        )
        assert answer.url == "/lettre/suite/"
        client.post("/lettre/suite/")
        assert Enrolment.objects.get().user == official

    def test_a_session_that_closed_meanwhile_is_told_and_nothing_is_lost(self, desk, session, client):
        code = letter(desk, prepare(desk, session))
        target, _ = sign_up(client, code, make_nir())
        session.cancelled_at = timezone.now()
        session.save()
        assert client.post(target).status_code == 409
        assert AssistedEnrolment.objects.get().finished_at is None

    def test_staff_cannot_finish_it(self, desk, session):
        code = letter(desk, prepare(desk, session))
        desk.post(link(code), {"login": "yes"})
        assert desk.post("/lettre/suite/").status_code == 410
        assert not Enrolment.objects.exists()


def test_the_letter_says_what_it_must_and_never_a_number(desk, session):
    prepared = prepare(desk, session)
    page = desk.post(reverse("admin:assisted-letter", args=[prepared.pk])).text
    for told in ("Anne GUÉRIN", "3 rue du Four", "79000 NIORT", session.training.title, "data:image/svg", "/lettre/"):
        assert told in page
    assert desk.get(reverse("admin:assisted-letter", args=[prepared.pk])).status_code == 405
