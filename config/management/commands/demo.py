"""``make demo``: the whole site on this machine, with invented people, in one terminal."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo import environment
from config.demo.supervisor import Child, Supervisor, port_is_free

SETUP = ("migrate", "load_communes", "load_demo_catalogue", "demo_data")
SIMULATOR_BASE = "/api/v2"
PERIOD = 60  # seconds between two runs of the periodic chores


class Command(BaseCommand):
    help = "Lance la démonstration : site, tâches, simulateur de FranceConnect (DEBUG seulement)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--simulator-port", type=int, default=8001)

    def handle(self, *, port: int, simulator_port: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("La démonstration ne se lance qu'avec DEBUG=true.")
        self.port = port
        self.simulator_port = None if environment.has_franceconnect(os.environ) else simulator_port
        self._refuse_taken_ports()
        issuer = f"http://localhost:{simulator_port}{SIMULATOR_BASE}"
        demo = environment.demo_environment(port, issuer)
        environment.MAILS.mkdir(parents=True, exist_ok=True)
        supervisor = Supervisor(demo, environment.LOG, self._say)
        self._set_up(supervisor)
        supervisor.stop_on_signals()
        if not supervisor.run(self._children(demo), self._answers, self._announce):
            sys.exit(1)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _refuse_taken_ports(self) -> None:
        for name, port in (("PORT", self.port), ("SIMULATOR_PORT", self.simulator_port)):
            if port is not None and not port_is_free(port):
                raise CommandError(
                    f"Le port {port} est déjà pris ; choisissez-en un autre : make demo {name}={port + 10}"
                )

    def _set_up(self, supervisor: Supervisor) -> None:
        if environment.forget_older_database():
            self._say("La base de la démonstration date d'une version antérieure du site : elle est refaite à neuf.")
        self._say("Préparation de la démonstration (base, communes, formations, comptes)…")
        for name in SETUP:
            try:
                supervisor.once(name)
            except subprocess.CalledProcessError:
                raise CommandError(f"« {name} » a échoué : voir {environment.LOG}") from None
            except KeyboardInterrupt:
                sys.exit(130)

    def _children(self, demo: dict[str, str]) -> list[Child]:
        python = sys.executable
        site = [
            python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "1", "--blocking-threads", "4", "--no-ws", "--no-access-log", "config.wsgi:application",
        ]  # fmt: skip
        worker = [python, "manage.py", "db_worker", "--interval", "1", "--no-reload", "--no-startup-delay"]
        children = [
            Child("site", site),
            Child("tâches", worker),
            Child("tâches périodiques", [python, "manage.py", "run_periodic"], every=PERIOD),
        ]
        if self.simulator_port:
            simulator = [
                python, "-m", "tests.simulator", "--port", str(self.simulator_port),
                "--client-id", demo["FRANCECONNECT_CLIENT_ID"],
                "--client-secret", demo["FRANCECONNECT_CLIENT_SECRET"],
                "--site", f"http://localhost:{self.port}", "--site", f"http://127.0.0.1:{self.port}",
            ]  # fmt: skip
            children.append(Child("simulateur de FranceConnect", simulator))
        return children

    def _announce(self) -> None:
        site = f"http://localhost:{self.port}"
        accounts = environment.read_json(environment.ACCOUNTS)
        identity = {"approved": "identité vérifiée", "none": "identité à vérifier", "pending": "vérification en cours"}
        lines = [
            "",
            f"  Le site          {site}/",
            f"  La gestion       {site}/admin/   {accounts['staff']['username']} / {accounts['staff']['password']}",
            *(f"{'':19}« {each['role']} » : {each['username']} / {each['password']}" for each in accounts["roles"]),
            f"  Les mails        {site}/demo/courriels/",
        ]
        if self.simulator_port:
            lines.append(
                f"  FranceConnect    http://localhost:{self.simulator_port}/   (simulateur, personnes inventées)"
            )
        lines += ["", "  Élus inventés (connexion : les 13 premiers caractères du numéro, puis le mot de passe)"]
        lines += [
            f"    {person['birth_name']:<14} {person['nir'][:13]} (clé {person['nir'][13:]})  {person['password']:<22}"
            f" {identity[person['identity']]}"
            for person in accounts["officials"]
        ]
        lines += ["", f"  Comptes : {environment.ACCOUNTS}   Journal : {environment.LOG}", "  Ctrl-C arrête tout."]
        self._say("\n".join(lines))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sante/", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False
