"""References live for ever: a training that takes another keeps the one printed on paper as a former reference."""

from django.core.exceptions import ValidationError
from django.db import transaction

from catalogue.models import FormerReference, Training


def taken(reference: str) -> ValidationError:
    """What is said of a reference that leads elsewhere."""
    return ValidationError(f"La référence « {reference} » mène déjà à une autre formation.", code="taken")


def check_free(reference: str, training: Training | None = None) -> None:
    """Refuse a reference that another training bears or bore. Raises ValidationError."""
    itself = training.pk if training and training.pk else 0
    others = Training.objects.exclude(pk=itself)
    former = FormerReference.objects.exclude(training=itself)
    if others.filter(reference=reference).exists() or former.filter(reference=reference).exists():
        raise taken(reference)


@transaction.atomic
def rename(training: Training, reference: str) -> None:
    """Give the training another reference; the old one leads to it from now on. Raises ValidationError."""
    check_free(reference, training)
    old = training.reference
    training.former_references.filter(reference=reference).delete()
    training.reference = reference
    training.save()
    if old != training.reference:
        FormerReference.objects.get_or_create(reference=old, training=training)


def free_copy(reference: str) -> str:
    """« budget-copie », « budget-copie-2 »…: the first that nobody bears or bore."""
    stem = reference[:48].removesuffix("-") + "-copie"
    taken = set(Training.objects.filter(reference__startswith=stem).values_list("reference", flat=True))
    taken |= set(FormerReference.objects.filter(reference__startswith=stem).values_list("reference", flat=True))
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)
