"""Nothing says whether a number has an account."""

import datetime
import re
import statistics
import time

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import throttling
from core.models import Throttle
from tests.accounts.login.coming_in import NOBODY, log_in
from tests.accounts.signup.steps import STEPS, go_to, sign_up
from tests.factories import PASSWORD, PostalCodeFactory

pytestmark = pytest.mark.django_db


class TestEnumeration:
    """Nothing tells a number that has an account from one that has none."""

    def compare(self, ask, person):
        """Status, headers and body, the number typed taken out."""

        def told(nir):
            response = ask(Client(), nir)
            body = response.content.decode().replace(nir, "NIR")
            body = re.sub(
                r'name="csrfmiddlewaretoken" value="\w+"|[0-9a-f]{8}-[0-9a-f-]{27}|nonce="[^"]+"|value="[0-9a-f]{16}"',
                "",
                body,
            )
            headers = {
                k: v
                for k, v in response.headers.items()
                if k not in {"Content-Length", "Content-Security-Policy", "Expires", "X-Request-ID"}
            }
            headers["Location"] = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", headers.get("Location", ""))
            return response.status_code, sorted(headers.items()), body, sorted(response.cookies)

        assert told(person.nir) == told(NOBODY)

    def test_login(self, person):
        self.compare(lambda client, nir: log_in(nir, "Mauvais-mot-2passe", client), person)

    def test_reset(self, person, run_tasks):
        self.compare(
            lambda client, nir: client.post("/mot-de-passe/oublie/", {"nir": nir, "email": "x@courriel.example"}),
            person,
        )

    @pytest.mark.parametrize("step", ["identite", "contact", "adresse"])
    def test_the_first_three_steps_of_creation(self, person, step):
        PostalCodeFactory()

        def ask(client, nir):
            base = go_to(client, step, identite={"nir": nir})
            return client.post(f"{base}{step}/", {**STEPS[step], **({"nir": nir} if step == "identite" else {})})

        self.compare(ask, person)

    def test_the_reset_of_a_known_number_with_a_wrong_address_leaves_the_same_traces(self, person, run_tasks):
        """A task each, no mail, no counter of the account: nothing to tell them apart in a mailbox either."""
        for nir in (person.nir, NOBODY):
            Client().post("/mot-de-passe/oublie/", {"nir": nir, "email": "x@courriel.example"})
        assert run_tasks() == ["SUCCESSFUL", "SUCCESSFUL"]
        assert mail.outbox == []
        assert not Throttle.objects.filter(purpose="reset-account").exists()

    def test_the_end_of_creation_says_the_same_for_every_kind_of_account(self, person):
        """What remains: that the number has an account. Not whose, how proved, frozen or not, nor under which name."""
        PostalCodeFactory()
        pages = set()
        for fields in (
            {"birth_name": "Moreau"},
            {"birth_name": "Autre"},
            {"certified_by": "document"},
            {"certified_by": "franceconnect"},
            {"email_confirmed_at": timezone.now()},
            {"date_joined": timezone.now() - datetime.timedelta(days=60), "email_confirmed_at": None},
        ):
            User.objects.filter(pk=person.pk).update(**fields)
            response = sign_up(Client(), identite={"nir": person.nir})
            body = response.content.decode()
            body = body[body.index('<h1 tabindex="-1">') :]
            pages.add(
                (response.status_code, re.sub(r'[0-9a-f]{8}-[0-9a-f-]{27}|value="[^"]+"|nonce="[^"]+"', "", body))
            )
        assert len(pages) == 1
        assert pages.pop()[0] == 409

    @pytest.mark.parametrize("where", ["login", "reset", "creation"])
    def test_the_clock_tells_nothing(self, person, where, monkeypatch, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # the real work
        person.set_password(PASSWORD)
        person.save()
        monkeypatch.setattr(throttling, "take", lambda *args: throttling.NONE)

        def duration(nir):
            start = time.perf_counter()
            if where == "login":
                log_in(nir, "Mauvais-mot-2passe")
            elif where == "reset":
                Client().post("/mot-de-passe/oublie/", {"nir": nir, "email": person.email})
            else:
                go_to(Client(), "contact", identite={"nir": nir})
            return time.perf_counter() - start

        duration(person.nir), duration(NOBODY)
        rounds = [(duration(person.nir), duration(NOBODY)) for _ in range(11)]
        known, unknown = (statistics.median(times) for times in zip(*rounds, strict=True))
        # A third is what a busy machine does to itself; a password not checked at all would save nearly all the time.
        assert abs(known - unknown) < 0.015 + max(known, unknown) / 3, (known, unknown)
