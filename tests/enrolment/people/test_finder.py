"""The box that finds anybody: what is said on the telephone leads to the person, however it is typed."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import MandateClaim, User
from core.models import Draft
from enrolment.funding import marks
from enrolment.models import Milestone
from tests.config.test_roles import CATALOGUE, ENROLMENTS, HEAD, IDENTITY, of_role
from tests.enrolment.helpers import send
from tests.factories import (
    CommuneFactory,
    EnrolmentFactory,
    MandateFactory,
    OfficialFactory,
    SessionFactory,
    UserFactory,
    in_days,
    make_nir,
)
from tests.french import plain

pytestmark = pytest.mark.django_db
URL = "/admin/chercher/"


@pytest.fixture
def guerin():
    person = UserFactory(
        birth_name="Guérin", usual_name="Le Goff-Préçy", first_names="Anne-Laure Zoé", mobile="+33639981234",
        landline="+33549001234", email="Anne.Guerin@courriel.example", postal_code="79500",
        city="Saint-Léger-de-la-Martinière",
    )  # fmt: skip
    melle = CommuneFactory(code="79174", name="Celles-sur-Belle", name_key="celles sur belle")
    MandateFactory(user=person, commune=melle, place_name="Celles-sur-Belle")
    for name in ("Martin", "Durand"):
        UserFactory(birth_name=name, first_names="Paul", mobile="+33639985678", city="Niort")
    return person


def found(client, text):
    return client.post(URL, {"asked": text}).text


@pytest.mark.parametrize(
    "typed",
    [
        "guerin",
        "GUÉRIN",
        "Guérin",
        "zoe guerin",
        "guerin anne laure",
        "anne-laure",
        "legoff",
        "le goff",
        "Le Goff Precy",
        "leGOFFprecy",
        "guer",
        "guerin celles sur belle",
        "celles-sur-belle",
        "Celles",
        "st leger",
        "Saint Léger de la Martinière",
        "06 39 98 12 34",
        "0639981234",
        "06.39.98.12.34",
        "06-39-98-12-34",
        "+33 6 39 98 12 34",
        "+33 (0)6 39 98 12 34",
        "0033639981234",
        "00 33 6 39 98 12 34",
        "05 49 00 12 34",
        "guerin 06 39 98 12 34",
        "98 12 34",
        "anne.guerin@courriel.example",
        "ANNE.GUERIN@",
        "79500",
        "g\u200buérin",
    ],
)
def test_a_person_is_found_however_it_is_said(typed, staff_client, guerin):
    page = found(staff_client, typed)
    assert reverse("admin:accounts_user_change", args=[guerin.pk]) in page
    assert "Paul MARTIN" not in page
    assert "Paul DURAND" not in page


@pytest.mark.parametrize(
    "typed", ["guerinn", "guerin niort", "06 39 98 12 35", "guerin 06 39 98 56 78", "uerin", "%", "_"]
)
def test_nobody_is_found_by_what_is_not_theirs(typed, staff_client, guerin):
    assert reverse("admin:accounts_user_change", args=[guerin.pk]) not in found(staff_client, typed)


@pytest.mark.parametrize("change", ["{}", " {} ", "{} bonjour"])
def test_a_dossier_is_found_by_its_reference_however_typed(change, staff_client):
    dossier = send(EnrolmentFactory())
    link = reverse("admin:enrolment_enrolment_change", args=[dossier.pk])
    bare = dossier.reference.replace("-", "")
    for typed in (dossier.reference, bare, bare.lower(), dossier.reference.replace("-", " "), dossier.reference[:7]):
        assert link in found(staff_client, change.format(typed)), typed


def test_a_dossier_is_found_by_its_person_and_by_its_number_there(staff_client, official):
    dossier = send(EnrolmentFactory(user=official))
    link = reverse("admin:enrolment_enrolment_change", args=[dossier.pk])
    marks.say(
        official, Milestone.REQUESTED, in_days(0), official, dossier.sent_at, enrolment=dossier, file_number="74125896"
    )
    assert link in found(staff_client, "moreau niort")
    assert link in found(staff_client, "74 12 58 96")


def test_a_training_and_its_sessions_are_found_by_words(staff_client):
    session = SessionFactory()
    page = found(staff_client, "domaines publics")
    assert reverse("admin:catalogue_training_change", args=[session.training.pk]) in page
    assert reverse("admin:catalogue_session_change", args=[session.pk]) in page


@pytest.fixture
def unheld():
    """A line of the register that no account holds, and two that it must not be taken for."""
    melle = CommuneFactory(code="79174", name="Celles-sur-Belle", name_key="celles sur belle")
    of_melle = {"commune": melle, "place_name": "Celles-sur-Belle", "user": None}
    MandateFactory(birth_name="AUDRAN", first_name="Éric", function="Maire", **of_melle)
    MandateFactory(birth_name="LE GOFF", first_name="Léna", end=in_days(-1), **of_melle)
    return MandateFactory(birth_name="LE GOFF", first_name="Zoé", function="Adjointe au maire", **of_melle)


def of_the_register(page, mandate):
    return reverse("admin:accounts_mandate_change", args=[mandate.pk]) in page


@pytest.mark.parametrize(
    "typed", ["le goff", "LEGOFF", "goff zoe", "Zoé Le Goff", "le goff celles", "celles sur belle", "Celles"]
)
def test_who_is_in_the_register_without_an_account_is_found(typed, staff_client, unheld):
    page = found(staff_client, typed)
    assert of_the_register(page, unheld)
    assert "Adjointe au maire · Celles-sur-Belle · au répertoire, sans compte" in plain(page)
    assert "Léna" not in page, "her mandate has ended"


@pytest.mark.parametrize(
    "typed", ["le goff niort", "goffe", "le goff eric", "le goff 06 39 98 12 34", "goff x@y.example"]
)
def test_a_line_of_the_register_is_not_found_by_what_is_not_its(typed, staff_client, unheld):
    assert not of_the_register(found(staff_client, typed), unheld)


def test_a_line_that_somebody_holds_is_found_as_a_person_alone(staff_client, guerin, unheld):
    page = found(staff_client, "guerin celles")
    assert reverse("admin:accounts_user_change", args=[guerin.pk]) in page
    assert "sans compte" not in page


def test_from_the_register_a_dossier_is_opened_with_the_names_it_has(staff_client, unheld):
    link = f"{reverse('admin:enrolment_assistedenrolment_add')}?mandat={unheld.pk}"
    assert link in found(staff_client, "le goff")
    form = staff_client.get(link).context["form"]
    assert (form["birth_name"].value(), form["first_names"].value()) == ("LE GOFF", "Zoé")
    assert "LE GOFF" not in link


def test_a_line_that_an_account_says_is_its_own_is_said_so_and_opens_nothing(staff_client, official, unheld):
    MandateClaim.objects.create(mandate=unheld, user=official, answer=MandateClaim.Answer.YES)
    page = plain(found(staff_client, "le goff"))
    assert "un compte le déclare : à confirmer" in page
    assert "?mandat=" not in page


@pytest.mark.parametrize("mandate", ["", "x", "999999999999999999999", "held"])
def test_an_address_that_names_no_free_line_opens_the_plain_form(mandate, staff_client, guerin):
    pk = guerin.mandates.get().pk if mandate == "held" else mandate
    page = staff_client.get(reverse("admin:enrolment_assistedenrolment_add"), {"mandat": pk})
    assert (page.status_code, page.context["form"]["birth_name"].value()) == (200, None)


def test_each_role_finds_of_the_register_what_it_may_see_and_do(as_user, unheld):
    seen = {}
    for role in (CATALOGUE, ENROLMENTS, IDENTITY, HEAD):
        page = found(as_user(of_role(role)), "le goff")
        seen[role] = (of_the_register(page, unheld), "?mandat=" in page)
    assert seen == {
        CATALOGUE: (False, False),
        ENROLMENTS: (True, True),
        IDENTITY: (False, False),
        HEAD: (True, True),
    }


def test_each_role_finds_what_it_may_see(as_user, guerin):
    dossier = EnrolmentFactory(user=guerin)
    person, file = reverse("admin:accounts_user_change", args=[guerin.pk]), str(dossier.pk)
    training = reverse("admin:catalogue_training_change", args=[dossier.session.training.pk])
    seen = {}
    for role in (CATALOGUE, ENROLMENTS, IDENTITY, HEAD):
        page = found(as_user(of_role(role)), "guerin") + found(as_user(of_role(role)), "domaine")
        seen[role] = [what in page for what in (person, file, training)]
    assert seen == {
        CATALOGUE: [False, False, True],
        ENROLMENTS: [True, True, True],
        IDENTITY: [True, False, False],
        HEAD: [True, True, True],
    }


def test_the_box_is_on_every_page_of_the_admin_and_posts(staff_client, official):
    for address in ("/admin/", reverse("admin:accounts_user_change", args=[official.pk]), "/admin/core/outgoingmail/"):
        page = staff_client.get(address).text
        assert '<form id="finder" method="post" action="/admin/chercher/"' in page


@pytest.mark.parametrize("shape", ["{}", "{} moreau", "moreau {}", "n° {}.", "06 39 98 12 34 {}"])
def test_a_number_is_refused_and_leaves_no_trace(shape, staff_client, official, caplog):
    whole = official.nir
    spaced = f"{whole[0]} {whole[1:3]} {whole[3:5]} {whole[5:7]} {whole[7:10]} {whole[10:13]} {whole[13:]}"
    for number in (whole, whole[:13], spaced, spaced.replace(" ", "."), whole[:12], make_nir(place="2B073")):
        answer = staff_client.post(URL, {"asked": shape.format(number)})
        assert answer.status_code == 422
        assert number not in answer.text
        assert whole[:13] not in answer.text
        assert reverse("admin:identity-find-number") in answer.text
        assert str(official.pk) not in answer.text
    kept = repr([row.get_decoded() for row in Session.objects.all()])
    assert whole[:13] not in kept + caplog.text
    assert not LogEntry.objects.exists()
    assert not Draft.objects.exists()


def test_a_number_typed_after_the_session_ended_is_not_kept_either(client, official, as_user, staff):
    from accounts.login import idle_rescue

    request = as_user(staff).post(URL, {"asked": official.nir}).wsgi_request
    assert idle_rescue.park(request, staff) is None
    assert not Draft.objects.exists()


def test_what_the_account_becomes_is_found_and_what_it_was_is_not(staff_client, guerin):
    link = reverse("admin:accounts_user_change", args=[guerin.pk])
    guerin.email = "nouvelle@courriel.example"
    guerin.save(update_fields=["email"])
    assert link in found(staff_client, "nouvelle@")
    assert link not in found(staff_client, "anne.guerin@courriel.example")


def test_every_word_of_a_closed_account_is_forgotten(guerin):
    from django.utils import timezone

    from accounts.profile.closing import close_account

    close_account(guerin, timezone.now())
    assert User.objects.get(pk=guerin.pk).found_by == ""


def test_one_search_asks_little(staff_client, guerin, django_assert_max_num_queries):
    for _ in range(3):
        send(EnrolmentFactory(user=OfficialFactory(birth_name="Guérineau")))
        MandateFactory(user=None, birth_name="GUÉRIN", commune=CommuneFactory())
    staff_client.get("/admin/")
    with django_assert_max_num_queries(10):
        found(staff_client, "guerin")
    with django_assert_max_num_queries(10):
        found(staff_client, "gestion domaine")
