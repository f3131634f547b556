"""How long the catalogue's tables that visitors can grow are kept."""

from catalogue.demand import interests
from catalogue.search import unanswered
from core.retention import Retention, in_days

RETENTIONS = (
    Retention(
        ("catalogue.UnansweredSearch",),
        "Les mots cherchés qui n'ont rien donné, sans savoir de qui",
        f"{in_days(unanswered.KEPT_FOR)} après la dernière recherche ; "
        f"{in_days(unanswered.RARE_KEPT_FOR)} quand elles sont rares",
        unanswered.purge,
    ),
    Retention(
        ("catalogue.Interest",),
        "Les formations que vous avez demandé à attendre (« Prévenez-moi »)",
        f"jusqu'à ce que vous y renonciez, {in_days(interests.KEPT_FOR)} au plus ; "
        f"{in_days(interests.TOLD_KEPT_FOR)} après le mail qui vous prévient",
        interests.purge,
    ),
)
