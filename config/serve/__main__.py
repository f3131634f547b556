"""``make serve``: production on this machine, in one terminal, by the command lines of ``deploy/run``.

Everything it makes stays in ``.serve/``: the settings with their secrets (``environment``), the database (PostgreSQL
when it is installed here, else SQLite), the collected files, the mails, the log. Ctrl-C ends it all.
"""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from argparse import ArgumentParser
from contextlib import ExitStack
from typing import Any

from config.serve import environment
from config.serve.cluster import Cluster, find_postgresql

SETUP: tuple[tuple[str, ...], ...] = (("migrate",), ("collectstatic", "--no-input"), ("load_communes",))
PERIOD = 300  # seconds between two runs of the periodic chores, as the timer of deploy/ has it


def say(line: str) -> None:
    """A line for the person at the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def database(stack: ExitStack) -> str:
    """The DATABASE_URL: the environment's, else a PostgreSQL started for as long as *stack* lasts, else SQLite."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    programs = find_postgresql()
    cluster = Cluster(environment.FOLDER / "postgresql", programs) if programs else None
    if cluster is None or not cluster.usable():
        say("PostgreSQL ne peut pas servir ici (apt install postgresql, dossier lisible) : la base est SQLite.")
        return f"sqlite:///{environment.FOLDER / 'db.sqlite3'}"
    cluster.start()
    stack.callback(cluster.stop)
    cluster.create("adm79")
    return cluster.url()


def answers(port: int) -> bool:
    """Whether the site serves."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def announce(port: int) -> None:
    """Where to go, and how to make the first member of staff."""
    say(f"\n  Le site     http://localhost:{port}/\n  L'espace ADM79   http://localhost:{port}/admin/")
    say("  Un compte ADM79 : set -a; . .serve/environment; set +a; .venv/bin/python manage.py createsuperuser")
    say(f"  Journal : {environment.FOLDER / 'site.log'}   Mails : {environment.FOLDER / 'mails'}   Ctrl-C arrête tout.")


def run(port: int, values: dict[str, str]) -> bool:
    """Set the site up and keep its processes running until a signal; whether the end was asked for."""
    os.environ |= values | {"DJANGO_SETTINGS_MODULE": "config.settings", "PORT": str(port)}
    from config.demo.supervisor import Child, Supervisor, port_is_free  # reads the settings just made

    if not port_is_free(port):
        say(f"Le port {port} est déjà pris ; choisissez-en un autre : make serve PORT={port + 10}")
        return False
    (environment.FOLDER / "mails").mkdir(exist_ok=True)
    # As systemd does: what dies while the database is down is there again when it comes back.
    supervisor = Supervisor(os.environ, environment.FOLDER / "site.log", say, gives_up=False)
    for arguments in SETUP:
        supervisor.once(*arguments)
    supervisor.stop_on_signals()
    children: list[Any] = [
        Child("pages", ["deploy/run", "pages"]),
        Child("tâches", ["deploy/run", "tasks"]),
        Child("tâches périodiques", ["deploy/run", "periodic"], every=PERIOD),
    ]
    return supervisor.run(children, lambda: answers(port), lambda: announce(port))


def main() -> int:
    """Parse the command line and serve; the exit code."""
    parser = ArgumentParser(prog="make serve")
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    say("Préparation (base, migrations, fichiers statiques, communes)…")
    with ExitStack() as stack:
        environment.write(environment.read())
        try:
            values = environment.production(port, database(stack))
            environment.write(values)
            return 0 if run(port, values) else 1
        except subprocess.CalledProcessError as error:
            say(f"« {error.cmd} » a échoué : voir {environment.FOLDER}")
            return 1
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
