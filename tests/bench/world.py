"""The pages that are measured, and what stands behind them.

A usual official and a usual training; besides, the heaviest: a training with 30 sessions, a list of 40 dossiers.
"""

import datetime
from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.login.session_store import SessionStore
from accounts.models import User
from tests import factories

TRAININGS, SESSIONS, DOSSIERS = 120, 30, 40
USUAL_SESSIONS, USUAL_DOSSIERS = 3, 4


@dataclass(frozen=True)
class World:
    """Who looks at what: a logged-in official's session key, addresses by name."""

    session_key: str
    busy_session_key: str
    pages: dict[str, str]
    public: dict[str, str]


def make() -> World:
    """Fill an empty database."""
    factories.ScaleFactory()
    factories.PostalCodeFactory()
    official, busy = factories.OfficialFactory(), factories.OfficialFactory()
    places = [factories.PlaceFactory(name=f"Salle {number}") for number in range(8)]
    many = factories.TrainingFactory(title="Le budget communal : construire, voter, exécuter")
    usual = factories.TrainingFactory(title="Le droit de la fonction publique territoriale")
    for training, count in ((many, SESSIONS), (usual, USUAL_SESSIONS)):
        for number in range(count):
            factories.SessionFactory(training=training, start=factories.in_days(20 + number), place=places[number % 8])
    for number in range(TRAININGS):
        title = f"Le budget communal, cas {number}" if number % 3 else f"La gestion du domaine public {number}"
        training = factories.TrainingFactory(title=title)
        for day in (15, 45):
            factories.SessionFactory(
                training=training, start=factories.in_days(day + number % 40), place=places[number % 8]
            )
        if number < DOSSIERS:
            factories.EnrolmentFactory(user=busy, session=training.sessions.first())
        if number < USUAL_DOSSIERS:
            dossier = factories.EnrolmentFactory(user=official, session=training.sessions.first())
    return World(
        session_key=log_in(official),
        busy_session_key=log_in(busy),
        pages={
            "accueil": "/",
            "droits": "/mes-droits/",
            "formation": usual.get_absolute_url(),
            "formation à 30 sessions": many.get_absolute_url(),
            "dossiers": "/inscriptions/",
            "40 dossiers": "/inscriptions/",
            "dossier": dossier.get_absolute_url(),
            "recherche": "/formations/",
            "recherche, mots et lieu": "/formations/?q=budget+communal&lieu=79000",
            "étape": f"{dossier.get_absolute_url()}identification/",
            "compte": "/mon-compte/",
        },
        public={
            "accueil": "/",
            "formation": usual.get_absolute_url(),
            "aide": "/aide/",
            "aide, écrans": "/aide/mon-compte-formation/",
            "aide, messages": "/aide/messages/",
            "connexion": "/connexion/",
            "créer un compte": "/compte/creer/",
            "données personnelles": "/donnees-personnelles/",
        },
    )


def key_for(world: World, page: str) -> str:
    """The session of who looks at *page*."""
    return world.busy_session_key if page.endswith("40 dossiers") else world.session_key


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
