"""The environment of a production on this machine, kept in a file that systemd and a shell read alike."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / ".serve"
FILE = FOLDER / "environment"


def read() -> dict[str, str]:
    """What the file says; empty the first time."""
    lines = FILE.read_text().splitlines() if FILE.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write(values: Mapping[str, str]) -> None:
    """Keep *values* where only this user may read them; never half-written."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    FOLDER.chmod(0o711)  # PostgreSQL's account has to pass through to its own folder
    new = FILE.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text("".join(f"{name}={value}\n" for name, value in sorted(values.items())))
    new.replace(FILE)


def production(port: int, database_url: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The settings of README's table, secrets made once; what *environ* already names wins."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "NIR_PEPPER": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": key,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "EMAIL_URL": f"filemail://{FOLDER / 'mails'}",
        "STATIC_ROOT": str(FOLDER / "static"),
        "TRUSTED_PROXIES": "0",
    }
    kept = {name: value for name, value in read().items() if name in fresh}
    here = {"DEBUG": "false", "SITE_URL": f"http://localhost:{port}", "DATABASE_URL": database_url}
    values = {**fresh, **kept, **here}
    return values | {name: environ[name] for name in values.keys() & environ.keys()}
