"""Local login: any spacing, one message, growing delays, nothing said of whether an account exists."""

import datetime
import re
import statistics
import time

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from core import throttling
from core.models import Draft, Throttle
from tests.accounts.signup.steps import STEPS, go_to, sign_up
from tests.factories import PASSWORD, PostalCodeFactory, UserFactory, make_nir

pytestmark = pytest.mark.django_db
LOGIN = "/connexion/"
NOBODY = make_nir(order=888)
NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


@pytest.fixture
def person():
    return UserFactory()


def log_in(nir: str, password: str = PASSWORD, client: Client | None = None, **more):
    return (client or Client()).post(LOGIN, {"nir": nir, "password": password, **more})


@pytest.mark.parametrize(
    "typed",
    [
        "{0}",
        "{0[0]} {0[1]}{0[2]} {0[3]}{0[4]} {0[5]}{0[6]} {0[7]}{0[8]}{0[9]} {0[10]}{0[11]}{0[12]}",
        " {0} ",
        "{0}{1}",
        "{0} {1}",
    ],
)
def test_the_number_in_any_spacing_with_or_without_its_key(person, typed):
    assert log_in(typed.format(person.nir[:13], person.nir[13:]))["Location"] == "/mes-droits/"


def test_a_wrong_key_is_told_before_anything_else(person):
    wrong = f"{(int(person.nir[13:]) % 97) + 1:02}"
    form = log_in(person.nir[:13] + wrong).context["form"]
    assert list(form.errors) == ["nir"]


def test_login_leads_where_one_was_going_and_never_out_of_the_site(person):
    assert log_in(person.nir, next="/formations/x/")["Location"] == "/formations/x/"
    assert log_in(person.nir, next="//ailleurs.example/")["Location"] == "/mes-droits/"


@pytest.mark.parametrize("target", ["enfin", "accounts:profile", "../x", "javascript:alert(1)"])
def test_what_is_no_address_leads_nowhere(official_client, target):
    for page in ("/connexion/", "/compte/creer/"):
        assert official_client.get(page, {"next": target})["Location"] == "/mes-droits/"


def test_the_session_key_changes_and_says_how_and_when(person, client):
    with time_machine.travel(NOON, tick=False):
        log_in(person.nir, client=client)
    assert client.session["method"] == "password"
    assert client.session["authenticated_at"] == NOON.timestamp()


@pytest.mark.parametrize("known", [True, False])
def test_one_message_for_every_failure(person, known):
    nir = person.nir if known else NOBODY
    response = log_in(nir, "Mauvais-mot-2passe")
    assert response.status_code == 422
    assert "ne vont pas ensemble" in response.content.decode()


def test_a_closed_account_gets_the_same_message(person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert "ne vont pas ensemble" in log_in(person.nir).content.decode()


class TestBrakes:
    @pytest.mark.parametrize("known", [True, False])
    def test_five_failures_make_one_wait_more_than_a_minute_and_say_so(self, person, known):
        nir = person.nir if known else NOBODY
        with time_machine.travel(NOON, tick=False) as clock:
            for _ in range(5):
                assert log_in(nir, "Mauvais-mot-2passe").status_code == 422
            response = log_in(nir)
            assert response.status_code == 429
            assert "2 minutes" in response.content.decode()
            clock.shift(61)
            assert log_in(nir).status_code == 429
            clock.shift(30)
            assert log_in(nir).status_code == (302 if known else 422)

    def test_the_delays_grow(self, person):
        now, waits = NOON, []
        for _ in range(11):
            assert not throttling.take("login-account", person.nir_digest, now)
            waits.append(throttling.waiting_time("login-account", person.nir_digest, now))
            now += waits[-1]
        seconds = [int(wait.total_seconds()) for wait in waits]
        assert seconds == [0, 0, 0, 0, 90, 180, 360, 720, 1440, 2880, 3600]

    def test_at_most_twenty_five_tries_a_day_and_never_locked_out_for_ever(self, person):
        tries = 0
        with time_machine.travel(NOON.replace(hour=0), tick=False) as clock:
            for _ in range(60 * 22):
                if log_in_try(person):
                    tries += 1
                clock.shift(60)
        assert tries <= 25
        with time_machine.travel(NOON + datetime.timedelta(days=1), tick=False):
            assert log_in(person.nir).status_code == 302

    def test_success_forgets_the_failures(self, person):
        for _ in range(4):
            log_in(person.nir, "Mauvais-mot-2passe")
        assert log_in(person.nir).status_code == 302
        for _ in range(4):
            assert log_in(person.nir, "Mauvais-mot-2passe").status_code == 422

    def test_one_network_trying_many_numbers_is_stopped(self):
        free = throttling.LIMITS["login-network"].free
        for _ in range(1, free):
            throttling.record_failure("login-network", "127.0.0.1", timezone.now())
        statuses = [log_in(make_nir(order=n), "Mauvais-mot-2passe").status_code for n in range(1, 4)]
        assert statuses == [422, 429, 429]

    def test_the_owner_s_browser_is_never_kept_out_by_strangers(self, person):
        """Somebody who knows the number fills the account's counter from elsewhere, all day."""
        mine = Client()
        with time_machine.travel(NOON, tick=False) as clock:
            assert log_in(person.nir, client=mine).status_code == 302
            mine.post("/deconnexion/")
            for _ in range(40):
                throttling.record_failure("login-account", person.nir_digest, timezone.now())
            assert log_in(person.nir).status_code == 429
            assert log_in(person.nir, client=mine).status_code == 302
            clock.shift(datetime.timedelta(hours=20))

    def test_the_browser_s_own_counter_grows_and_never_waits_for_the_next_day(self, person):
        mine, longest = Client(), datetime.timedelta(hours=1)
        with time_machine.travel(NOON.replace(hour=3), tick=False) as clock:
            log_in(person.nir, client=mine)
            mine.post("/deconnexion/")
            for _ in range(30):
                assert log_in(person.nir, "Mauvais-mot-2passe", client=mine).status_code in {422, 429}
                clock.shift(datetime.timedelta(minutes=20))
            clock.shift(longest)
            assert log_in(person.nir, client=mine).status_code == 302

    def test_a_mark_of_somebody_else_s_browser_counts_nothing_apart(self, person):
        stranger, other = Client(), UserFactory()
        log_in(other.nir, client=stranger)
        stranger.post("/deconnexion/")
        statuses = [log_in(person.nir, "Mauvais-mot-2passe", client=stranger).status_code for _ in range(6)]
        assert statuses == [422] * 5 + [429]
        assert log_in(person.nir).status_code == 429, "counted on the account"

    def test_while_the_network_waits_nothing_is_counted_against_the_account(self, person):
        for _ in range(throttling.LIMITS["login-network"].free):
            throttling.record_failure("login-network", "127.0.0.1", timezone.now())
        for _ in range(10):
            assert log_in(person.nir, "Mauvais-mot-2passe").status_code == 429
        assert not throttling.waiting_time("login-account", person.nir_digest, timezone.now())

    @pytest.mark.parametrize(("purpose", "an_hour"), [("signup-network", 60), ("draft-network", 200)])
    def test_a_workshop_passes_and_a_machine_is_stopped(self, purpose, an_hour):
        now, passed = NOON, 0
        for _ in range(an_hour):
            passed += not throttling.take(purpose, "workshop", now)
            now += datetime.timedelta(hours=1) / an_hour
        assert passed == an_hour
        passed = sum(not throttling.take(purpose, "machine", NOON) for _ in range(1000))
        assert passed < 2.5 * an_hour

    def test_the_database_holds_no_number(self, person):
        log_in(person.nir, "Mauvais-mot-2passe")
        assert {len(row.key_digest) for row in Throttle.objects.all()} == {64}
        assert not Throttle.objects.filter(key_digest=person.nir_digest).exists()


def log_in_try(person) -> bool:
    """One try straight at the brake: a day of tries without a day of password hashing."""
    return not throttling.take("login-account", person.nir_digest, timezone.now())


def test_networks_are_addresses_and_the_64_of_ipv6(rf, settings):
    def seen(address, forwarded=""):
        return throttling.network(rf.get("/", REMOTE_ADDR=address, headers={"X-Forwarded-For": forwarded}))

    settings.TRUSTED_PROXIES = 0
    assert seen("192.0.2.7") == "192.0.2.7"
    assert seen("2001:db8:1:2:aaaa::1") == seen("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert seen("10.0.0.1", "198.51.100.9") == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert seen("10.0.0.1", "203.0.113.5, 198.51.100.9") == "198.51.100.9"


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


class TestForgottenPassword:
    def ask(self, person, run_tasks, **changes):
        data = {"nir": person.nir[:13], "email": person.email, **changes}
        response = Client().post("/mot-de-passe/oublie/", data)
        assert response["Location"] == reverse("accounts:password-forgotten-sent")
        run_tasks()
        return mail.outbox

    def link(self, outbox) -> str:
        return next(word for word in outbox[0].body.split() if "/mot-de-passe/nouveau/" in word).removeprefix(
            "http://testserver"
        )

    def test_number_and_address_together_bring_a_link_that_works_once(self, person, run_tasks, client):
        link = self.link(self.ask(person, run_tasks))
        assert client.get(link).status_code == 200
        new = {"password": "Coteau-Fleuri79", "password_again": "Coteau-Fleuri79"}
        assert client.post(link, new)["Location"] == "/mes-droits/"
        assert "Votre nouveau mot de passe est enregistré" in client.get("/mes-droits/").content.decode()
        assert Client().get(link).status_code == 410
        assert log_in(person.nir, "Coteau-Fleuri79").status_code == 302
        run_tasks()
        assert "Votre mot de passe a changé" in mail.outbox[-1].subject

    @pytest.mark.parametrize("changes", [{"email": "autre@courriel.example"}, {"nir": NOBODY}])
    def test_the_same_answer_and_no_mail_otherwise(self, person, run_tasks, changes):
        assert self.ask(person, run_tasks, **changes) == []

    def test_the_case_of_the_address_does_not_matter(self, person, run_tasks):
        assert len(self.ask(person, run_tasks, email=person.email.upper())) == 1

    def test_the_link_expires(self, person, run_tasks, client):
        link = self.link(self.ask(person, run_tasks))
        now = datetime.datetime.now(datetime.UTC)
        with time_machine.travel(now + datetime.timedelta(minutes=115)):
            assert client.get(link).status_code == 200
        with time_machine.travel(now + datetime.timedelta(minutes=121)):
            assert client.get(link).status_code == 410

    @pytest.mark.parametrize("path", ["/mot-de-passe/nouveau/x/y-z/", "/mot-de-passe/nouveau/%C3%A9/a-b/"])
    def test_a_broken_link_is_no_crash(self, client, path, person):
        assert client.get(path).status_code == 410

    def test_a_link_that_still_opens_is_not_logged(self, person, run_tasks, client, caplog):
        link = self.link(self.ask(person, run_tasks))
        assert client.post(link, {"password": "court", "password_again": "court"}).status_code == 422
        assert link.split("/")[-2] not in caplog.text

    def test_a_task_run_twice_sends_one_mail(self, person, run_tasks):
        self.ask(person, run_tasks)
        task = DBTaskResult.objects.get(task_path="accounts.login.reset.send_link")
        DBTaskResult.objects.filter(pk=task.pk).update(status="READY")
        run_tasks()
        assert len(mail.outbox) == 1

    def test_other_sessions_end(self, person, run_tasks, client):
        elsewhere = Client()
        log_in(person.nir, client=elsewhere)
        link = self.link(self.ask(person, run_tasks))
        client.post(link, {"password": "Coteau-Fleuri79", "password_again": "Coteau-Fleuri79"})
        assert elsewhere.get("/mon-compte/").status_code == 302
        assert client.get("/mon-compte/").status_code == 200

    def test_who_knows_the_number_alone_keeps_nobody_from_their_link(self, person, run_tasks):
        for _ in range(15):
            Client().post("/mot-de-passe/oublie/", {"nir": person.nir, "email": "x@y.example"})
        assert len(self.ask(person, run_tasks)) == 1

    def test_links_for_the_right_address_are_slowed_down_and_the_page_never_says_so(self, person, run_tasks):
        for _ in range(5):
            outbox = self.ask(person, run_tasks)
        assert len(outbox) == 3

    def test_the_newest_link_only_works(self, person, run_tasks, client):
        older = self.link(self.ask(person, run_tasks))
        newer = self.link(self.ask(person, run_tasks)[1:])
        assert older != newer
        assert client.get(older).status_code == 410
        assert client.get(newer).status_code == 200

    def test_the_database_holds_no_link_that_opens(self, person, run_tasks):
        link = self.link(self.ask(person, run_tasks))
        token = link.strip("/").split("/")[-1]
        person.refresh_from_db()
        assert person.reset_digest
        assert token not in str(User.objects.filter(pk=person.pk).values_list()[0])

    def test_the_task_holds_neither_number_nor_address(self, person):
        Client().post("/mot-de-passe/oublie/", {"nir": person.nir, "email": person.email})
        task = str(DBTaskResult.objects.get().args_kwargs)
        assert person.email not in task
        assert person.nir[:13] not in task


class TestIdle:
    """Half an hour alone logs out; what was typed waits for its author."""

    def at(self, minutes):
        return time_machine.travel(NOON + datetime.timedelta(minutes=minutes), tick=False)

    @pytest.fixture
    def visitor(self, person, client):
        with self.at(0):
            log_in(person.nir, client=client)
            client.get("/mon-compte/")
        return client

    def test_the_page_announces_it(self, visitor):
        with self.at(1):
            page = visitor.get("/mon-compte/").content.decode()
        assert 'data-idle-seconds="1800"' in page
        assert 'data-idle-keepalive-url="/connexion/prolonger/"' in page

    def test_using_the_site_keeps_one_logged_in(self, visitor):
        for minutes in (25, 50, 75):
            with self.at(minutes):
                assert visitor.get("/mon-compte/").status_code == 200

    def test_more_time_can_be_asked_for(self, visitor):
        with self.at(29):
            assert visitor.post("/connexion/prolonger/").status_code == 204
        with self.at(58):
            assert visitor.get("/mon-compte/").status_code == 200

    @pytest.mark.get_may_write("the idle session is ended by whichever request finds it")
    def test_after_half_an_hour_login_leads_back_to_the_same_page(self, visitor, person):
        with self.at(31):
            response = visitor.get("/mon-compte/telephones/")
            assert response["Location"] == "/connexion/?next=/mon-compte/telephones/"
            assert "30 minutes" in visitor.get(response["Location"]).content.decode()
            assert (
                log_in(person.nir, client=visitor, next="/mon-compte/telephones/")["Location"]
                == "/mon-compte/telephones/"
            )

    @pytest.mark.get_may_write("the idle session is ended by whichever request finds it")
    def test_a_form_sent_too_late_is_kept_for_its_author(self, visitor, person):
        with self.at(45):
            response = visitor.post("/mon-compte/telephones/", {"mobile": "07 66 22 33 44", "landline": ""})
            assert response["Location"].startswith("/connexion/?next=/connexion/reprise/")
            back = log_in(person.nir, client=visitor, next=response["Location"].split("next=")[1])["Location"]
            page = visitor.get(back).content.decode()
        assert 'action="/mon-compte/telephones/"' in page
        assert '<input type="hidden" name="mobile" value="07 66 22 33 44">' in page
        person.refresh_from_db()
        assert person.mobile == "+33612345678"

    @pytest.mark.parametrize(
        ("referrer", "back"),
        [
            ("http://testserver/formations/budget/?lieu=niort#inscription", "/formations/budget/%3Flieu%3Dniort"),
            ("https://elsewhere.example/formations/", "/mes-droits/"),
            ("", "/mes-droits/"),
        ],
    )
    def test_a_button_with_nothing_typed_leads_back_to_its_page(self, visitor, referrer, back):
        with self.at(45):
            response = visitor.post("/inscriptions/nouvelle/1/", headers={"referer": referrer} if referrer else {})
        assert response["Location"] == f"/connexion/?next={back}"

    def test_another_person_does_not_see_it(self, visitor, person):
        with self.at(45):
            response = visitor.post("/mon-compte/telephones/", {"mobile": "07 66 22 33 44"})
            back = response["Location"].split("next=")[1]
            log_in(UserFactory().nir, client=visitor)
            assert visitor.get(back)["Location"] == "/mes-droits/"

    def test_a_password_is_never_kept(self, visitor, person):
        with self.at(45):
            visitor.post("/mon-compte/mot-de-passe/", {"current_password": PASSWORD, "password": "Nouveau-Secret79"})
        assert not [draft for draft in Draft.objects.all() if "Secret79" in str(draft.data)]

    def test_rester_connecte_is_off_by_default_and_lifts_the_limit(self, person, client):
        with self.at(0):
            assert 'id="id_remember" checked' not in client.get(LOGIN).content.decode()
            log_in(person.nir, client=client, remember="on")
        with self.at(60 * 24 * 20):
            page = client.get("/mon-compte/")
            assert page.status_code == 200
            assert "data-idle-seconds" not in page.content.decode()

    @pytest.mark.get_may_write("the idle session is ended by whichever request finds it")
    def test_public_pages_go_on_as_nobody(self, visitor):
        with self.at(31):
            page = visitor.get("/aide/")
        assert page.status_code == 200
        assert page.context["user"].is_anonymous


def test_logout_is_a_post_and_ends_the_session(person, client):
    log_in(person.nir, client=client)
    assert client.get("/deconnexion/").status_code == 405
    assert client.post("/deconnexion/")["Location"] == "/"
    assert client.get("/mon-compte/").status_code == 302
    assert not person.open_sessions.exists()
