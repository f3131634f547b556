"""Local login: any spacing, one message, growing delays, nothing said of whether an account exists."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import throttling
from core.models import Draft, Throttle
from tests.accounts.login.coming_in import LOGIN, NOBODY, NOON, log_in
from tests.factories import PASSWORD, UserFactory, make_nir
from tests.french import plain

pytestmark = pytest.mark.django_db


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


class TestThrottle:
    @pytest.mark.parametrize("known", [True, False])
    def test_five_failures_make_one_wait_more_than_a_minute_and_say_so(self, person, known):
        nir = person.nir if known else NOBODY
        with time_machine.travel(NOON, tick=False) as clock:
            for _ in range(5):
                assert log_in(nir, "Mauvais-mot-2passe").status_code == 422
            response = log_in(nir)
            assert response.status_code == 429
            assert "2 minutes" in plain(response.text)
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
    """One try straight at the throttle: a day of tries without a day of password hashing."""
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
            assert "30 minutes" in plain(visitor.get(response["Location"]).text)
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
