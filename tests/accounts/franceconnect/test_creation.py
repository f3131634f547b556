"""No account yet: it is created with the certified identity, which cannot be changed, and without a password."""

import re

import pytest

from accounts.franceconnect import client
from accounts.franceconnect.errors import UnverifiedError
from accounts.identity import certified
from accounts.identity.certified import CertifiedIdentity
from accounts.identity.nir import parse
from accounts.models import FranceConnectIdentity, User
from accounts.signup.steps.identity import CertifiedIdentityForm
from tests.factories import CommuneFactory, PostalCodeFactory, UserFactory, make_nir
from tests.french import plain

pytestmark = pytest.mark.django_db

CONTACT = {"mobile": "06 12 34 56 78", "landline": "", "email": "claire.moreau@orange.fr"}
ADDRESS = {
    "street_number": "3", "repetition": "", "street_type": "Rue", "street_name": "des Lilas", "address_extra": "",
    "locality": "", "country": "France", "postal_code": "79000", "city": "79191",
}  # fmt: skip


@pytest.fixture
def signup(visitor):
    """A function: begin the creation as a person of the simulator; the address of the first step."""

    def begin(person: str) -> str:
        visitor.come_in(person, next="/formations/")
        return visitor.client.get("/compte/creer/?next=/formations/")["Location"]

    return begin


def test_the_certified_identity_is_shown_and_not_asked(visitor, signup):
    CommuneFactory(code="79049", name="Bressuire")
    page = plain(visitor.client.get(signup("claire")).text)

    for told in ("DUBOIS", "MOREAU", "Claire Anne", "8 décembre 1965", "Bressuire (79)"):
        assert told in page
    assert page.count("fournies par FranceConnect") == 1
    assert page.count("<dt>") == 5
    assert 'name="birth_name"' not in page


def test_the_account_is_created_linked_and_without_a_password(visitor, signup, provider):
    PostalCodeFactory()
    nir = provider.people["claire"].nir
    address = visitor.client.post(signup("claire"), {"nir": nir, "diploma": ""})["Location"]
    assert 'value="claire.moreau@exemple.invalid"' in visitor.client.get(address).content.decode()
    address = visitor.client.post(address, CONTACT)["Location"]
    address = visitor.client.post(address, ADDRESS)["Location"]
    assert 'name="password"' not in visitor.client.get(address).content.decode()
    response = visitor.client.post(address, {"terms": "on"})

    user = User.objects.get()
    assert response["Location"] == "/formations/"
    assert visitor.user_id == str(user.pk)
    assert (user.birth_name, user.usual_name, user.first_names) == ("DUBOIS", "MOREAU", "Claire Anne")
    assert user.certified_by == User.Certification.FRANCECONNECT
    assert not user.has_usable_password()
    assert FranceConnectIdentity.objects.get().user == user
    assert "franceconnect_pending" not in visitor.client.session


def test_a_number_that_is_plainly_another_persons_is_refused_with_whom_to_write_to(visitor, signup, provider, settings):
    response = visitor.client.post(signup("paul"), {"nir": provider.people["paul"].nir, "diploma": ""})
    page = response.content.decode()

    assert response.status_code == 422
    assert "ne correspond pas" in page
    assert settings.ADM79_EMAIL in page
    assert not User.objects.exists()


@pytest.mark.parametrize("person", ["claire", "amel", "michel", "irene", "awa"])
def test_everybodys_number_agrees_with_their_identity(provider, person):
    told = provider.people[person]

    assert _identity(told).disagreements(parse(told.nir)) == []


def test_pauls_number_does_not(provider):
    paul = provider.people["paul"]

    assert _identity(paul).disagreements(parse(paul.nir)) == ["birth_date"]


@pytest.mark.parametrize(
    ("birthdate", "year", "month", "disagrees"),
    [
        ("1965-12-08", 1965, 12, []),
        ("1965-11-08", 1965, 11, ["birth_date"]),
        ("1965-12-00", 1965, 12, []),
        ("1965-11-00", 1965, 11, ["birth_date"]),
        ("1965-00-00", 1965, None, []),
        ("1966-00-00", 1966, None, ["birth_date"]),
        ("1965-12", 1965, 12, []),
        ("1965", 1965, None, []),
        ("1964", 1964, None, ["birth_date"]),
        ("", None, None, []),
        ("08/12/1965", None, None, []),
    ],
)
def test_what_is_known_of_a_birth_date_is_compared(birthdate, year, month, disagrees):
    identity = CertifiedIdentity("issuer", "sub", "DUBOIS", "Claire", birthdate=birthdate)

    assert (identity.birth_year, identity.birth_month) == (year, month)
    assert (identity.birth_date is not None) == bool(re.fullmatch(r"\d{4}-\d{2}-[0-9][1-9]", birthdate))
    assert identity.disagreements(parse("265127904912368")) == disagrees


def _identity(person) -> CertifiedIdentity:
    return CertifiedIdentity(
        issuer="issuer",
        sub=person.key,
        birth_name=person.family_name,
        first_names=person.given_name,
        birthdate=person.birthdate,
        sex={"female": "F", "male": "M"}[person.gender],
        birthplace=person.birthplace,
        birth_country=person.birthcountry,
    )


BORN_IN_NIORT = parse(make_nir())
BY_NATURE = {"birthdate": "1958-03-14", "sex": "F"}


@pytest.mark.parametrize(
    ("place", "country", "doubtful"),
    [
        ("79191", "99100", False),
        ("79004", "99100", False),
        ("86194", "99100", True),
        ("86194", "99352", False),
        ("86194", "", False),
        ("99352", "99100", False),
        ("", "99100", False),
        ("", "99352", False),
        ("2A004", "99100", True),
        ("97411", "99100", True),
    ],
)
def test_another_place_is_a_doubt_and_no_wall(place, country, doubtful):
    identity = CertifiedIdentity(
        "issuer", "sub", "Moreau", "Jeanne", birthplace=place, birth_country=country, **BY_NATURE
    )
    assert identity.disagreements(BORN_IN_NIORT) == []
    assert identity.place_is_doubtful(BORN_IN_NIORT) is doubtful


@pytest.mark.parametrize(
    "claims",
    [
        {"family_name": "MOREAU"},
        {"given_name": "Jeanne"},
        {"given_name": "Jeanne", "family_name": "x" * 400},
        {"given_name": "\u200bJeanne", "family_name": "Mo\0reau"},
        {"given_name": "Jeanne", "family_name": "Moreau", "email": "a\0b"},
        {"given_name": "Jeanne", "family_name": "Moreau", "email": "x" * 500 + "@exemple.fr"},
        {"given_name": "Jeanne", "family_name": "Moreau", "birthplace": "Niort"},
        {"given_name": "Jeanne", "family_name": "Moreau", "birthplace": "7" * 50, "birthcountry": "France"},
        {"given_name": "Jeanne", "family_name": ["Moreau"], "birthdate": 1958},
        {"given_name": "Jeanne", "family_name": "Moreau", "gender": "x" * 90},
        {"given_name": "Jeanne", "preferred_username": None},
    ],
)
def test_odd_claims_are_judged_where_they_come_in(claims):
    identity = client._identity("issuer", {"sub": "abc", **claims})
    told = User(birth_name=identity.birth_name, first_names=identity.first_names, usual_name=identity.usual_name)
    told.email, told.sex, told.password = identity.email, identity.sex, "!"
    told.full_clean(exclude=["username", "id"], validate_unique=False)
    assert identity.birthplace in {"", "79191"}
    assert "\0" not in str(identity)


@pytest.mark.parametrize("sub", ["a\0b", "x" * 256, "a\u200bb", "\ud800"])
def test_a_subject_that_cannot_be_kept_is_refused(sub):
    with pytest.raises(UnverifiedError):
        client._identity("issuer", {"sub": sub, "given_name": "Jeanne", "family_name": "Moreau"})


def test_an_identity_without_a_name_at_all_is_refused():
    with pytest.raises(UnverifiedError):
        client._identity("issuer", {"sub": "a", "given_name": "\u200b"})


@pytest.mark.parametrize(
    ("missing", "asked"), [("birth_name", "Dubois"), ("first_names", "Claire"), ("first_names", "")]
)
def test_a_name_that_was_not_told_is_asked_and_kept_at_the_next_login(missing, asked):
    told = {"birth_name": "DUBOIS", "first_names": "Claire Anne"} | {missing: ""}
    identity = CertifiedIdentity("issuer", "sub", **told, **BY_NATURE)
    form = CertifiedIdentityForm({"nir": make_nir(), missing: asked, "diploma": ""}, identity=identity)
    assert form.is_valid(), form.errors
    assert form.cleaned_data[missing] == asked
    assert set(form.fields) == {missing, "nir", "diploma"}
    user = UserFactory(**{missing: asked})
    certified.refresh(user, identity)
    assert getattr(user, missing) == asked
