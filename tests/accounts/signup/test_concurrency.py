"""At the same second: one account, one draft, one try at a time."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import throttling
from core.models import Draft
from tests.accounts.signup.steps import IDENTITY, LAST, begin, go_to
from tests.factories import PostalCodeFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gives, all started together; an exception is given as it is."""
    results: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(index: int) -> None:
        start.wait()
        try:
            results[index] = acts[index]()
        except Exception as error:  # noqa: BLE001  it is what the test looks at
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture(autouse=True)
def niort():
    PostalCodeFactory()


def test_two_people_with_one_number_make_one_account_and_no_crash():
    browsers = [Client(), Client()]
    paths = [go_to(browser, "mot-de-passe") for browser in browsers]

    def finish(index: int) -> Callable[[], object]:
        return lambda: browsers[index].post(f"{paths[index]}mot-de-passe/", LAST).status_code

    assert sorted(at_once(finish(0), finish(1))) == [302, 409]
    assert User.objects.count() == 1


def test_one_person_pressing_twice_makes_one_account():
    browser, twin = Client(), Client()
    path = go_to(browser, "mot-de-passe")
    twin.cookies["adm79_brouillon"] = browser.cookies["adm79_brouillon"].value
    answers = at_once(
        lambda: browser.post(f"{path}mot-de-passe/", LAST)["Location"],
        lambda: twin.post(f"{path}mot-de-passe/", LAST)["Location"],
    )
    assert answers == ["/mes-droits/", "/mes-droits/"]
    assert User.objects.count() == 1


def test_two_first_submissions_make_one_draft():
    browser, twin = Client(), Client()
    path = begin(browser)
    twin.cookies["adm79_brouillon"] = browser.cookies["adm79_brouillon"].value
    answers = at_once(*(lambda c=c: c.post(f"{path}identite/", IDENTITY).status_code for c in (browser, twin)))
    assert answers == [302, 302]
    assert Draft.objects.count() == 1


def test_many_tries_at_the_same_instant_pass_one_by_one():
    now = timezone.now()
    free = throttling.LIMITS["login-account"].free
    waits = at_once(*(lambda: throttling.take("login-account", "someone", now) for _ in range(12)))
    assert sum(1 for wait in waits if wait == throttling.NONE) == free
