"""How surely something is known: below the models, which keep it (``accounts.identity.proof`` has the rule). Pure."""

from django.db import models


class Degree(models.IntegerChoices):
    """How surely; a greater number is surer."""

    DECLARED = 1, "déclaré par la personne"
    DOCUMENT = 2, "vu par l'ADM79 (pièce ou mandat)"
    FRANCECONNECT = 3, "prouvé par FranceConnect"
