"""Fixtures of the whole suite, and the guards that watch over every test."""

import gc
import os
import time
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.core.cache import cache
from django.test import Client, TransactionTestCase
from pytest_django import DjangoDbBlocker

from accounts.models import User
from core.words import announcements
from tests import guards
from tests.factories import OfficialFactory, StaffFactory

hypothesis.settings.register_profile("local", deadline=None, max_examples=60)
hypothesis.settings.register_profile(
    "ci", deadline=None, max_examples=150, derandomize=True, print_blob=True, database=None
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


def empties_the_database(item: pytest.Item) -> bool:
    """Whether a test commits, and takes away at its end what the migrations wrote (the roles, the first reasons)."""
    mark = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures or (mark and mark.kwargs.get("transaction")))


def uses_the_database(item: pytest.Item) -> bool:
    """Whether a test reads or writes the database under test."""
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    case = getattr(item, "cls", None) or object
    return bool(fixtures or item.get_closest_marker("django_db") or issubclass(case, TransactionTestCase))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-engine",
        action="store_true",
        help="leave out what ran on the first one and says the same here: tests that use no database",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that empty the database come last; those marked ``postgres`` run only there.

    Sorted again here, after pytest itself, which brings together all tests of a parameter such as the browser's
    name. SQLite has one writer and no row locks.
    """
    from django.conf import settings

    if config.getoption("--second-engine"):
        config.hook.pytest_deselected(items=[item for item in items if not uses_the_database(item)])
        items[:] = [item for item in items if uses_the_database(item)]
    items.sort(key=empties_the_database)

    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: `make test` runs it there")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector of garbage need not look at it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        guards.rows_are_numbered_apart()


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with guards.no_network():
        yield


@pytest.fixture(autouse=True)
def _no_announcement() -> None:
    """No test reads the announcements of another; saving one has them read again."""
    announcements._known, announcements._read_at = [], time.monotonic()


@pytest.fixture(autouse=True)
def _guards(request: pytest.FixtureRequest) -> Iterator[None]:
    with guards.unordered_rows_come_reversed():
        if request.node.get_closest_marker("get_may_write"):
            yield
            return
        with guards.gets_write_nothing():
            yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process keeps for minutes is no test's affair."""
    cache.clear()


@pytest.fixture
def official(db: None) -> User:
    """An official with a confirmed mandate in Niort and 800 € of rights; ``official.nir`` is their number."""
    return OfficialFactory()


@pytest.fixture
def other_official(db: None) -> User:
    """Somebody else, who must never see what is the official's."""
    return OfficialFactory(first_names="Louis", birth_name="Bernard", sex="M")


@pytest.fixture
def staff(db: None) -> User:
    """ADM79 staff with every right."""
    return StaffFactory(is_superuser=True)


@pytest.fixture
def staff_without_rights(db: None) -> User:
    """Somebody of ADM79 who may enter the admin and has no permission in it."""
    return StaffFactory()


@pytest.fixture
def as_user() -> Callable[..., Client]:
    """A function that gives a client logged in as an account: ``as_user(official)``."""

    def client_of(user: User, *, method: str = "password") -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["method"] = method
        session["authenticated_at"] = int(time.time())
        session.save()
        return client

    return client_of


@pytest.fixture
def official_client(official: User, as_user: Callable[..., Client]) -> Client:
    """The browser of ``official``, logged in with their password."""
    return as_user(official)


@pytest.fixture
def staff_client(staff: User, as_user: Callable[..., Client]) -> Client:
    """The browser of ``staff``, logged in."""
    return as_user(staff)


@pytest.fixture
def run_tasks(db: None) -> Callable[[], list[str]]:
    """A function that does what the worker does, once: run the tasks that are ready, return their final states."""
    from tests import worker

    return worker.run_tasks
