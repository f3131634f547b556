"""Texts that staff write and publish: what is published changes no more, a correction is a new version."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

FIXED = "Ce texte est publié : il ne change plus. Faites-en une nouvelle version."


class Published(models.Model):
    """A draft until ``published_at`` is set, for good."""

    created_at = models.DateTimeField("écrit le", default=timezone.now, editable=False)
    published_at = models.DateTimeField("publié le", null=True, blank=True, editable=False, db_index=True)

    loose: ClassVar[frozenset[str]] = frozenset()
    """The fields that may still change once it is published."""

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        """Whether it may still be written."""
        return self.published_at is None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django does; raises ValidationError for what is published already."""
        only = kwargs.get("update_fields")
        free = only is not None and set(only) <= self.loose
        if not free and self.pk and type(self)._base_manager.filter(pk=self.pk).exclude(published_at=None).exists():
            raise ValidationError(FIXED)
        super().save(*args, **kwargs)


class Announcement(Published):
    """A few words to everybody, from one day to another; ``withdrawn_at`` ends it before its time."""

    class Where(models.TextChoices):
        EVERYWHERE = "everywhere", "sur toutes les pages"
        HOME = "home", "à l'accueil seulement"

    text = models.TextField("texte", max_length=500, help_text="En quelques mots. Une ligne vide fait un paragraphe.")
    where = models.CharField("où", max_length=10, choices=Where, default=Where.EVERYWHERE)
    starts_on = models.DateField("du", default=timezone.localdate)
    ends_on = models.DateField("au (compris)")
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True, editable=False)
    loose = frozenset({"withdrawn_at"})

    class Meta:
        verbose_name = "annonce"
        ordering = ("-starts_on", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="announcement_ends_after_start",
                violation_error_message="Le dernier jour vient après le premier.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text[:60]}…" if len(self.text) > 60 else self.text


class MailPhrase(Published):
    """What is added to one kind of mail, at its beginning and its end; the latest published one counts."""

    kind = models.CharField("mail", max_length=100, help_text="Le nom de son modèle, sous templates/emails/.")
    opening = models.TextField("au début", max_length=1000, blank=True, help_text="Après « Bonjour, ».")
    closing = models.TextField("à la fin", max_length=1000, blank=True, help_text="Avant « Une question ? ».")

    class Meta:
        verbose_name = "phrase de mail"
        verbose_name_plural = "phrases des mails"
        ordering = ("kind", F("published_at").desc(nulls_first=True), "-pk")

    def __str__(self) -> str:
        return (self.opening or self.closing or "Phrase vide")[:60]
