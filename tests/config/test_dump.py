"""A copy of the database opens nothing: after a full run, no live key, link, code or secret is in it in clear."""

from base64 import b32decode

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from accounts.login.service import ID_TOKEN
from accounts.models import Telephone, User
from core import sealed
from tests.accounts.franceconnect.conftest import (  # noqa: F401  fixtures
    claire,
    known,
    known_claire,
    provider,
    server,
    signer,
    visitor,
    visitors,
)
from tests.accounts.signup.steps import LAST, NIR, go_to
from tests.factories import PASSWORD, PostalCodeFactory, StaffFactory

pytestmark = pytest.mark.django_db


def dump() -> str:
    """Every value of every table, as text; bytes as they are, and as text where they are text."""
    parts = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            for value in row:
                content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                parts.append(content.decode("latin-1"))
    return "\n".join(parts)


def words(message) -> list[str]:
    return [word for word in message.body.split() if word.startswith("http")]


def test_nothing_in_the_database_opens_anything(visitor, claire, provider, run_tasks, settings):  # noqa: F811
    PostalCodeFactory()
    settings.STAFF_OTP_REQUIRED = True
    secrets: dict[str, str] = {}

    # An account by number and password, its confirmation link still to be sent.
    official = Client()
    official.post(f"{go_to(official, 'mot-de-passe')}mot-de-passe/", LAST)
    secrets["session of an official"] = official.session.session_key
    secrets["number"] = NIR[:13]
    secrets["password"] = LAST["password"]

    # A reset asked for, before and after its mail has left.
    user = User.objects.get(email="jeanne@courriel.example")
    Client().post("/mot-de-passe/oublie/", {"nir": NIR, "email": user.email})
    before = dump()
    run_tasks()
    for message in mail.outbox:
        for link in words(message):
            if "/nouveau/" in link or "/confirmer/" in link:
                secrets[f"link {link[-12:]}"] = link.rstrip("/").split("/")[-1]

    # FranceConnect: a question under way, and somebody logged in.
    asking = sealed.read  # the only way to read them back
    visitor.leave()
    waiting = asking(visitor.client.session, "franceconnect_open")
    [(state, attempt)] = waiting.items()
    secrets |= {"state": state, "verifier": attempt["verifier"], "nonce": attempt["nonce"]}
    secrets["session of a visitor"] = visitor.client.session.session_key
    middle = dump()
    known(claire, provider)
    visitor.come_in("claire")
    secrets["session by FranceConnect"] = visitor.client.session.session_key
    secrets["id_token"] = asking(visitor.client.session, ID_TOKEN)

    # Staff with their second factor.
    staff = StaffFactory(is_superuser=True)
    admin = Client()
    admin.post(reverse("admin:login"), {"username": staff.username, "password": PASSWORD})
    page = admin.post(reverse("admin:second-factor-begin"), follow=True)
    device = Telephone.objects.get()
    secret = b32decode(device.key)
    done = admin.post(page.request["PATH_INFO"], {"code": f"{TOTP(secret).token():06}"})
    secrets |= {"totp base32": device.key, "totp hex": secret.hex(), "totp bytes": secret.decode("latin-1")}
    secrets |= {f"recovery code {code}": code for code in done.context["codes"]}
    secrets["session of staff"] = admin.session.session_key

    assert len(secrets) > 20
    everything = before + middle + dump()
    assert "jeanne@courriel.example" in everything, "the dump does hold what the tables hold"
    assert [name for name, secret in secrets.items() if secret in everything] == []
    # and what is stored does not open anything by itself either
    stolen = Client()
    for key in (row for row in everything.split("\n") if len(row) == 40 and row.isalnum()):
        stolen.cookies[settings.SESSION_COOKIE_NAME] = key
        assert stolen.get("/mon-compte/").status_code == 302


def test_what_was_asked_of_franceconnect_is_gone_once_answered(visitor, known_claire):  # noqa: F811
    visitor.come_in("claire")
    assert sealed.read(visitor.client.session, "franceconnect_open") is None
    visitor.client.post("/deconnexion/", follow=False)
    visitor.client.get("/franceconnect/deconnexion/")
    assert ID_TOKEN not in visitor.client.session
