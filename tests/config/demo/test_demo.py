"""The demo: its people, its environment, its processes, its mailbox."""

import importlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import Resolver404, clear_url_caches, resolve

from accounts.identity import nir
from accounts.models import User
from config import urls
from config.demo import accounts as demo_accounts
from config.demo import environment, mails, views
from config.demo.people import OFFICIALS
from config.demo.supervisor import Child, Supervisor, port_is_free
from enrolment.identity_checks.standing import has_verified_identity
from enrolment.models import Enrolment, FundingAgreement, Milestone, MilestoneMark, State
from enrolment.rights import ledger
from tests.factories import CommuneFactory, SessionFactory, TrainingFactory


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The demo's folder, elsewhere."""
    kept = {"SECRETS": "secrets.json", "ACCOUNTS": "accounts.json", "MAILS": "mails"}
    for name, file in (kept | {"DATABASE": "db.sqlite3", "SCHEMA": "schema.json"}).items():
        monkeypatch.setattr(environment, name, tmp_path / file)
    monkeypatch.setattr(environment, "FOLDER", tmp_path)
    monkeypatch.setattr(demo_accounts, "ACCOUNTS", tmp_path / "accounts.json")
    monkeypatch.setattr(views, "MAILS", tmp_path / "mails")
    return tmp_path


class TestEnvironment:
    def test_secrets_are_made_once_and_for_this_user_alone(self, folder):
        first = environment.demo_environment(8000, "http://localhost:8001/api/v2", {})
        second = environment.demo_environment(8000, "http://localhost:8001/api/v2", {})
        assert first == second
        assert len(first["NIR_PEPPER"]) >= 32
        assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600

    def test_a_database_of_an_older_demo_is_seen_and_taken_away_with_what_belongs_to_it(self, folder):
        secrets = environment.demo_secrets()
        (folder / "mails").mkdir()
        belongings = [folder / name for name in ("db.sqlite3", "db.sqlite3-wal", "accounts.json", "mails/1.eml")]
        for file in belongings:
            file.write_text("{}")
        assert environment.forget_older_database()
        assert not any(file.exists() for file in belongings)
        assert environment.demo_secrets() == secrets

    def test_a_database_made_with_the_first_migrations_of_today_stays(self, folder):
        assert not environment.forget_older_database()
        (folder / "db.sqlite3").write_text("made now")
        assert not environment.forget_older_database()
        assert (folder / "db.sqlite3").exists()

    def test_the_environment_wins(self, folder):
        given = {"DATABASE_URL": "postgres://x/y", "ENROLMENT_DEADLINE_DAYS": "5", "NIR_PEPPER": "p" * 40}
        demo = environment.demo_environment(8000, "http://localhost:8001/api/v2", given)
        assert {name: demo[name] for name in given} == given

    def test_a_franceconnect_in_the_environment_leaves_no_room_for_the_simulator(self, folder):
        given = {"FRANCECONNECT_ISSUER": "https://fcp-low.example/api/v2"}
        demo = environment.demo_environment(8000, "http://localhost:8001/api/v2", given)
        assert environment.has_franceconnect(given)
        assert {name: value for name, value in demo.items() if name.startswith("FRANCECONNECT_")} == given

    def test_a_demo_never_writes_to_anybody(self, folder):
        demo = environment.demo_environment(8000, "", {"EMAIL_URL": "smtp://mail.example", "DEBUG": "false"})
        assert demo["EMAIL_URL"] == f"filemail://{folder / 'mails'}"
        assert demo["DEBUG"] == "true"


@pytest.mark.django_db
class TestPeople:
    @pytest.fixture(autouse=True)
    def _a_small_world(self, folder, settings):
        settings.DEBUG = True
        for official in OFFICIALS:
            CommuneFactory(code=official.commune, name=f"Commune {official.commune}")
        for number in range(6):
            SessionFactory(training=TrainingFactory(title=f"Formation {number}", price=100 + number))

    def officials(self, folder):
        call_command("demo_data", verbosity=0)
        written = json.loads((folder / "accounts.json").read_text())
        numbers = {person["nir"]: nir.digest(nir.parse(person["nir"])) for person in written["officials"]}
        return written, {number: User.objects.get(nir_digest=digest) for number, digest in numbers.items()}

    def test_the_file_has_the_shape_that_others_read(self, folder):
        written, _ = self.officials(folder)
        assert set(written) == {"staff", "officials", "roles"}
        assert set(written["staff"]) == {"username", "password"}
        assert {frozenset(person) for person in written["officials"]} == {
            frozenset({"birth_name", "nir", "password", "identity"})
        }
        assert {person["identity"] for person in written["officials"]} == {"approved", "none", "pending"}

    def test_every_login_works(self, folder):
        written, users = self.officials(folder)
        for person in written["officials"]:
            assert users[person["nir"]].check_password(person["password"])
        staff = User.objects.get(username=written["staff"]["username"])
        assert staff.is_staff
        assert staff.check_password(written["staff"]["password"])

    def test_each_has_a_mandate_and_rights_and_the_identity_that_the_file_says(self, folder):
        written, users = self.officials(folder)
        for person in written["officials"]:
            user = users[person["nir"]]
            assert user.has_elu_account
            assert user.rights_balance == ledger.credited_rights(user)
            assert has_verified_identity(user) is (person["identity"] == "approved")
            assert user.identity_checks.filter(status="pending").exists() is (person["identity"] == "pending")
        assert users[OFFICIALS[0].nir].rights_balance == 800

    def test_there_are_dossiers_in_various_states(self, folder):
        self.officials(folder)
        states = set(Enrolment.objects.values_list("state", flat=True))
        assert states == {State.DRAFT, State.SENT, State.ACCEPTED, State.REFUSED, State.ATTENDED}

    def test_there_are_dossiers_at_every_milestone_and_one_that_a_commune_pays(self, folder):
        self.officials(folder)
        said = set(MilestoneMark.objects.values_list("milestone", flat=True))
        assert said == set(Milestone)
        assert FundingAgreement.objects.filter(signed_on__isnull=False, enrolment__funding="public").exists()

    def test_again_changes_nothing(self, folder):
        written, users = self.officials(folder)
        dossiers = set(Enrolment.objects.values_list("pk", flat=True))
        again, same = self.officials(folder)
        assert again == written
        assert {user.pk for user in same.values()} == {user.pk for user in users.values()}
        assert set(Enrolment.objects.values_list("pk", flat=True)) == dossiers

    def test_a_lost_file_gets_new_passwords_that_work(self, folder):
        before, _ = self.officials(folder)
        (folder / "accounts.json").unlink()
        after, users = self.officials(folder)
        assert before["officials"] != after["officials"]
        assert all(users[person["nir"]].check_password(person["password"]) for person in after["officials"])

    def test_no_number_and_no_password_is_in_the_clear_in_the_database_or_in_the_output(self, folder, capsys):
        from django.db import connection

        written, _ = self.officials(folder)
        secrets = [person["nir"][:13] for person in written["officials"]]
        secrets += [person["password"] for person in (*written["officials"], written["staff"])]
        output = "".join(capsys.readouterr())
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')
                output += repr(cursor.fetchall())
        assert [secret for secret in secrets if secret in output] == []

    def test_without_debug_nothing_is_made(self, settings):
        settings.DEBUG = False
        with pytest.raises(CommandError, match="DEBUG"):
            call_command("demo_data")
        with pytest.raises(CommandError, match="DEBUG"):
            call_command("demo")
        assert not User.objects.exists()


class TestMailbox:
    @pytest.fixture
    def box(self, folder):
        message = EmailMessage()
        message["Subject"], message["To"] = "Votre demande", "mairie@exemple.invalid"
        message["Date"] = datetime(2026, 3, 2, 9, tzinfo=UTC)
        message.set_content("Bonjour,\n\nVoici le lien : https://formations.example/mes-droits/\n")
        message.add_alternative("<p>Bonjour,</p>", subtype="html")
        (folder / "mails").mkdir()
        (folder / "mails" / "20260302-1.log").write_bytes(message.as_bytes() + mails.SEPARATOR)
        return folder / "mails"

    def test_a_mail_is_read_as_it_was_written(self, box):
        (mail,) = mails.read_mails(box)
        assert (mail.subject, mail.to, mail.name) == ("Votre demande", "mairie@exemple.invalid", "20260302-1-0")
        assert "https://formations.example/mes-droits/" in mail.text
        assert "<p>Bonjour,</p>" in mail.html

    @pytest.mark.parametrize("path", ["/demo/courriels/", "/demo/courriels/20260302-1-0/"])
    @pytest.mark.django_db
    def test_with_debug_everybody_reads_it(self, box, path, client, settings, routes_again):
        settings.DEBUG = True
        routes_again()
        assert "Votre demande" in client.get(path).text

    @pytest.mark.django_db
    def test_a_mail_that_is_not_there_is_not_found(self, box, client, settings, routes_again):
        settings.DEBUG = True
        routes_again()
        assert client.get("/demo/courriels/..%2Fsecrets/").status_code == 404
        assert client.get("/demo/courriels/autre/").status_code == 404

    def test_without_debug_the_address_does_not_exist(self, routes_again):
        routes_again()
        with pytest.raises(Resolver404):
            resolve("/demo/courriels/")

    @pytest.fixture
    def routes_again(self, settings):
        def reload():
            importlib.reload(urls)
            clear_url_caches()

        yield reload
        settings.DEBUG = False
        reload()


class TestSupervisor:
    @pytest.fixture
    def lines(self):
        return []

    @pytest.fixture
    def supervisor(self, tmp_path, lines):
        return Supervisor(os.environ, tmp_path / "site.log", lines.append)

    def until(self, condition):
        """An ``is_ready`` for the supervisor: true once *condition* is; fails after ten seconds."""
        deadline = time.monotonic() + 10

        def ready():
            assert time.monotonic() < deadline, "it never happened"
            return condition()

        return ready

    def test_a_server_that_dies_is_told_and_started_again(self, supervisor, lines, tmp_path):
        script = f"open({str(tmp_path / 'starts')!r}, 'a').write('x')"
        child = Child("site", [sys.executable, "-c", script])
        twice = self.until(lambda: (tmp_path / "starts").exists() and len((tmp_path / "starts").read_text()) >= 2)
        assert supervisor.run([child], twice, supervisor._stop)
        assert "« site » s'est arrêté" in lines[0]

    def test_one_that_always_dies_ends_the_demo(self, supervisor, lines, monkeypatch):
        monkeypatch.setattr("config.demo.supervisor.QUICK_DEATHS", 2)
        child = Child("site", [sys.executable, "-c", "raise SystemExit(1)"])
        assert not supervisor.run([child], lambda: False, lambda: None)
        assert "sans cesse" in lines[-1]

    def test_the_site_as_in_production_is_started_again_however_often_it_dies(self, supervisor, lines, monkeypatch):
        """As systemd does: what dies while the database is down is there when it comes back."""
        monkeypatch.setattr("config.demo.supervisor.QUICK_DEATHS", 1)
        supervisor.gives_up = False
        child = Child("tâches", [sys.executable, "-c", "raise SystemExit(1)"])
        assert supervisor.run([child], self.until(lambda: len(child.deaths) >= 2), supervisor._stop)
        assert "sans cesse" not in " ".join(lines)

    def test_a_signal_ends_all_the_processes(self, supervisor):
        child = Child("site", [sys.executable, "-c", "import time; time.sleep(60)"])
        supervisor.stop_on_signals()
        try:
            ready = self.until(lambda: child.process is not None)
            assert supervisor.run([child], ready, lambda: os.kill(os.getpid(), signal.SIGTERM))
        finally:
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
        assert child.process.poll() == -signal.SIGTERM

    def test_a_chore_runs_again_and_its_end_is_no_death(self, supervisor, lines, tmp_path):
        script = f"open({str(tmp_path / 'runs')!r}, 'a').write('x')"
        chore = Child("tâches périodiques", [sys.executable, "-c", script], every=0)
        twice = self.until(lambda: (tmp_path / "runs").exists() and len((tmp_path / "runs").read_text()) >= 2)
        assert supervisor.run([chore], twice, supervisor._stop)
        assert lines == []

    def test_a_taken_port_is_seen(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            assert not port_is_free(taken.getsockname()[1])

    def test_a_taken_port_is_told_in_one_line(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            result = subprocess.run(
                [sys.executable, "manage.py", "demo", "--port", str(port)],
                cwd=settings.BASE_DIR,
                env={"PATH": os.environ["PATH"], "DEBUG": "true"},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        assert result.returncode != 0
        assert f"Le port {port} est déjà pris" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
