"""The pages that are measured, and what stands behind them: a training with 30 sessions, a list of 40 dossiers."""

import datetime
from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.login.session_store import SessionStore
from accounts.models import User
from tests import factories

TRAININGS, SESSIONS, DOSSIERS = 120, 30, 40


@dataclass(frozen=True)
class World:
    """Who looks at what: a logged-in official's session key, addresses by name."""

    session_key: str
    pages: dict[str, str]
    public: dict[str, str]


def make() -> World:
    """Fill an empty database."""
    factories.ScaleFactory()
    factories.PostalCodeFactory()
    official = factories.OfficialFactory()
    places = [factories.PlaceFactory(name=f"Salle {number}") for number in range(8)]
    many = factories.TrainingFactory(title="Le budget communal : construire, voter, exécuter")
    for number in range(SESSIONS):
        factories.SessionFactory(training=many, start=factories.in_days(20 + number), place=places[number % 8])
    for number in range(TRAININGS):
        title = f"Le budget communal, cas {number}" if number % 3 else f"La gestion du domaine public {number}"
        training = factories.TrainingFactory(title=title)
        for day in (15, 45):
            factories.SessionFactory(
                training=training, start=factories.in_days(day + number % 40), place=places[number % 8]
            )
        if number < DOSSIERS:
            dossier = factories.EnrolmentFactory(user=official, session=training.sessions.first())
    return World(
        session_key=log_in(official),
        pages={
            "accueil": "/",
            "droits": "/mes-droits/",
            "formation": many.get_absolute_url(),
            "dossiers": "/inscriptions/",
            "dossier": dossier.get_absolute_url(),
            "recherche": "/formations/",
            "recherche, mots et lieu": "/formations/?q=budget+communal&lieu=79000",
            "étape": f"{dossier.get_absolute_url()}identification/",
            "compte": "/mon-compte/",
        },
        public={
            "accueil": "/",
            "formation": many.get_absolute_url(),
            "aide": "/aide/",
            "connexion": "/connexion/",
            "créer un compte": "/compte/creer/",
            "données personnelles": "/donnees-personnelles/",
        },
    )


def log_in(user: User) -> str:
    """The key of a session in which *user* is logged in and stays so."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.login.backends.NirBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["remembered"] = True
    session["method"] = "password"
    session["authenticated_at"] = int(timezone.now().timestamp())
    session.set_expiry(datetime.timedelta(days=1))
    session.create()
    return str(session.session_key)
