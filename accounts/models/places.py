"""Communes of France and their postal codes."""

from typing import ClassVar

from django.db import models


class Commune(models.Model):
    """A commune of France, by its COG code (code officiel géographique)."""

    code = models.CharField("code COG", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=100)
    name_key = models.CharField(
        "nom normalisé", max_length=100, db_index=True, help_text="sans accent ni tiret, en minuscules"
    )
    department = models.CharField("département", max_length=3, db_index=True)
    epci = models.CharField("SIREN de l'EPCI", max_length=9, blank=True, db_index=True)
    epci_name = models.CharField("EPCI", max_length=200, blank=True)
    former_name = ""
    """Of a commune found by the name of one that it took in: that name."""

    population = models.PositiveIntegerField("population", default=0)

    class Meta:
        verbose_name = "commune"
        ordering = ("name", "code")

    def __str__(self) -> str:
        return self.name


class FormerCommune(models.Model):
    """A commune that is part of another one today (déléguée, associée): its name is still what people say."""

    name = models.CharField("nom", max_length=100)
    name_key = models.CharField("nom normalisé", max_length=100, db_index=True)
    commune = models.ForeignKey(Commune, models.CASCADE, related_name="former", verbose_name="commune")

    class Meta:
        verbose_name = "ancienne commune"
        verbose_name_plural = "anciennes communes"
        ordering = ("name", "commune")
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "commune"], name="former_commune_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.commune.name})"


class PostalCode(models.Model):
    """One postal code serves up to 17 communes; one commune may have several codes."""

    code = models.CharField("code postal", max_length=5, db_index=True)
    commune = models.ForeignKey(Commune, models.CASCADE, related_name="postal_codes", verbose_name="commune")

    class Meta:
        verbose_name = "code postal"
        verbose_name_plural = "codes postaux"
        ordering = ("code", "commune__name")
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "commune"], name="postal_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.commune.name}"
