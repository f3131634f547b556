"""How long the catalogue's tables that visitors can grow are kept."""

from catalogue.search import unanswered
from core.retention import Retention, in_days

RETENTIONS = (
    Retention(
        ("catalogue.UnansweredSearch",),
        "Les mots cherchés qui n'ont rien donné, sans savoir de qui",
        f"{in_days(unanswered.KEPT_FOR)} après la dernière recherche",
        unanswered.purge,
    ),
)
