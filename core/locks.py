"""Row locks: the one function that takes them, always in the same order.

Each model whose rows are locked has a ``lock_rank``. Locks go from the lowest rank to the highest and, within a
model, by primary key: two transactions at once wait for each other, and never for one another (deadlock). A writer
takes all its locks at its start; taking again what is already held is free.
"""

from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet


class Ranked(Protocol):
    """A model whose rows may be locked: its place in the order."""

    lock_rank: int


def lock(*rows: QuerySet[Any]) -> tuple[list[Any], ...]:
    """Lock these rows until the transaction ends and return them, fresh, in the order of the arguments.

    Each query runs in its turn, so that one may depend on what the locks before it hold still: the accounts of the
    dossiers of a locked session. Raises AttributeError for a model without a rank.
    """
    turns = sorted(range(len(rows)), key=lambda index: rank_of(rows[index].model))
    taken: dict[int, list[Any]] = {}
    for model, same in groupby(turns, key=lambda index: rows[index].model):
        asked = list(same)
        if len(asked) > 1:  # one statement for all the rows of a model keeps their order
            wanted = [Q(pk__in=rows[index].order_by().values("pk")) for index in asked]
            _take(model._default_manager.filter(reduce(or_, wanted)))
        taken |= {index: _take(rows[index]) for index in asked}
    return tuple(taken[index] for index in range(len(rows)))


def lock_one[Row: Model](rows: QuerySet[Row]) -> Row:
    """Lock the single row of a query and return it. Raises its model's DoesNotExist."""
    (found,) = lock(rows)
    return found[0] if found else rows.get()


def rank_of(model: type[Ranked]) -> int:
    """The model's place in the order of locks."""
    return model.lock_rank


def _take(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.order_by("pk").select_for_update(of=("self",)))
