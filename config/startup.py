"""What the settings need before Django exists: refuse to start without a secret, in one clear line."""

import secrets
import sys
from pathlib import Path
from typing import Any, NoReturn

import environ


def refuse(reason: str) -> NoReturn:
    """End the start with one line on standard error; never a traceback."""
    sys.exit(f"ADM79: démarrage refusé : {reason}")


def refuse_wrong_settings() -> None:
    """What ``manage.py`` does before each command, for the web server: run the checks of ``config.checks``.

    And the one that would keep ``collectstatic`` itself from running: the names of the static files are known.
    """
    from django.conf import settings
    from django.core import checks

    errors = [message.msg for message in checks.run_checks(tags=["adm79"]) if message.is_serious()]
    if errors:
        refuse(" ".join(errors))
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        refuse("les fichiers statiques manquent ; lancez d'abord « manage.py collectstatic ».")


def required(env: environ.Env, name: str, *, debug: bool, default: str) -> str:
    """The variable *name*; in DEBUG its *default*, else the start is refused when it is missing."""
    value = env.str(name, default="")
    if not value and not debug:
        refuse(f"la variable d'environnement {name} manque.")
    return value or default


def secret(env: environ.Env, name: str, *, debug: bool, fernet: bool = False) -> str:
    """A secret from the environment; in DEBUG a throw-away one, which lasts as long as the process."""
    from cryptography.fernet import Fernet

    throwaway = Fernet.generate_key().decode() if fernet else secrets.token_urlsafe(50)
    return required(env, name, debug=debug, default=throwaway)


def mailer(url: str) -> dict[str, Any]:
    """Django's ``MAILERS`` entry for an ``EMAIL_URL`` (smtp://, smtp+tls://, filemail:///folder, …)."""
    parsed = environ.Env.email_url_config(url)
    backend = parsed["EMAIL_BACKEND"]
    if backend.endswith("filebased.EmailBackend"):
        options: dict[str, Any] = {"file_path": "/" + parsed["EMAIL_FILE_PATH"].lstrip("/")}
    elif backend.endswith("smtp.EmailBackend"):
        options = {
            "host": parsed["EMAIL_HOST"],
            "port": parsed["EMAIL_PORT"] or (465 if parsed.get("EMAIL_USE_SSL") else 587),
            "username": parsed["EMAIL_HOST_USER"] or "",
            "password": parsed["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": parsed.get("EMAIL_USE_TLS", False),
            "use_ssl": parsed.get("EMAIL_USE_SSL", False),
            "timeout": 10,
        }
    else:
        options = {}
    return {"BACKEND": backend, "OPTIONS": options}
