"""What whoever runs the site does with it: a backup put back, a pepper changed."""

import datetime
import os

import pytest
from django.test import Client

from accounts.identity import birth_month
from accounts.identity.nir import parse
from accounts.models import User
from tests.accounts.signup.steps import sign_up
from tests.config.production import start
from tests.factories import PASSWORD, OfficialFactory, PostalCodeFactory, make_nir

FORMER = "former-" + "f" * 40


def manage(url, *arguments):
    done = start("manage.py", *arguments, DATABASE_URL=url, PATH=os.environ["PATH"])
    return done.returncode, done.stdout + done.stderr


def test_a_backup_put_back_is_the_same_site(tmp_path, request):
    """On SQLite here and on PostgreSQL where the suite runs on it."""
    from django.db import connection

    if connection.vendor == "postgresql":
        cluster = request.getfixturevalue("cluster")
        cluster.create("kept")
        cluster.create("renewed")
        first, second = cluster.url("kept"), cluster.url("renewed")
    else:
        first, second = (f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("kept", "renewed"))
    code, said = manage(first, "migrate", "--verbosity=0")
    assert code == 0, said
    make = "from accounts.models import User; User.objects.create(birth_name='Moreau-Petit', username='paule')"
    assert manage(first, "shell", "-c", make)[0] == 0
    copy = tmp_path / "copy"
    code, said = manage(first, "backup", str(copy))
    assert code == 0, said
    assert copy.stat().st_mode & 0o077 == 0
    assert manage(first, "backup", str(copy))[0] != 0, "a copy is never written over"
    assert manage(first, "restore", str(copy))[0] != 0, "a database that holds something is never written over"
    code, said = manage(second, "restore", str(copy))
    assert code == 0, said
    count = "from accounts.models import User; print('found', User.objects.get().birth_name)"
    assert "found Moreau-Petit" in manage(second, "shell", "-c", count)[1]
    assert manage(second, "migrate", "--check")[0] == 0


def test_a_copy_that_was_not_finished_is_not_taken_for_one(tmp_path):
    """A full disk, a program that is missing, a killed process: the next one begins anew."""
    copy = tmp_path / "copy"
    (tmp_path / "copy.unfinished").write_bytes(b"half")
    code, said = manage("postgres://nobody@/nowhere/none", "backup", str(copy))
    assert code != 0
    assert "Traceback" not in said
    assert not copy.exists()
    code, said = manage(f"sqlite:///{tmp_path}/site.sqlite3", "backup", str(copy))
    assert (code, copy.exists()) == (0, True), said
    assert not (tmp_path / "copy.unfinished").exists()


@pytest.fixture
def before(settings, db):
    """An account made under the former pepper; then the pepper has changed."""
    current, settings.NIR_PEPPER = settings.NIR_PEPPER, FORMER
    user = OfficialFactory(nir=make_nir(order=321))
    birth_month.remember(user, parse(user.nir))
    settings.NIR_PEPPER, settings.NIR_PEPPER_FORMER = current, FORMER
    return user


def log_in(user):
    return Client().post("/connexion/", {"nir": user.nir[:13], "password": PASSWORD}).status_code


def test_who_logs_in_during_a_change_of_pepper_comes_over_and_stays_known_after_it(before, settings):
    digest = before.nir_digest
    assert log_in(before) == 302
    before.refresh_from_db()
    assert before.nir_digest != digest
    settings.NIR_PEPPER_FORMER = ""
    assert log_in(before) == 302
    assert birth_month.born_that_month(before, datetime.date(1958, 3, 14))


def test_without_the_former_pepper_nobody_of_before_is_known(before, settings):
    settings.NIR_PEPPER_FORMER = ""
    assert log_in(before) == 422


def test_a_number_of_before_opens_no_second_account(before):
    PostalCodeFactory()
    sign_up(Client(), identite={"nir": before.nir})
    assert User.objects.filter(is_staff=False).count() == 1


def test_a_forgotten_password_is_found_again_during_the_change(before, run_tasks, mailoutbox):
    Client().post("/mot-de-passe/oublie/", {"nir": before.nir[:13], "email": before.email})
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [[before.email]]
