"""The headers that protect visitors, on pages, errors and files."""

import pytest
from django.conf import settings
from django.test import Client

from tests.config.production import start

PAGES = ["/", "/aide/", "/connexion/", "/admin/login/", "/nulle-part/"]


@pytest.fixture(params=PAGES)
def response(request, db):
    return Client(raise_request_exception=False).get(request.param)


def directives(response):
    policy = response["Content-Security-Policy"]
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


def test_only_the_site_itself_may_run_code_or_style(response):
    policy = directives(response)
    assert policy["default-src"] == ["'self'"]
    assert set(policy) & {"script-src", "style-src", "script-src-elem", "script-src-attr", "style-src-attr"} == set()
    assert "unsafe" not in response["Content-Security-Policy"]


def test_nobody_may_frame_the_site_or_move_its_base(response):
    policy = directives(response)
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == ["'none'"]
    assert response["X-Frame-Options"] == "DENY"


def test_forms_go_nowhere_else(response):
    assert directives(response)["form-action"] == ["'self'"]


def test_types_are_not_guessed_and_addresses_not_told(response):
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/mes-droits/", "/inscriptions/", "/formations/", "/mon-compte/adresse/"])
def test_pages_of_a_person_stay_in_no_cache(official_client, path):
    """On a shared computer the Back button shows nothing of who has left."""
    response = official_client.get(path)
    assert "no-store" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]


def test_pages_for_everybody_may_be_kept(client, db):
    page = client.get("/aide/")
    assert page.status_code == 200
    assert "Cache-Control" not in page


@pytest.mark.django_db
def test_cookies_are_for_the_site_alone(official_client):
    cookie = official_client.cookies[settings.SESSION_COOKIE_NAME]
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert cookie.value


OVER_HTTPS = """
import django; django.setup()
from django.conf import settings
from django.test import Client
here = {"host": "formations.example"}
plain = Client().get("/aide/", headers=here)
print(plain.status_code, plain["Location"])
behind_the_proxy = Client().get("/aide/", headers=here | {"x-forwarded-proto": "https"})
print(behind_the_proxy.status_code, behind_the_proxy["Strict-Transport-Security"])
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
from accounts.login import browsers, devices
from core import messages
from core.journeys import browser
secure = Client()
secure.get("/connexion/", headers=here | {"x-forwarded-proto": "https"})
csrf = secure.cookies["__Host-csrftoken"]
print(bool(csrf["secure"]), bool(csrf["httponly"]), csrf["path"], csrf["domain"] == "")
ours = [settings.SESSION_COOKIE_NAME, browsers.ACTIVITY_COOKIE, devices.COOKIE, browser.COOKIE]
print(all(name.startswith("__Host-") for name in [*ours, messages.HostCookieStorage.cookie_name]))
print(Client().get("/sante/", headers=here).status_code)
print(Client().get("/aide/", headers={"host": "ailleurs.example"}).status_code)
print(Client().get("/demo/courriels/", headers=here | {"x-forwarded-proto": "https"}).status_code)
"""


def test_a_production_insists_on_https_and_on_its_own_name(static_root):
    result = start("-c", OVER_HTTPS, STATIC_ROOT=static_root, DJANGO_SETTINGS_MODULE="config.settings")
    assert result.stdout.splitlines() == [
        "301 https://formations.example/aide/",
        "200 max-age=31536000; includeSubDomains",
        "True True",
        "True True / True",  # secure, not read by scripts, the whole of this host and no other
        "True",
        "200",  # the load balancer asks without https
        "400",
        "404",  # the demo's mailbox
    ], result.stderr
