"""Where the demo keeps what it makes, and the environment that its processes get."""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings

FOLDER = settings.BASE_DIR / ".demo"
SECRETS = FOLDER / "secrets.json"
ACCOUNTS = FOLDER / "accounts.json"
LOG = FOLDER / "site.log"
MAILS = FOLDER / "mails"
DATABASE = FOLDER / "db.sqlite3"
SCHEMA = FOLDER / "schema.json"
"""By app, a mark of the first migration that the demo's database was made with."""


def write_private(path: Path, content: object) -> None:
    """*content* as JSON in a file that only this user may read; never half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    new.replace(path)


def read_json(path: Path) -> dict:
    """What ``write_private`` wrote; empty when there is nothing yet."""
    return json.loads(path.read_text()) if path.exists() else {}


def demo_secrets() -> dict[str, str]:
    """The demo's own secrets, generated the first time and kept: without them its data cannot be read again."""
    known = read_json(SECRETS)
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "NIR_PEPPER": secrets.token_urlsafe(32),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "FRANCECONNECT_CLIENT_SECRET": secrets.token_urlsafe(32),
    }
    if missing := {name: value for name, value in fresh.items() if name not in known}:
        known |= missing
        write_private(SECRETS, known)
    return known


def first_migrations() -> dict[str, str]:
    """By app of this project, a mark of its first migration as it is written today."""
    files = sorted(settings.BASE_DIR.glob("*/migrations/0001_*.py"))
    return {file.parts[-3]: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def forget_older_database() -> bool:
    """Take away a database made with other first migrations, which nothing can bring up to date; whether there was one.

    The accounts and mails that belong to it go with it; the secrets stay.
    """
    today, known = first_migrations(), read_json(SCHEMA)
    older = DATABASE.exists() and known != today
    if older:
        for file in (DATABASE, *FOLDER.glob(f"{DATABASE.name}-*"), ACCOUNTS, *MAILS.glob("*")):
            file.unlink(missing_ok=True)
    if known != today:
        write_private(SCHEMA, today)
    return older


def has_franceconnect(environ: Mapping[str, str]) -> bool:
    """Whether the environment already names a FranceConnect, so that no simulator is needed."""
    return any(name.startswith("FRANCECONNECT_") for name in environ)


def demo_environment(port: int, issuer: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the demo's processes see: its own values, unless *environ* already has them.

    *issuer* is the simulator's. DEBUG, the settings and the mails' folder cannot be changed: a demo writes to nobody.
    """
    known = demo_secrets()
    client_secret = known.pop("FRANCECONNECT_CLIENT_SECRET")
    own = {
        **known,
        "SITE_URL": f"http://localhost:{port}",
        "DATABASE_URL": f"sqlite:///{DATABASE}",
        "PYTHONUNBUFFERED": "1",
    }
    if not has_franceconnect(environ):
        own |= {
            "FRANCECONNECT_ISSUER": issuer,
            "FRANCECONNECT_CLIENT_ID": "adm79-demonstration",
            "FRANCECONNECT_CLIENT_SECRET": client_secret,
        }
    always = {
        "DEBUG": "true",
        "EMAIL_URL": f"filemail://{MAILS}",
        "DJANGO_SETTINGS_MODULE": "config.demo.settings",
    }
    return {**own, **environ, **always}
