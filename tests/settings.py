"""The settings under test: the product's own, as in production, with secrets that are worth nothing."""

import os
import tempfile
from pathlib import Path

ENVIRONMENT = {
    "DEBUG": "false",
    "SECRET_KEY": "tests-only-" + "k" * 50,
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "SITE_URL": "http://testserver",
    "EMAIL_URL": "memorymail://",
    "DEFAULT_FROM_EMAIL": "ne-pas-repondre@adm79.example",
    "ADM79_EMAIL": "contact@adm79.example",
    "NIR_PEPPER": "tests-only-" + "p" * 40,
    "ENCRYPTION_KEYS": "dGVzdHMtb25seS1rZXktd29ydGgtbm90aGluZy0xMjM=",
    "STAFF_OTP_REQUIRED": "false",
}
OURS = (
    "FRANCECONNECT_",
    "ENROLMENT_",
    "PUBLISHER_",
    "CDC_EMAIL",
    "STATIC_ROOT",
    "TRUSTED_PROXIES",
    "NIR_PEPPER_FORMER",
    "SENTRY_DSN",
    "SERVES_PAGES",
    "MCF_",
    "ADM79_",
)
for name in [name for name in os.environ if name.startswith(OURS)]:
    del os.environ[name]
os.environ |= ENVIRONMENT
os.environ.setdefault(
    "DATABASE_URL", "sqlite:///" + str(Path(tempfile.gettempdir()) / f"adm79-tests-{os.getpid()}.sqlite3")
)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES, TEMPLATES  # noqa: E402
from tests.undefined import UndefinedVariable  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: live_server's threads have connections of their own, as in production.
    DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
# Connections that outlive their thread would keep the test database from being dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Hashed names need a collectstatic; tests/operation tries the real storage.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Argon2 as in production, at its lowest cost: what is under test is seldom how long a hash takes.
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
# No collected files in tests: WhiteNoise asks the finders, as it does in the demo.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
TEMPLATES[0]["OPTIONS"] |= {"string_if_invalid": UndefinedVariable("%s")}  # type: ignore[operator]
