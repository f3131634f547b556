"""What people really type and paste, field by field: taken, and found again when typed clean; or told what to do."""

# ruff: noqa: RUF001  look-alike characters are what is tested
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.contact import addresses, phones
from accounts.contact.forms import AddressForm, EmailChangeForm, EmailField
from accounts.identity import names, nir
from accounts.models import Commune, FormerCommune, User
from accounts.places.communes import read_postal_code
from accounts.signup.steps.identity import IdentityForm
from core.forms.dates import FrenchDateField
from tests.accounts.signup.steps import ADDRESS, CONTACT, NIR, PASSWORD, sign_up
from tests.factories import CommuneFactory, PostalCodeFactory, make_nir

CORSICAN = make_nir(place="2A004", order=12)


def spaced(number: str, sign: str) -> str:
    return sign.join([number[:1], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:]])


@pytest.mark.parametrize(
    "typed",
    [
        "\u202d" + NIR + "\u202c",
        "\ufeff" + NIR,
        spaced(NIR, "\u2212"),
        spaced(NIR, "\u00ad"),
        spaced(NIR, " – "),
        spaced(NIR, "\u2009"),
        spaced(NIR, "·"),
        spaced(NIR, ","),
        spaced(NIR, "\u200b"),
        spaced(NIR, "\t"),
        "".join(chr(0xFF10 + int(figure)) for figure in NIR),
        "".join(chr(0x0660 + int(figure)) for figure in NIR),
    ],
)
def test_a_number_is_read_however_it_was_pasted(typed):
    assert nir.parse(typed).digits13 == NIR[:13]


@pytest.mark.parametrize("typed", [CORSICAN.lower(), spaced(CORSICAN, "‑"), CORSICAN.replace("2A", "2Ａ")])
def test_a_corsican_number_too(typed):
    assert nir.parse(typed).digits13 == CORSICAN[:13]


@pytest.mark.parametrize(
    "typed",
    [
        "06 12 34 56 78\u200b",
        "\u202a+33 6 12 34 56 78\u202c",
        "06‑12‑34‑56‑78",
        "06–12–34–56–78",
        "０６１２３４５６７８",
        "06.12.34.56.78.",
        "0033612345678",
        "+33 (0)6 12 34 56 78",
        "06/12/34/56/78",
        "06\u202f12\u202f34\u202f56\u202f78",
        "٠٦١٢٣٤٥٦٧٨",
    ],
)
def test_a_telephone_is_read_however_it_was_pasted(typed):
    assert phones.parse(typed, "mobile") == "+33612345678"


@pytest.mark.parametrize(
    "typed",
    [
        "jeanne\u200b@courriel.example",
        "\ufeffjeanne@courriel.example",
        "jeanne@courriel.example\u2028",
        "jeanne @ courriel.example",
        "<jeanne@courriel.example>",
        "Jeanne Moreau <jeanne@courriel.example>",
        "mailto:jeanne@courriel.example",
        "jeanne@courriel.example.",
        "jeanne＠courriel.example",
        "jeanne@courriel．example",
        "jeanne@cour\u00adriel.example",
        "jeanne@courriel.example ;",
    ],
)
def test_an_address_is_read_however_it_was_pasted(typed):
    assert EmailField().clean(typed) == "jeanne@courriel.example"


@pytest.mark.parametrize(
    "typed", ["jean@localhost", "jean@", "@exemple.fr", "jean", "jean@exemple", "a b", "<>", "\u200b"]
)
def test_what_is_no_address_gets_a_sentence(typed):
    form = EmailChangeForm({"email": typed})
    assert form.errors["email"][0].startswith("Saisissez ")


@pytest.mark.parametrize(
    "typed",
    [
        ("1er", "3", "1958"),
        ("1 er", "mars", "1958"),
        ("1\u200b", "3", "1958"),
        ("１", "３", "１９５８"),
        ("01.", "03", "1958"),
        ("1", "MARS", " 1958\ufeff"),
        ("1ER", "Mars\u00a0", "1958"),
        ("١", "٣", "١٩٥٨"),
        ("1", "mars.", "1958"),
        ("\u202d1\u202c", "3", "1958"),
    ],
)
def test_a_date_is_read_however_it_was_typed(typed):
    assert FrenchDateField().clean(list(typed)).isoformat() == "1958-03-01"


@pytest.mark.parametrize(
    "typed",
    [
        "79 000",
        "79\u202f000",
        "79000\u200b",
        "F-79000",
        "FR 79000",
        "79.000",
        "７９０００",
        "79000 Niort",
        "f79000",
        " 79000",
    ],
)
def test_a_postal_code_is_read_however_it_was_typed(typed):
    assert read_postal_code(typed) == "79000"


@pytest.mark.parametrize("typed", ["", "7900", "790000", "BP 12", "\0", "79-00", "abcde", "1-79000", "%", "7900O"])
def test_what_is_no_postal_code_asks_nothing_of_the_database(typed, django_assert_num_queries, db):
    from accounts.places.communes import communes_for

    with django_assert_num_queries(0):
        assert communes_for(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        "O’Brien",
        "Łukasiewicz",
        "Le Goff",
        "D'Aubigné-Préçy",
        "Nguyễn",
        "St. Martin",
        "Đặng",
        "Þór",
        "Ø",
        "محمد",
    ],
)
def test_a_name_in_any_letters_is_a_name(typed):
    assert names.read(typed) == typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Dupont (née Martin)", "seul"),
        ("Dupont née Martin", "seul"),
        ("Martin épouse Dupont", "seul"),
        ("Dupont/Martin", "seul"),
        ("Vve Martin", "seul"),
        ("Dupont [Martin]", "seul"),
        ("'", "en lettres"),
        ("’", "en lettres"),
        ("-", "en lettres"),
        ("Martin2", "en lettres"),
        ("🙂", "en lettres"),
        ("Martin;", "en lettres"),
    ],
)
def test_what_is_no_name_gets_a_sentence(typed, said):
    form = IdentityForm({"birth_name": typed, "nir": NIR})
    assert said in form.errors["birth_name"][0]
    assert form.errors["birth_name"][0].startswith("Saisissez votre nom de naissance")


def test_a_name_of_one_word_that_looks_like_a_mention_is_a_name():
    assert names.read("Née") == "Née"


TEXTS = st.text(st.characters(codec=None), max_size=30)


@given(TEXTS, TEXTS)
def test_no_text_makes_the_identity_form_fail_and_what_it_takes_is_found_again(name, number):
    form = IdentityForm({"birth_name": name, "nir": number, "diploma": ""})
    if form.is_valid() or "birth_name" in form.cleaned_data:
        taken = form.cleaned_data["birth_name"]
        again = IdentityForm({"birth_name": taken, "nir": NIR})
        assert again.is_valid(), again.errors
        assert again.cleaned_data["birth_name"] == taken
    assert set(form.errors) <= {"birth_name", "nir"}


@pytest.mark.django_db
@given(st.dictionaries(st.sampled_from([*AddressForm.base_fields]), TEXTS))
def test_no_text_makes_the_address_form_fail(values):
    form = AddressForm(values)
    assert form.is_valid() or form.errors


@pytest.mark.django_db
class TestRoundTrips:
    @pytest.fixture(autouse=True)
    def niort(self):
        PostalCodeFactory()

    def test_a_dirty_mail_address_makes_an_account_whose_reset_mail_leaves(self, run_tasks, mailoutbox):
        sign_up(Client(), contact={**CONTACT, "email": "\u200bJeanne <jeanne@courriel.example>\ufeff"})
        run_tasks()
        mailoutbox.clear()
        Client().post("/mot-de-passe/oublie/", {"nir": NIR[:13], "email": "jeanne@courriel.example"})
        run_tasks()
        assert [mail.to for mail in mailoutbox] == [["jeanne@courriel.example"]]

    @pytest.mark.parametrize(
        ("created", "used"), [("\u202d{0}\u202c", "{0}"), ("{0}", "\ufeff{0}\u200b"), ("{0}", "\u202d{0}\u2212\u202c")]
    )
    def test_a_number_typed_dirty_opens_the_account_when_typed_clean_and_the_reverse(self, created, used):
        sign_up(Client(), identite={"birth_name": "Moreau", "nir": created.format(NIR), "diploma": ""})
        response = Client().post("/connexion/", {"nir": used.format(NIR[:13]), "password": PASSWORD})
        assert response["Location"] == "/mes-droits/"

    def test_an_accented_password_typed_on_another_system(self):
        composed, apart = "Forêt-Cachée79", "Fore\u0302t-Cache\u0301e79"
        last = {"password": apart, "password_again": composed, "terms": "on"}
        sign_up(Client(), **{"mot-de-passe": last})
        for typed in (composed, apart):
            assert Client().post("/connexion/", {"nir": NIR, "password": typed}).status_code == 302

    def test_what_was_typed_with_nul_is_not_lost(self):
        sign_up(Client(), adresse={**ADDRESS, "street_name": "de la\0 Mairie"})
        assert User.objects.get().street_name == "de la Mairie"


@pytest.mark.django_db
class TestTheTown:
    """A list and a line to type in are two fields: neither takes the other's value."""

    @pytest.fixture(autouse=True)
    def communes(self):
        celles = CommuneFactory(code="79061", name="Celles-sur-Belle", name_key="celles sur belle")
        PostalCodeFactory(code="79370", commune=celles)
        FormerCommune.objects.create(name="Montigné", name_key="montigne", commune=celles)
        FormerCommune.objects.create(name="Verrines-sous-Celles", name_key="verrines sous celles", commune=celles)
        PostalCodeFactory()

    def cleaned(self, **changes):
        form = AddressForm({**ADDRESS, **changes})
        assert form.is_valid(), form.errors
        return form.cleaned_data

    def test_another_country_chosen_after_the_list_asks_for_the_town(self):
        form = AddressForm({**ADDRESS, "country": "Belgique", "postal_code": "1000"})
        assert form.errors["city_name"] == ["Saisissez votre ville"]
        assert form["city_name"].value() in ("", None)

    def test_a_cedex_code_after_the_list_asks_for_the_town(self):
        form = AddressForm({**ADDRESS, "postal_code": "79028"})
        assert "Aucune commune n'a ce code postal" in form.errors["city_name"][0]

    def test_each_keeps_its_own_value_for_who_comes_back(self):
        both = {"city_name": "Bruxelles"}
        assert self.cleaned(**both)["city"] == "Niort"
        abroad = self.cleaned(**both, country="Belgique", postal_code="1000")
        assert (abroad["city"], abroad["commune"]) == ("Bruxelles", None)

    @pytest.mark.parametrize("typed", ["Niort Cedex 9", "NIORT CEDEX", "niort"])
    def test_a_cedex_leads_to_its_commune(self, typed):
        cleaned = self.cleaned(postal_code="79028", city="", city_name=typed)
        assert (cleaned["city"], cleaned["commune"].name) == (typed, "Niort")

    @pytest.mark.parametrize(
        "typed",
        [
            "FR",
            "France",
            "la France",
            "FRANCE métropolitaine",
            "Guadeloupe",
            "La Réunion",
            "france (Guadeloupe)",
            "Corse",
            "Saint-Martin",
            "Nouvelle Calédonie",
            "St Pierre et Miquelon",
            "Mayotte",
            "fra",
        ],
    )
    def test_a_land_of_france_is_france(self, typed):
        assert addresses.is_france(typed)
        assert self.cleaned(country=typed)["country"] == "France"

    @pytest.mark.parametrize("typed", ["Belgique", "Île Maurice", "Monaco", "Francfort", "Guinée"])
    def test_another_land_is_not(self, typed):
        assert not addresses.is_france(typed)

    @pytest.mark.parametrize(
        ("chosen", "locality"),
        [
            ("79061", ""),
            ("79061 Montigné", "Montigné"),
            ("Montigné", "Montigné"),
            ("VERRINES SOUS CELLES", "Verrines-sous-Celles"),
            ("Celles sur Belle", ""),
            ("", ""),
        ],
    )
    def test_a_former_commune_leads_to_its_commune_with_both_names(self, chosen, locality):
        cleaned = self.cleaned(postal_code="79370", city=chosen)
        assert (cleaned["commune"].pk, cleaned["city"], cleaned["locality"]) == ("79061", "Celles-sur-Belle", locality)

    def test_both_names_are_offered(self):
        html = str(AddressForm(initial={"postal_code": "79370"}).town)
        assert "Montigné (Celles-sur-Belle)" in html
        assert Commune.objects.get(pk="79061").name in html
