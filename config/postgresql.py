"""PostgreSQL's own programs, on the database of the settings."""

import os
import subprocess

from django.core.management.base import CommandError
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient


def run(program: str, *arguments: str) -> None:
    """Run *program*, with the password in its environment and nowhere else. Raises CommandError."""
    settings = {**connection.settings_dict, "OPTIONS": {}}
    (_, *where), environment = DatabaseClient.settings_to_cmd_args_env(settings, [])
    if program == "pg_restore":
        where.insert(-1, "--dbname")
    try:
        subprocess.run([program, *arguments, *where], env={**os.environ, **(environment or {})}, check=True)  # noqa: S603
    except FileNotFoundError:
        raise CommandError(f"{program} n'est pas installé (apt install postgresql-client).") from None
    except subprocess.CalledProcessError as error:
        raise CommandError(f"{program} a échoué (code {error.returncode}).") from None
