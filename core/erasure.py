"""Forgetting a person: rows stay for what they count, every field that is not on the list of what stays is emptied.

A list of what stays, so that a field added later is erased unless somebody decides that it may stay.
"""

from collections.abc import Set as AbstractSet
from typing import Any

from django.db import models


def nothing(field: models.Field[Any, Any]) -> Any:
    """The value of a field that says nothing: null where it may be, an empty text, else the default."""
    if field.null:
        return None
    return "" if isinstance(field, models.CharField | models.TextField) else field.get_default()


def erased(model: type[models.Model], stays: AbstractSet[str]) -> dict[str, Any]:
    """What to write in every field of *model* that is not named in *stays*."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    if unknown := stays - fields.keys():
        raise ValueError(f"{model.__name__} has no field {', '.join(sorted(unknown))}")
    return {name: nothing(field) for name, field in fields.items() if name not in stays}
