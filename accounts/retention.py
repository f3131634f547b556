"""How long the accounts' tables are kept."""

from accounts.login import browsers
from accounts.login.session_store import ANONYMOUS_FOR
from core.french import plural
from core.retention import Retention, in_days

RETENTIONS = (
    Retention(
        ("sessions.Session", "accounts.OpenSession"),
        "Une connexion",
        f"30 minutes sans activité, ou {in_days(browsers.REMEMBERED_FOR)} si vous cochez « Rester connecté » ; "
        f"un passage par FranceConnect qui n'aboutit pas, {plural(ANONYMOUS_FOR.seconds // 3600, 'heure')}",
        browsers.purge,
    ),
    Retention(
        ("accounts.User", "accounts.FranceConnectIdentity", "accounts.CorrectionRequest", "accounts.Mandate"),
        "Votre compte et vos mandats",
        "tant que le compte est ouvert ; le répertoire national des élus, public, reste ensuite sans vous",
    ),
)
