"""What may not be deleted, asked of the database's own rules."""

from django.db import router
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector


def is_protected(obj: Model) -> bool:
    """Whether something depends on *obj*, or on what would go with it, and forbids to delete it (PROTECT, RESTRICT)."""
    collector = Collector(using=router.db_for_write(type(obj), instance=obj), origin=obj)
    try:
        collector.collect([obj])
    except (ProtectedError, RestrictedError):
        return True
    return False
