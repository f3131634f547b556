"""First visit: the identity is linked to the account that its owner proves, once, and to no other."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import FranceConnectIdentity, IdentityCase, User
from core.models import Draft
from tests.accounts.franceconnect.conftest import LINK, LOGIN, RIGHTS, known, query_of
from tests.accounts.login.proofs import fresh
from tests.factories import PASSWORD, CommuneFactory, UserFactory, make_nir

pytestmark = pytest.mark.usefixtures("claire")


@pytest.fixture
def first_visit(visitor):
    """Claire, back from FranceConnect for the first time, before the page that asks for her account."""
    address = visitor.come_in("claire", next="/formations/")["Location"]
    assert address.startswith(LINK)
    assert query_of(address) == {"next": "/formations/"}
    return visitor


def prove(visitor, nir: str, password: str = PASSWORD):
    return visitor.client.post(LINK, {"nir": nir, "password": password})


def test_the_page_says_who_was_recognised_and_offers_both_ways(first_visit):
    page = first_visit.client.get(LINK).content.decode()

    assert "Claire Anne MOREAU" in page
    assert "Relier mon compte" in page
    assert "/compte/creer/?next=/formations/" in page
    assert first_visit.user_id is None


def test_the_owner_proves_the_account_once_and_is_in(first_visit, claire, provider):
    response = prove(first_visit, claire.nir)

    assert response["Location"] == "/formations/"
    assert first_visit.user_id == str(claire.pk)
    assert first_visit.client.session["method"] == "franceconnect"
    link = FranceConnectIdentity.objects.get()
    assert (link.user, link.issuer, link.sub) == (claire, provider.issuer, provider.sub("claire"))
    assert not Draft.objects.filter(kind="franceconnect").exists()


def test_the_certified_identity_replaces_what_was_typed(first_visit, claire):
    CommuneFactory(code="79049", name="Bressuire")
    prove(first_visit, claire.nir)
    claire.refresh_from_db()

    assert (claire.birth_name, claire.usual_name, claire.first_names) == ("DUBOIS", "MOREAU", "Claire Anne")
    assert (claire.sex, str(claire.birth_date), claire.birth_place) == ("F", "1965-12-08", "Bressuire (79)")
    assert claire.certified_by == User.Certification.FRANCECONNECT
    assert claire.certified_at is not None
    assert claire.email != "claire.moreau@exemple.invalid"


def test_the_owner_is_told_of_the_new_way_in(first_visit, claire, run_tasks, mailoutbox):
    prove(first_visit, claire.nir)
    run_tasks()

    [mail] = mailoutbox
    assert mail.to == [claire.email]
    assert mail.subject == "FranceConnect ouvre désormais votre compte"
    assert "/mon-compte/" in mail.body


def test_the_number_is_taken_without_its_key_too(first_visit, claire):
    assert prove(first_visit, f" {claire.nir[:1]} {claire.nir[1:13]} ")["Location"] == "/formations/"


def test_after_that_franceconnect_is_enough(first_visit, visitors, claire):
    prove(first_visit, claire.nir)
    later = visitors()

    assert later.come_in("claire")["Location"] == RIGHTS
    assert later.user_id == str(claire.pk)


def test_a_wrong_password_links_nothing(first_visit, claire):
    response = prove(first_visit, claire.nir, "Mauvais-mot-2-passe")

    assert response.status_code == 422
    assert "<title>Erreur : " in response.content.decode()
    assert "ne vont pas ensemble" in response.content.decode()
    assert not FranceConnectIdentity.objects.exists()
    assert first_visit.user_id is None


def test_guessing_is_slowed_down_like_at_login(first_visit, claire):
    for _ in range(5):
        prove(first_visit, claire.nir, "Mauvais-mot-2-passe")
    response = prove(first_visit, claire.nir)

    assert response.status_code == 422
    assert "attendez" in response.content.decode()
    assert not FranceConnectIdentity.objects.exists()


def test_the_number_of_somebody_else_links_nothing_even_with_their_password(first_visit):
    """A couple shares a computer: Claire's FranceConnect never opens her husband's account."""
    husband = UserFactory(nir=make_nir(sex=1, year=65, month=12, place="79049"), sex="M")
    response = prove(first_visit, husband.nir)

    assert response.status_code == 422
    assert "pas celui de la personne que FranceConnect a reconnue" in response.content.decode()
    assert not FranceConnectIdentity.objects.exists()


def test_the_same_mail_address_links_nothing(visitor, provider):
    UserFactory(email=provider.people["michel"].email)

    assert visitor.come_in("michel")["Location"].startswith(LINK)
    assert not FranceConnectIdentity.objects.exists()


def test_after_fifteen_minutes_franceconnect_is_asked_again(visitor, claire):
    with time_machine.travel("2026-11-23T10:00:00+01:00", tick=False) as clock:
        visitor.come_in("claire", next="/formations/")
        clock.shift(timedelta(minutes=15))
        response = visitor.client.post(f"{LINK}?next=/formations/", {"nir": claire.nir, "password": PASSWORD})

    assert response.status_code == 400
    assert f'action="{LOGIN}"' in response.content.decode()
    assert 'name="next" value="/formations/"' in response.content.decode()
    assert not FranceConnectIdentity.objects.exists()


def test_another_browser_has_nothing_to_link(first_visit, visitors, claire):
    assert prove(visitors(), claire.nir).status_code == 400


def test_two_accounts_never_share_an_identity(first_visit, claire, provider):
    """Meanwhile, in another tab, the identity went to another account."""
    known(UserFactory(), provider)
    response = prove(first_visit, claire.nir)

    assert response.status_code == 403
    assert FranceConnectIdentity.objects.get().user != claire
    assert first_visit.user_id is None


def test_a_changed_civil_status_lets_its_owner_in(visitor, provider, claire):
    known(claire, provider)
    provider.change_civil_status("claire", family_name="DUBOIS-LEROY", preferred_username="")

    assert visitor.come_in("claire")["Location"] == RIGHTS
    claire.refresh_from_db()
    assert (claire.birth_name, claire.usual_name) == ("DUBOIS-LEROY", "")


def test_a_new_sub_is_linked_again_by_the_owner(visitor, provider, claire):
    known(claire, provider)
    provider.change_civil_status("claire", new_sub=True, family_name="LEROY")
    assert visitor.come_in("claire")["Location"].startswith(LINK)
    prove(visitor, claire.nir)
    visitor.client.post(LINK, {"confirm_name": "yes"})

    assert visitor.user_id == str(claire.pk)
    assert FranceConnectIdentity.objects.get().sub == provider.sub("claire")


class TestAnotherName:
    """The account is Claire's, its birth name is not the one that FranceConnect gives."""

    @pytest.fixture
    def renamed(self, claire):
        User.objects.filter(pk=claire.pk).update(birth_name="Moreau")
        return claire

    def test_nothing_is_renamed_before_its_owner_confirms_and_staff_find_it(self, first_visit, renamed):
        page = prove(first_visit, renamed.nir)
        renamed.refresh_from_db()
        assert (renamed.birth_name, first_visit.user_id) == ("Moreau", None)
        assert "Est-ce bien votre nom" in page.text
        answer = first_visit.client.post(LINK, {"confirm_name": "yes"})
        assert answer["Location"] == "/formations/"
        renamed.refresh_from_db()
        assert renamed.birth_name == "DUBOIS"
        case = IdentityCase.objects.get()
        assert (case.kind, case.user) == ("name-changed", renamed)
        assert "Moreau".upper() in case.facts["Nom du compte"]

    def test_confirming_without_the_password_links_nothing(self, first_visit, renamed):
        assert first_visit.client.post(LINK, {"confirm_name": "yes"}).status_code == 422
        assert not FranceConnectIdentity.objects.exists()

    def test_without_any_agreeing_birth_data_it_waits_for_staff(self, visitor, provider, renamed, staff_client):
        provider.change_civil_status("claire", birthdate="1965-00-00")
        visitor.come_in("claire", next="/formations/")
        for _ in range(2):
            page = prove(visitor, renamed.nir)
            assert page.status_code == 409
            assert "L'ADM79 doit vérifier ce nom" in page.text
        case = IdentityCase.objects.get()
        assert case.waits_for_staff
        assert not FranceConnectIdentity.objects.exists()
        settle = reverse("admin:identity-settle", args=[case.pk])
        fresh(staff_client)
        staff_client.post(settle, {"link": "Accepter", "reason": "Livret de famille vu au bureau."})
        prove(visitor, renamed.nir)
        visitor.client.post(LINK, {"confirm_name": "yes"})
        assert FranceConnectIdentity.objects.get().user == renamed


def test_who_is_somebody_else_leaves_franceconnect_on_a_shared_computer(first_visit, claire, provider):
    response = first_visit.client.post("/deconnexion/", follow=True)

    assert response.redirect_chain[-1][0].startswith(f"{provider.issuer}/session/end?")
    assert prove(first_visit, claire.nir).status_code == 400


def test_the_number_is_kept_nowhere_in_clear(first_visit, claire):
    prove(first_visit, claire.nir, "Mauvais-mot-2-passe")
    prove(first_visit, claire.nir)

    assert claire.nir[:13] not in str(dict(first_visit.client.session))
