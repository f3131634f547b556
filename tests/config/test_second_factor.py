"""Staff give a second factor; without one yet, they are led to set it up. Codes are shown once."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from accounts.models import RecoveryCode, RecoveryCodes, Telephone
from core import encryption
from tests.factories import PASSWORD, StaffFactory

pytestmark = pytest.mark.django_db
INDEX = "/admin/"


@pytest.fixture(autouse=True)
def _otp_required(settings):
    settings.STAFF_OTP_REQUIRED = True


@pytest.fixture
def admin(staff):
    """An admin where the staff member has given their password, and no more."""
    client = Client()
    response = client.post(reverse("admin:login"), {"username": staff.username, "password": PASSWORD, "next": INDEX})
    assert response.status_code == 302
    return client


def code_of(device):
    return f"{TOTP(encryption.decrypt(device.secret)).token():06}"


def make_device(staff):
    device = Telephone(user=staff, name="Téléphone", confirmed=True)
    device.make_secret()
    device.save()
    recovery = RecoveryCodes.objects.create(user=staff, name="Codes de secours")
    RecoveryCode.objects.create(device=recovery, digest=RecoveryCode.digest_of("abcd2345"))
    return device


def arrive(client, path=INDEX):
    return client.get(path, follow=True)


class TestWithoutADevice:
    def test_the_password_leads_to_setting_one_up(self, admin):
        response = arrive(admin)
        assert response.request["PATH_INFO"] == reverse("admin:second-factor-set-up")
        assert "Protéger votre accès" in response.text

    def test_the_whole_setting_up(self, admin, staff):
        page = admin.post(reverse("admin:second-factor-begin"), {"next": "/admin/catalogue/"}, follow=True)
        device = Telephone.objects.get(user=staff)
        assert not device.confirmed
        assert "data:image/svg+xml" in page.text

        done = admin.post(page.request["PATH_INFO"], {"code": code_of(device), "next": "/admin/catalogue/"})
        codes = re.findall(r"<li><code>(\w+)</code>", done.text)
        assert len(codes) == 10
        assert RecoveryCode.objects.filter(device__user=staff).count() == 10
        assert not RecoveryCode.objects.filter(digest__in=codes).exists(), "digests only"
        assert 'href="/admin/catalogue/"' in done.text
        assert "no-store" in done["Cache-Control"]
        assert admin.get(INDEX).status_code == 200

    def test_neither_the_key_nor_the_codes_are_shown_again(self, admin, staff):
        page = admin.post(reverse("admin:second-factor-begin"), follow=True)
        device = Telephone.objects.get(user=staff)
        admin.post(page.request["PATH_INFO"], {"code": code_of(device)})

        again = admin.get(page.request["PATH_INFO"], follow=True)
        assert "data:image/svg+xml" not in again.text
        assert not re.search(r"<li><code>", again.text)

    def test_a_wrong_code_confirms_nothing(self, admin, staff):
        page = admin.post(reverse("admin:second-factor-begin"), follow=True)
        response = admin.post(page.request["PATH_INFO"], {"code": "000000"})
        assert response.status_code == 422
        assert "Ce code n&#x27;est pas le bon" in response.text
        assert not Telephone.objects.get(user=staff).confirmed

    def test_the_next_page_stays_on_this_site(self, admin):
        response = admin.get(reverse("admin:second-factor-set-up"), {"next": "https://ailleurs.example/"})
        assert response.status_code == 200
        assert "ailleurs" not in response.text


class TestWithADevice:
    def test_the_code_of_the_telephone_opens(self, admin, staff):
        device = make_device(staff)
        page = arrive(admin, "/admin/password_change/")
        assert page.request["PATH_INFO"] == reverse("admin:second-factor-check")

        response = admin.post(
            reverse("admin:second-factor-check"), {"code": code_of(device), "next": "/admin/password_change/"}
        )
        assert response["Location"] == "/admin/password_change/"
        assert admin.get(INDEX).status_code == 200

    def test_a_recovery_code_opens_once(self, admin, staff, as_user):
        make_device(staff)
        check = reverse("admin:second-factor-check")
        assert admin.post(check, {"code": " ABCD 2345 "}).status_code == 302
        assert admin.get(INDEX).status_code == 200

        assert as_user(staff).post(check, {"code": "abcd2345"}).status_code == 422

    def test_the_session_key_changes(self, admin, staff):
        device = make_device(staff)
        before = admin.session.session_key
        admin.post(reverse("admin:second-factor-check"), {"code": code_of(device)})
        assert admin.session.session_key != before

    def test_no_second_device_can_be_set_up_with_the_password_alone(self, admin, staff):
        make_device(staff)
        response = admin.post(reverse("admin:second-factor-begin"))
        assert response["Location"].startswith(reverse("admin:second-factor-check"))
        assert Telephone.objects.filter(user=staff).count() == 1

    def test_a_code_serves_once_and_the_secret_is_encrypted(self, admin, staff, as_user):
        device = make_device(staff)
        code, check = code_of(device), reverse("admin:second-factor-check")
        assert admin.post(check, {"code": code}).status_code == 302
        assert as_user(staff).post(check, {"code": code}).status_code == 422
        assert encryption.decrypt(device.secret) not in bytes(device.secret)

    def test_guesses_have_to_wait(self, admin, staff):
        device = make_device(staff)
        check = reverse("admin:second-factor-check")
        for _ in range(4):
            admin.post(check, {"code": "000000"})
        assert admin.post(check, {"code": code_of(device)}).status_code == 422

    def test_somebody_elses_code_does_not_open(self, admin):
        device = make_device(StaffFactory())
        make_device_of_own = reverse("admin:second-factor-check")
        assert admin.post(make_device_of_own, {"code": code_of(device)}).status_code in {302, 422}
        assert admin.get(INDEX).status_code == 302


@pytest.mark.parametrize("name", ["second-factor-check", "second-factor-set-up", "second-factor-begin"])
def test_the_second_factor_comes_after_the_password(name, official_client):
    for visitor in (Client(), official_client):
        for method in (visitor.get, visitor.post):
            assert method(reverse(f"admin:{name}"))["Location"].startswith(reverse("admin:login"))


def test_without_the_setting_the_password_opens(settings, staff):
    settings.STAFF_OTP_REQUIRED = False
    client = Client()
    client.post(reverse("admin:login"), {"username": staff.username, "password": PASSWORD})
    assert client.get(INDEX).status_code == 200


def test_guessing_a_staff_password_has_to_wait(staff, time_machine):
    time_machine.move_to("2026-03-02T09:00:00Z")
    client = Client()
    login = reverse("admin:login")
    for _ in range(5):
        client.post(login, {"username": staff.username, "password": "faux"})
    throttled = client.post(login, {"username": staff.username.upper(), "password": PASSWORD})
    assert "Trop d&#x27;essais" in throttled.text

    time_machine.shift(timedelta(hours=2))
    assert timezone.now().hour == 11
    assert client.post(login, {"username": staff.username, "password": PASSWORD}).status_code == 302
