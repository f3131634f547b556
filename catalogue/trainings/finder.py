"""The training that an address read on paper means, even with what clings to it: spaces, full stops, capitals, accents.

A link copied out of a mail or typed from a fiche comes with a comma, a bracket, a capital, a space in the middle.
"""

from datetime import date
from urllib.parse import unquote, urlsplit

from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify

from catalogue.models import Training
from catalogue.search.engine import MAX_LENGTH, Criteria, Search
from catalogue.search.page import Card, SearchPage
from core.text import fold

FICHE = "fiche"
SHOWN = 4


def read_reference(typed: str) -> tuple[str, bool]:
    """The reference in what was typed or pasted (an address, its end, a name), and whether it names the fiche.

    >>> read_reference("https://formations.example/formations/Budget-Communal/fiche/.")
    ('budget-communal', True)
    """
    path = urlsplit(unquote(typed).strip()[:MAX_LENGTH].replace("\\", "/")).path
    parts = [
        slug
        for part in path.rpartition(reverse("catalogue:search"))[2].split("/")
        if (slug := slugify(fold(part)).strip("_-"))
    ]
    return (parts[0] if parts else "", FICHE in parts[1:])


def find(typed: str) -> Training | None:
    """The training that bears or bore the reference in *typed*; a draft is nobody's."""
    reference, _ = read_reference(typed)
    named = Q(reference=reference) | Q(former_references__reference=reference)
    return Training.objects.exclude(status=Training.Status.DRAFT).filter(named).first() if reference else None


def address(typed: str) -> str:
    """Where *typed* leads: the training's page, or its fiche; empty when it means no training."""
    training = find(typed)
    if training is None:
        return ""
    names_the_fiche = read_reference(typed)[1]
    return reverse("catalogue:fiche", args=[training.reference]) if names_the_fiche else training.get_absolute_url()


def nearest(typed: str, today: date) -> list[Card]:
    """The trainings whose words come closest to what was typed."""
    page = SearchPage(Search(Criteria(q=read_reference(typed)[0].replace("-", " ")), today))
    return (page.cards or page.nearest)[:SHOWN] if page.criteria.q else []
