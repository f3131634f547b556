"""Settings of the site, read from the environment with django-environ.

Every variable is listed here once, with its meaning and what happens when it is missing.
With ``DEBUG=false`` a missing secret stops the start with one clear line (see ``config.startup``).
"""

from pathlib import Path

import environ
from django.utils.csp import CSP

from config.database import session_limits
from config.logs import calm_noise
from config.startup import mailer, required, secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- Where it runs -------------------------------------------------------------------------------

# DEBUG: developer's mode; false when missing, so that a forgotten variable is the safe one.
DEBUG = env.bool("DEBUG", default=False)
# SECRET_KEY: signs sessions and links. Required.
SECRET_KEY = secret(env, "SECRET_KEY", debug=DEBUG)
# ALLOWED_HOSTS: comma-separated host names the site answers to. Required without DEBUG.
ALLOWED_HOSTS = required(env, "ALLOWED_HOSTS", debug=DEBUG, default="localhost,127.0.0.1,[::1]").split(",")
# SITE_URL: public address, no final slash; used in mails, fiches and QR codes. Required without DEBUG.
SITE_URL = required(env, "SITE_URL", debug=DEBUG, default="http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# TRUSTED_PROXIES: how many reverse proxies stand in front. The visitor's address, which slows down guessing,
# is read that far from the end of X-Forwarded-For; 0 without any proxy (the header is then not believed).
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0 if DEBUG else 1)

# SERVES_PAGES: this process answers visitors, so nothing in it may wait for long (``config.database``). Set by
# ``config.wsgi``; commands and tasks may take their time.
SERVES_PAGES = env.bool("SERVES_PAGES", default=False)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

INSTALLED_APPS = [
    "config.apps.SiteConfig",
    "config.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # its widget templates, for FORM_RENDERER
    "django_htmx",
    "django_otp",
    "config.apps.TasksConfig",
    "core",
    "accounts",
    "catalogue",
    "enrolment",
]

MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.UnreadableRequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressionMiddleware",
    "config.middleware.TypographyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "config.middleware.PersonalPagesMiddleware",
    "accounts.login.idle.IdleLogoutMiddleware",
    "config.middleware.LoginRequiredMiddleware",
    "accounts.terms.middleware.ConditionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.WrongMethodMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.HtmxRedirectMiddleware",
    "config.middleware.TooManyMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.site",
                "accounts.login.idle.context",
            ],
        },
    }
]
FORM_RENDERER = "core.forms.renderer.PlainRenderer"

# --- Data ----------------------------------------------------------------------------------------

# DATABASE_URL: postgres://… or sqlite:///…; an SQLite file in .demo/ when missing (DEBUG only).
DATABASES = {
    "default": env.db_url_config(
        required(env, "DATABASE_URL", debug=DEBUG, default=f"sqlite:///{BASE_DIR / '.demo' / 'db.sqlite3'}")
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Write transactions take the lock at once instead of failing half-way (SQLite's own advice).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5 if SERVES_PAGES else 20,  # seconds to wait for another writer
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        # From its fourth use on a query's plan is kept: planning takes longer than answering (docs/scaling.md).
        "server_side_binding": True,
        "prepare_threshold": 3,
        "options": " ".join(f"-c {name}={value}" for name, value in session_limits(pages=SERVES_PAGES).items()),
        # A server that vanished from the network is noticed in seconds instead of a quarter of an hour, or two hours
        # while it owes the answer to a question that it has received.
        "connect_timeout": 3,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
    }
# Opening SQLite or PostgreSQL anew takes 1 to 3 ms, a fifth of a page: a thread keeps its connection for a minute.
DATABASES["default"]["CONN_MAX_AGE"] = 60

# --- Secrets of the field ------------------------------------------------------------------------

# NIR_PEPPER: key of the HMAC under which social-security numbers are looked up. Required; kept outside the database
# and its backups. NIR_PEPPER_FORMER: the one before, during a change (docs/operation.md); none when missing.
NIR_PEPPER = secret(env, "NIR_PEPPER", debug=DEBUG)
NIR_PEPPER_FORMER = env.str("NIR_PEPPER_FORMER", default="")
# ENCRYPTION_KEYS: comma-separated Fernet keys, newest first, for drafts and identity documents.
# Required. `manage.py rotate_encryption` re-encrypts everything under the first.
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[]) or [secret(env, "ENCRYPTION_KEYS", debug=DEBUG, fernet=True)]

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.login.backends.NirBackend", "django.contrib.auth.backends.ModelBackend"]
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "enrolment:rights"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.login.passwords.GuidePasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["birth_name", "usual_name", "first_names", "email"]},
    },
]
# UNPROVED_ACCOUNT_DAYS: an account with no confirmed address and no proved identity frees its number, after so many
# days, for who proves that it is theirs.
UNPROVED_ACCOUNT_DAYS = env.int("UNPROVED_ACCOUNT_DAYS", default=7)
# ASSISTED_LINK_DAYS: what staff prepare for who calls, and its link, last so many days; then both are forgotten.
ASSISTED_LINK_DAYS = env.int("ASSISTED_LINK_DAYS", default=21)
# STAFF_OTP_REQUIRED: staff give a second factor (TOTP) to enter the admin; true when missing.
STAFF_OTP_REQUIRED = env.bool("STAFF_OTP_REQUIRED", default=not DEBUG)
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"  # by default all staff might import and export
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
OTP_TOTP_ISSUER = "ADM79 Gestion"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
# Over https a cookie named __Host- is this host's alone; core.cookies names the others in the same way.
_host = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME = f"{_host}adm79_session"
CSRF_COOKIE_NAME = f"{_host}csrftoken"
# Half an hour alone ends a session (accounts.login.browsers); what is left of it in the database goes within a day.
SESSION_COOKIE_AGE = 24 * 3600
CSRF_COOKIE_HTTPONLY = True  # forms and htmx carry the token in the page
SESSION_ENGINE = "accounts.login.session_store"
MESSAGE_STORAGE = "core.messages.MessageStorage"

# --- FranceConnect -------------------------------------------------------------------------------

# FRANCECONNECT_CLIENT_ID, _CLIENT_SECRET: given by FranceConnect. Without them the site works and
# never shows the button.
FRANCECONNECT_CLIENT_ID = env.str("FRANCECONNECT_CLIENT_ID", default="")
FRANCECONNECT_CLIENT_SECRET = env.str("FRANCECONNECT_CLIENT_SECRET", default="")
# FRANCECONNECT_ISSUER: the provider's issuer; its discovery document is read below it.
FRANCECONNECT_ISSUER = env.str("FRANCECONNECT_ISSUER", default="https://oidc.franceconnect.gouv.fr/api/v2")
# FRANCECONNECT_ACR: lowest eIDAS level asked for and accepted.
FRANCECONNECT_ACR = env.str("FRANCECONNECT_ACR", default="eidas1")

# --- Enrolment -----------------------------------------------------------------------------------

# ENROLMENT_DEADLINE_DAYS: a request leaves at least so many days before the session (the guide: 11).
ENROLMENT_DEADLINE_DAYS = env.int("ENROLMENT_DEADLINE_DAYS", default=11)
# ENROLMENT_DEADLINE_UNIT: "calendar" days (the guide) or "working" days (Mon-Fri, no public holiday).
ENROLMENT_DEADLINE_UNIT = env.str("ENROLMENT_DEADLINE_UNIT", default="calendar")
# MCF_VALIDATION_WORKING_DAYS: on Mon Compte Formation a request should be validated so many working days before the
# session (11: answer to a Senate question; the sources differ on the day from which it is counted).
MCF_VALIDATION_WORKING_DAYS = env.int("MCF_VALIDATION_WORKING_DAYS", default=11)
# MCF_REQUEST_WORKING_DAYS: prudently created so many before: 11, and 2 for the training body's answer, and 4 for the
# official's validation (delays of Mon Compte Formation, as the associations of mayors give them).
MCF_REQUEST_WORKING_DAYS = env.int("MCF_REQUEST_WORKING_DAYS", default=17)

# --- Mail and background work --------------------------------------------------------------------

# EMAIL_URL: smtp+tls://user:password@host:587, or filemail:///folder in the demo. Required without DEBUG.
MAILERS = {"default": mailer(required(env, "EMAIL_URL", debug=DEBUG, default="consolemail://"))}
# DEFAULT_FROM_EMAIL: sender of every mail. ADM79_EMAIL: where officials write to the association.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ne-pas-repondre@localhost")
ADM79_EMAIL = env.str("ADM79_EMAIL", default="contact@adm79.example")
# DESK_MORNING_MAIL: on working days at 8:00, ADM79_EMAIL gets the counts of what waits, without a name.
DESK_MORNING_MAIL = env.bool("DESK_MORNING_MAIL", default=True)
# ADM79_PHONE, ADM79_HOURS: the telephone that officials may call, and when somebody answers, in words. Without a
# number only the mail address shows.
ADM79_PHONE = env.str("ADM79_PHONE", default="")
ADM79_HOURS = env.str("ADM79_HOURS", default="")
# CDC_EMAIL: the Caisse des dépôts' address for élus whose account does not appear (the guide).
CDC_EMAIL = env.str("CDC_EMAIL", default="dfp_mcf_gestion-des-droits-et-formations@caissedesdepots.fr")
# PUBLISHER_ADDRESS, _SIREN, _DIRECTOR, _HOST: what the law wants in « Mentions légales » (seat, number, who
# answers for what is published, name and address of the host). While one is missing the page says whom to ask.
PUBLISHER = {
    fact: env.str(f"PUBLISHER_{fact.upper()}", default="") for fact in ("address", "siren", "director", "host")
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"  # a day ends at midnight in Paris
USE_TZ = True
USE_I18N = True

# --- Static files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# STATIC_ROOT: folder that `manage.py collectstatic` fills and the site serves; staticfiles/ when missing.
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static_files.StaticFilesStorage"
    },
}
# Files apart (they have limits of their own), no form of ours comes near this: nobody is let fill the memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 22 * 1024 * 1024  # identity documents never touch the disk in clear

# --- Security headers ----------------------------------------------------------------------------

SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SESSION_COOKIE_SECURE
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # the browsers' preload list is for the owner of the domain to decide
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE
SECURE_REDIRECT_EXEMPT = [r"^sante/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
# `form-action` also governs where a POST may be redirected: logging out ends at FranceConnect's.
_franceconnect_origin = ["/".join(FRANCECONNECT_ISSUER.split("/")[:3])] if FRANCECONNECT_CLIENT_ID else []
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],  # blob: the photo that one has just chosen, shown back
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF, *_franceconnect_origin],
}

# --- Logs ----------------------------------------------------------------------------------------

# SENTRY_DSN: where errors are reported besides, to a service that speaks Sentry's protocol; nowhere when missing.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
# To standard output; never a personal datum: views log codes, ids of rows and nothing typed.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {request_id} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"calm": {"()": "django.utils.log.CallbackFilter", "callback": calm_noise}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["calm"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
