"""« Il faut vous connecter à nouveau »: the same person, just now, for one dossier."""

import time

import pytest

from accounts.models import FranceConnectIdentity
from tests.accounts.franceconnect.conftest import DOSSIER, LINK, Visitor, known
from tests.factories import PASSWORD, UserFactory

NEXT = f"/inscriptions/{DOSSIER}/informations/"
WISHES = {"purpose": "enrol", "dossier": DOSSIER, "next": NEXT}


@pytest.fixture
def proofs():
    """A function: the proofs in a visitor's session."""
    return lambda visitor: visitor.client.session.get("proofs", {})


@pytest.fixture
def at_work(visitor, known_claire) -> Visitor:
    """Claire, logged in with FranceConnect a while ago, about to enrol."""
    visitor.come_in("claire")
    return visitor


def test_the_same_person_comes_back_and_it_is_noted_for_the_dossier(at_work, proofs):
    response = at_work.come_in("claire", **WISHES)

    assert response["Location"] == NEXT
    assert proofs(at_work).keys() == {DOSSIER}
    assert proofs(at_work)[DOSSIER]["method"] == "franceconnect"
    assert time.time() - proofs(at_work)[DOSSIER]["at"] < 60


def test_franceconnect_asks_again_although_it_remembers(at_work):
    response = at_work.outside.get(at_work.leave(**WISHES), allow_redirects=False)

    assert "/interaction" in response.headers["Location"]


def test_somebody_else_coming_back_is_refused(at_work, known_claire, provider, proofs):
    known(UserFactory(), provider, "michel")
    response = at_work.come_in("michel", **WISHES)
    page = response.content.decode()

    assert response.status_code == 403
    assert "n'est pas celle de ce compte" in page
    assert f'href="{NEXT}"' in page
    assert 'name="purpose" value="enrol"' in page
    assert at_work.user_id == str(known_claire.pk)
    assert proofs(at_work) == {}


def test_an_unknown_person_coming_back_is_refused_too(at_work, known_claire, proofs):
    response = at_work.come_in("michel", **WISHES)

    assert response.status_code == 403
    assert at_work.user_id == str(known_claire.pk)
    assert proofs(at_work) == {}
    assert FranceConnectIdentity.objects.count() == 1


def test_an_authentication_of_an_hour_ago_is_not_fresh(at_work, provider, proofs):
    provider.faults.add("id_token-old-auth-time")
    response = at_work.come_in("claire", **WISHES)

    assert response.status_code == 400
    assert proofs(at_work) == {}


def test_without_auth_time_the_moment_of_the_token_counts(at_work, provider, proofs):
    provider.faults.add("id_token-no-auth-time")

    assert at_work.come_in("claire", **WISHES)["Location"] == NEXT
    assert DOSSIER in proofs(at_work)


def test_who_refuses_goes_back_to_the_dossier_with_no_proof(at_work, proofs):
    response = at_work.come_in("", **WISHES)

    assert response.status_code == 403
    assert "Revenir à mon dossier" in response.content.decode()
    assert proofs(at_work) == {}


def test_a_plain_login_proves_nothing_for_a_dossier(at_work, proofs):
    at_work.come_in("claire", next=NEXT)

    assert proofs(at_work) == {}


def test_who_logged_in_with_a_password_links_first(visitor, claire, as_user, proofs):
    visitor.client = as_user(claire)
    assert visitor.come_in("claire", **WISHES)["Location"].startswith(LINK)
    assert proofs(visitor) == {}
    assert "/compte/creer/" not in visitor.client.get(LINK).content.decode().split("<main")[1]

    response = visitor.client.post(LINK, {"nir": claire.nir, "password": PASSWORD})
    assert response["Location"] == NEXT
    assert proofs(visitor)[DOSSIER]["method"] == "franceconnect"


def test_who_logged_in_with_a_password_links_no_other_account(visitor, claire, provider, as_user, proofs):
    """Michel borrows Claire's open session: his own account, even proved, is no proof for her dossier."""
    michel = UserFactory(nir=provider.people["michel"].nir, sex="M", birth_name="Guérin")
    visitor.client = as_user(claire)
    visitor.come_in("michel", **WISHES)
    response = visitor.client.post(LINK, {"nir": michel.nir, "password": PASSWORD})

    assert response.status_code == 403
    assert visitor.user_id == str(claire.pk)
    assert proofs(visitor) == {}
    assert not FranceConnectIdentity.objects.exists()


def test_the_certified_identity_is_brought_up_to_date(at_work, known_claire, provider):
    provider.change_civil_status("claire", preferred_username="LEROY")
    at_work.come_in("claire", **WISHES)
    known_claire.refresh_from_db()

    assert known_claire.usual_name == "LEROY"
