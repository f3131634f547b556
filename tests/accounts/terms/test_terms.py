"""A new version of the conditions: written, published, asked at the next login, accepted with its date, exported."""

import datetime
import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import TermsConsent, TermsVersion
from accounts.profile.closing import close_account
from accounts.profile.export import as_json
from accounts.terms import conditions
from core.models import Draft
from tests.desk import press
from tests.factories import PASSWORD, OfficialFactory

pytestmark = pytest.mark.django_db
ACCEPT = "/conditions-generales/accepter/"
ADMIN = "/admin/accounts/termsversion"


@pytest.fixture
def new_version(db):
    return TermsVersion.objects.create(
        name="2026-12-01", changes="L'aide est ouverte le samedi.", text="## Un\nTout.", published_at=timezone.now()
    )


def log_in(official, target=""):
    client = Client()
    address = reverse("accounts:login") + (f"?next={target}" if target else "")
    answer = client.post(address, {"nir": official.nir[:13], "password": PASSWORD})
    assert answer.status_code == 302
    return client, answer["Location"]


class TestAsking:
    def test_who_has_accepted_the_version_in_force_is_not_asked(self, official):
        client, target = log_in(official)
        assert client.get(target).status_code == 200

    def test_a_new_version_is_asked_between_the_login_and_the_page_one_came_for(self, official, new_version):
        client, target = log_in(official, "/inscriptions/?x=1")
        asked = client.get(target)
        assert asked["Location"].startswith(ACCEPT)
        page = client.get(asked["Location"])
        assert "L&#x27;aide est ouverte le samedi." in page.text
        assert "<h2>Un</h2>" in page.text
        assert client.post(asked["Location"], {"version": "2026-12-01"}).status_code == 422
        back = client.post(asked["Location"], {"version": "2026-12-01", "terms": "on"})
        assert back["Location"] == "/inscriptions/?x=1"
        assert client.get("/inscriptions/").status_code == 200

    def test_nobody_is_interrupted_before_their_next_login(self, official_client, new_version):
        assert official_client.get("/mes-droits/").status_code == 200

    @pytest.mark.parametrize(
        "path", ["/", "/mes-droits/", "/mon-compte/", "/formations/", "/inscriptions/", "/identite/"]
    )
    def test_no_page_of_theirs_opens_before(self, official, new_version, path):
        client, _ = log_in(official)
        assert client.get(path)["Location"].startswith(ACCEPT)

    @pytest.mark.parametrize(
        "path", ["/aide/", "/contact/", "/conditions-generales/", "/donnees-personnelles/", "/mon-compte/prouver/"]
    )
    def test_help_the_texts_and_the_way_out_stay_open(self, official, new_version, path):
        client, _ = log_in(official)
        assert client.get(path).status_code == 200

    def test_the_account_can_be_closed_and_its_data_taken_out_and_later_is_not_offered(self, official, new_version):
        client, _ = log_in(official)
        page = client.get(ACCEPT).text
        assert reverse("accounts:profile-close") in page
        assert reverse("accounts:profile-download") in page
        assert "plus tard" not in page.lower()
        assert ACCEPT not in client.get(reverse("accounts:profile-close"))["Location"]
        assert ACCEPT not in client.post(reverse("accounts:profile-download")).headers.get("Location", "")
        assert client.post(reverse("accounts:logout")).status_code == 302

    def test_what_another_tab_sends_meanwhile_is_kept(self, official, new_version):
        client, _ = log_in(official)
        asked = client.post("/mon-compte/telephones/", {"mobile": "06 12 34 56 99", "landline": ""})
        assert asked["Location"].startswith(ACCEPT)
        parked = client.post(asked["Location"], {"version": "2026-12-01", "terms": "on"})["Location"]
        page = client.get(parked)
        assert "06 12 34 56 99" in page.text
        assert "Vous avez accepté les conditions" in page.text
        assert Draft.objects.filter(kind="parked").count() == 1

    def test_accepted_in_one_browser_is_accepted_in_the_other(self, official, new_version):
        one, _ = log_in(official)
        other, target = log_in(official)
        one.post(ACCEPT, {"version": "2026-12-01", "terms": "on"})
        assert other.get(target).status_code == 200

    def test_a_version_that_came_while_one_was_reading_is_shown_before_it_is_accepted(self, official, new_version):
        client, _ = log_in(official)
        TermsVersion.objects.create(
            name="2026-12-02",
            changes="Encore.",
            text="Tout.",
            published_at=timezone.now() + datetime.timedelta(seconds=1),
        )
        answer = client.post(ACCEPT, {"version": "2026-12-01", "terms": "on"})
        assert answer.status_code == 422
        assert "Encore." in answer.text

    def test_staff_are_not_asked(self, staff, new_version, as_user):
        client = as_user(staff)
        assert client.get("/admin/").status_code == 200
        assert not client.get("/mes-droits/").headers.get("Location", "").startswith(ACCEPT)

    def test_an_open_redirect_is_not_offered(self, official, new_version):
        client, _ = log_in(official)
        answer = client.post(f"{ACCEPT}?next=https://ailleurs.example/", {"version": "2026-12-01", "terms": "on"})
        assert answer["Location"] == reverse("enrolment:rights")


class TestConsent:
    def test_each_is_kept_with_its_date_exported_and_forgotten_with_the_account(self, official, new_version):
        now = timezone.now()
        conditions.accept(official, conditions.FIRST, now - datetime.timedelta(days=30))
        for _ in range(2):
            conditions.accept(official, "2026-12-01", now)
        official.refresh_from_db()
        assert (official.terms_version, official.terms_accepted_at) == ("2026-12-01", now)
        told = json.loads(as_json(official))["Accords sur les conditions"]
        assert [each["version acceptée"] for each in told] == [conditions.FIRST, "2026-12-01"]
        close_account(official, now)
        assert not TermsConsent.objects.exists()

    def test_a_new_account_accepts_the_version_in_force(self, new_version):
        from accounts.identity.nir import parse
        from accounts.signup.service import create_account
        from tests.factories import make_nir

        user = create_account(parse(make_nir()), {"email": "a@b.example"}, password=PASSWORD, now=timezone.now())
        user.refresh_from_db()
        assert user.terms_version == "2026-12-01"
        assert [each.version for each in user.terms_consents.all()] == ["2026-12-01"]


class TestVersions:
    def test_the_site_ships_with_a_first_text_without_any_row(self, client):
        page = client.get("/conditions-generales/").text
        assert conditions.FIRST in page
        assert "<h2>1. À quoi sert ce site</h2>" in page
        assert 'href="/donnees-personnelles/"' in page
        assert "##" not in page

    def test_a_former_version_can_still_be_read(self, client, new_version):
        assert "<h2>Un</h2>" in client.get("/conditions-generales/").text
        former = client.get("/conditions-generales/", {"version": conditions.FIRST}).text
        assert "1. À quoi sert ce site" in former
        assert "n'est plus en vigueur" in former.replace("&#x27;", "'")
        assert client.get("/conditions-generales/", {"version": "x'"}).status_code == 200

    def test_staff_write_look_and_publish_one_version_a_day(self, staff, official, as_user, time_machine):
        time_machine.move_to(datetime.datetime(2026, 12, 3, 9, tzinfo=datetime.UTC))
        staff_client = as_user(staff)
        form = staff_client.get(f"{ADMIN}/add/").text
        assert "À quoi sert ce site" in form
        for number in (1, 2):
            answer = staff_client.post(
                f"{ADMIN}/add/", {"changes": "Le samedi.", "text": f"## Titre {number}\n- un <b>"}
            )
            page = staff_client.get(answer["Location"]).text
            assert f"<h2>Titre {number}</h2><ul><li>un &lt;b&gt;</li></ul>" in page
            assert "devra l&#x27;accepter à sa prochaine connexion" in page
            done = press(staff_client, answer["Location"])
            assert done.status_code == (302 if number == 1 else 409)
        assert "publiez celle-ci demain" in done.text
        assert conditions.in_force().name == "2026-12-03"

    def test_what_is_published_never_changes(self, staff_client, new_version):
        staff_client.post(f"{ADMIN}/{new_version.pk}/change/", {"changes": "x", "text": "y"})
        staff_client.post(f"{ADMIN}/{new_version.pk}/delete/", {"post": "yes"})
        assert TermsVersion.objects.get().text == "## Un\nTout."
        new_version.text = "Autre"
        with pytest.raises(ValidationError):
            new_version.save()

    def test_the_list_says_how_many_accepted_each(self, staff_client, new_version):
        for number in range(2):
            conditions.accept(OfficialFactory(email=f"a{number}@b.example"), "2026-12-01", timezone.now())
        assert "2\N{NO-BREAK SPACE}comptes" in staff_client.get(f"{ADMIN}/").text
