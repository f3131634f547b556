"""What the search is made of: synonyms by staff, the index, the known words."""

from typing import ClassVar

from django.db import models

from catalogue.models.trainings import Training


class Synonym(models.Model):
    """Expressions that officials use for one thing: « PLU, plan local d'urbanisme ». Edited by staff."""

    expressions = models.CharField(
        "expressions équivalentes",
        max_length=300,
        unique=True,
        help_text="Séparées par des virgules : « PLU, plan local d'urbanisme ».",
    )

    class Meta:
        verbose_name = "synonymes"
        verbose_name_plural = "synonymes"
        ordering = ("expressions",)

    def __str__(self) -> str:
        return self.expressions


class UnansweredSearch(models.Model):
    """Words that found nothing in a year, how often and when: neither who nor the hour (``search.unanswered``)."""

    terms = models.CharField("mots cherchés", max_length=200)
    year = models.PositiveSmallIntegerField("année")
    times = models.PositiveIntegerField("fois", default=0)
    first_on = models.DateField("la première fois le")
    last_on = models.DateField("la dernière fois le", db_index=True)

    class Meta:
        verbose_name = "recherche sans réponse"
        verbose_name_plural = "recherches sans réponse"
        ordering = ("-times", "terms", "-year")
        constraints: ClassVar = [models.UniqueConstraint(fields=["terms", "year"], name="unanswered_once_a_year")]

    def __str__(self) -> str:
        return self.terms


class SearchEntry(models.Model):
    """The words under which a training is found, written by ``catalogue.search.index``, never by hand.

    The database keeps its own full-text index of the two columns (migration 0002): triggers and FTS5 on
    SQLite, generated ``tsvector`` columns on PostgreSQL.
    """

    training = models.OneToOneField(Training, models.CASCADE, primary_key=True, related_name="search_entry")
    title = models.TextField("mots du titre")
    body = models.TextField("mots de toute la fiche, titre compris")

    class Meta:
        verbose_name = "entrée de l'index de recherche"
        verbose_name_plural = "index de recherche"

    def __str__(self) -> str:
        return f"Index de {self.training_id}"


class SearchWord(models.Model):
    """A word of the catalogue, to be offered when something close to it was typed (« Vouliez-vous dire »)."""

    word = models.CharField("mot sans accent", max_length=100, primary_key=True)
    shown = models.CharField("mot", max_length=100)

    class Meta:
        verbose_name = "mot connu"
        verbose_name_plural = "mots connus"

    def __str__(self) -> str:
        return self.shown
