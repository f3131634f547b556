"""A production's environment, and Python started in it."""

import os
import subprocess
import sys

from cryptography.fernet import Fernet
from django.conf import settings

KEY = Fernet.generate_key().decode()
PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "s" * 60,
    "ALLOWED_HOSTS": "formations.example",
    "SITE_URL": "https://formations.example",
    "DATABASE_URL": "sqlite://:memory:",
    "EMAIL_URL": "smtp+tls://127.0.0.1:587",
    "NIR_PEPPER": "p" * 40,
    "ENCRYPTION_KEYS": KEY,
}


def start(*arguments, **changes):
    """Start Python as a production would; a change to None takes the variable away."""
    environment = {name: value for name, value in (PRODUCTION | changes).items() if value is not None}
    environment["PATH"] = os.environ["PATH"]
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
