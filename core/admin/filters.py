"""Filters of the admin's lists."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

EVERYTHING = "tout"
OF_THE_LIST = frozenset({"p", "o", "e", "all"})
"""What a list adds to its address by itself: page, order, an error."""


class OpensOnFilter(admin.SimpleListFilter):
    """A filter that is on when a list is opened, and off as soon as something else is asked of the list."""

    opens_on: ClassVar[str]
    """The value that an address without anything stands for."""

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.bare = not request.GET.keys() - OF_THE_LIST

    def value(self) -> str | None:
        """What is asked for, or the value that the list opens on."""
        given = super().value()
        return self.opens_on if given is None and self.bare else given

    def choices(self, changelist: Any) -> Iterator[Any]:
        """« tout » has an address of its own, for the bare one means something else."""
        everything, *others = super().choices(changelist)
        chosen = self.value() in {None, EVERYTHING}
        query = changelist.get_query_string({self.parameter_name: EVERYTHING})
        yield {**everything, "selected": chosen, "query_string": query}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The rows of the value; all of them for « tout »."""
        value = self.value()
        return queryset if value in {None, EVERYTHING} else self.rows(queryset, str(value))

    def rows(self, queryset: QuerySet, value: str) -> QuerySet:
        """The rows of one value."""
        raise NotImplementedError
