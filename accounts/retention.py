"""How long the accounts' tables are kept."""

from datetime import datetime, timedelta

from accounts.claims import takeover, unused
from accounts.login import browsers
from accounts.login.session_store import ANONYMOUS_FOR
from core.french import plural
from core.retention import Retention, in_days


def in_years(kept: timedelta) -> str:
    """« 3 ans », as the page says it."""
    return plural(kept.days // 365, "an")


def _erase_accounts(now: datetime) -> int:
    return takeover.erase_frozen(now) + takeover.erase_unconfirmed(now) + unused.erase_unused(now)


RETENTIONS = (
    Retention(
        ("sessions.Session", "accounts.OpenSession"),
        "Une connexion",
        "30 minutes sans activité, 24 heures au plus ; "
        f"{in_days(browsers.REMEMBERED_FOR)} si vous cochez « Rester connecté » ; "
        f"un passage par FranceConnect qui n'aboutit pas, {plural(ANONYMOUS_FOR.seconds // 3600, 'heure')}",
        browsers.purge,
    ),
    Retention(
        (
            "accounts.User",
            "accounts.FranceConnectIdentity",
            "accounts.CorrectionRequest",
            "accounts.MandateDeclaration",
            "accounts.EmailChange",
            "accounts.Mandate",
            "accounts.MandateClaim",
            "accounts.TermsConsent",
        ),
        "Votre compte et vos mandats",
        "tant que le compte est ouvert ; le répertoire national des élus, public, reste ensuite sans vous. "
        f"Un compte sans connexion depuis {in_years(unused.UNUSED_FOR)} est effacé, "
        f"{in_days(unused.WARNED_BEFORE)} après un mail qui vous prévient. Un compte dont l'adresse n'a jamais été "
        f"confirmée et dont rien ne prouve l'identité l'est après {in_days(takeover.UNCONFIRMED_FOR)}, sauf demande "
        "en cours. Un compte dont le numéro de sécurité sociale a été repris par la personne à qui il est l'est "
        f"{in_days(takeover.FROZEN_FOR)} après",
        _erase_accounts,
    ),
    Retention(
        ("accounts.IdentityCase",),
        "Une question d'identité que l'ADM79 a réglée",
        in_years(unused.CASES_KEPT_FOR),
        unused.purge_cases,
    ),
    Retention(
        ("admin.LogEntry",),
        "Ce que le journal de l'ADM79 dit de ses interventions",
        in_years(unused.JOURNAL_KEPT_FOR),
        unused.purge_journal,
    ),
)
