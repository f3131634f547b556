"""Names, phones, addresses, mail addresses: what people type, in all its ways."""

import string

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.contact import addresses, email_hints, phones
from accounts.contact.forms import AddressForm
from accounts.models import User
from accounts.signup.steps.identity import IdentityForm
from core import text
from tests.factories import PostalCodeFactory, make_nir

LETTERS = string.ascii_letters + "éèêëàâäîïôöùûüÿçñœæÉÈÀÇŒ"
words = st.text(LETTERS, min_size=1, max_size=15)
people = st.builds(
    lambda parts, sign: sign.join(parts),
    st.lists(words, min_size=1, max_size=4),
    st.sampled_from(["-", " ", "'", "’", "-'"]),
)


class TestNames:
    @given(people)
    def test_any_name_of_letters_hyphens_and_apostrophes_is_taken(self, name):
        form = IdentityForm({"birth_name": name, "nir": make_nir()})
        assert form.is_valid(), form.errors

    @given(people)
    def test_case_accents_and_signs_make_no_other_person(self, name):
        assert text.same_name(name, name.upper())
        assert text.same_name(name, name.replace("-", " ").replace("’", "'"))

    def test_other_names_are_other_people(self):
        assert not text.same_name("Moreau", "Morel")
        assert not text.same_name("", "")
        assert text.same_name("LE GOFF", "Legoff")
        assert text.same_name("Béraud-Çelik", "BERAUD CELIK")

    @pytest.mark.parametrize("typed", ["2580379191001", "Moreau2", "---"])
    def test_no_name_at_all(self, typed):
        assert "birth_name" in IdentityForm({"birth_name": typed, "nir": make_nir()}).errors


class TestPhones:
    @given(st.sampled_from("67"), st.data())
    def test_a_french_mobile_in_any_spacing(self, prefix, data):
        rest = "".join(data.draw(st.lists(st.sampled_from(string.digits), min_size=8, max_size=8)))
        number = f"0{prefix}{rest}"
        if not phonenumbers.is_valid_number(phonenumbers.parse(number, "FR")):
            return
        e164 = f"+33{number[1:]}"
        pairs = [number[i : i + 2] for i in range(0, 10, 2)]
        for typed in (
            number,
            " ".join(pairs),
            ".".join(pairs),
            "-".join(pairs),
            e164,
            f"0033{number[1:]}",
            f"+33 {number[1:]}",
        ):
            assert phones.parse(typed, "mobile") == e164
        assert phones.shown(e164) == " ".join(pairs)

    @pytest.mark.parametrize(
        ("typed", "kind", "e164"),
        [
            ("0692 12 34 56", "mobile", "+262692123456"),
            ("0690 30 12 34", "mobile", "+590690301234"),
            ("0262 30 12 34", "landline", "+262262301234"),
            ("05 49 00 12 34", "landline", "+33549001234"),
            ("09 72 12 34 56", "landline", "+33972123456"),
            ("+32 470 12 34 56", "mobile", "+32470123456"),
            ("+44 20 7946 0958", "landline", "+442079460958"),
        ],
    )
    def test_overseas_and_abroad(self, typed, kind, e164):
        assert phones.parse(typed, kind) == e164

    @pytest.mark.parametrize(
        ("typed", "kind", "code"),
        [
            ("05 49 00 12 34", "mobile", "is_landline"),
            ("06 12 34 56 78", "landline", "is_mobile"),
            ("06 12 34 56", "mobile", "not_a_phone"),
            ("36 39", "landline", "not_a_phone"),
            ("0800 12 34 56", "landline", "is_special"),
            ("appelez la mairie", "mobile", "not_a_phone"),
            ("", "mobile", "not_a_phone"),
        ],
    )
    def test_what_is_wrong_is_said(self, typed, kind, code):
        with pytest.raises(phones.PhoneError) as raised:
            phones.parse(typed, kind)
        assert raised.value.code == code

    def test_foreign_numbers_are_shown_with_their_country(self):
        assert phones.shown("+32470123456") == "+32 470 12 34 56"
        assert phones.shown("rien") == "rien"


class TestEmails:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("a@gmial.com", "a@gmail.com"),
            ("a@gmail.fr", ""),
            ("a@gmal.com", "a@gmail.com"),
            ("a@oramge.fr", "a@orange.fr"),
            ("a@wanado.fr", "a@wanadoo.fr"),
            ("a@hotmial.fr", "a@hotmail.fr"),
            ("a@orange.fr", ""),
            ("mairie@niort.fr", ""),
            ("mairie@cc-parthenay-gatine.fr", ""),
            ("sans-arobase", ""),
        ],
    )
    def test_a_slip_is_suggested_and_a_town_hall_is_left_alone(self, typed, meant):
        assert email_hints.suggestion(typed) == meant


class TestAddresses:
    def test_the_envelope(self):
        home = User(street_number="12", repetition="Bis", street_type="Rue", street_name="de la Mairie")
        home.postal_code, home.city, home.address_extra = "79000", "Niort", "Bâtiment B"
        assert addresses.lines(home) == ["Bâtiment B", "12 bis rue de la Mairie", "79000 NIORT"]

    def test_a_hamlet_and_abroad(self):
        assert addresses.lines(User(locality="Le Petit Chêne", postal_code="79170", city="Brioux")) == [
            "Le Petit Chêne",
            "79170 BRIOUX",
        ]
        assert (
            addresses.lines(User(street_name="Grand-Place", postal_code="1000", city="Bruxelles", country="Belgique"))[
                -1
            ]
            == "BELGIQUE"
        )

    @pytest.mark.django_db
    def test_a_form_takes_any_street_with_a_commune_of_the_list(self):
        PostalCodeFactory()

        @given(st.text(LETTERS + " -'’0123456789", min_size=1, max_size=60).filter(str.strip))
        def check(street):
            data = {"street_name": street, "postal_code": " 79 000 ", "city": "79191", "country": "france"}
            form = AddressForm(data)
            assert form.is_valid(), form.errors
            assert (form.cleaned_data["city"], form.cleaned_data["commune"].pk) == ("Niort", "79191")
            assert form.cleaned_data["postal_code"] == "79000"

        check()
