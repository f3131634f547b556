"""Models of which only some columns are read, with what they lead to."""

from typing import Any

from django.db.models import Model, QuerySet


class Narrow[M: Model]:
    """The columns *shown* of *rows* and of what their foreign keys lead to (« session__training__title »).

    The same as ``only`` with ``select_related``, which needs two to three times as long to work out what is left out
    (``make bench ARGS=pages``). As after ``only``, another column is read when somebody asks for it.
    """

    def __init__(self, rows: QuerySet[M], *shown: str) -> None:
        model = rows.model
        self._models: dict[str, type[Model]] = {"": model}
        self._places: dict[str, dict[str, int]] = {"": {}}
        self._lookups: list[str] = []
        for name in (model._meta.pk.name, *shown):
            self._show(name)
        for path, part in self._models.items():  # as from_db wants them
            places = self._places[path]
            self._places[path] = {
                field.attname: places[field.attname] for field in part._meta.concrete_fields if field.attname in places
            }
        self._rows = rows.values_list(*self._lookups)

    def _show(self, name: str) -> None:
        path, _, own = name.rpartition("__")
        if path not in self._models:
            self._follow(path)
        column = self._models[path]._meta.get_field(own).attname  # type: ignore[union-attr]  # a column, by contract
        if column not in self._places[path]:
            self._places[path][column] = len(self._lookups)
            self._lookups.append(f"{path}__{column}" if path else column)

    def _follow(self, path: str) -> None:
        self._show(path)
        parent, _, own = path.rpartition("__")
        key = self._models[parent]._meta.get_field(own)
        self._models[path] = key.related_model  # type: ignore[assignment]  # a foreign key, by contract
        self._places[path] = {self._models[path]._meta.pk.attname: self._places[parent][key.attname]}  # type: ignore[union-attr]

    def filter(self, **wanted: Any) -> list[M]:
        """Those of the rows that ``filter`` finds, in their order: one query."""
        found = self._rows.filter(**wanted)
        return [self._built(row, found.db) for row in found]

    def _built(self, row: tuple[Any, ...], database: str) -> M:
        built: dict[str, Any] = {}
        for path, places in self._places.items():
            model = self._models[path]
            there = row[places[model._meta.pk.attname]] is not None
            one = model.from_db(database, list(places), [row[at] for at in places.values()]) if there else None
            built[path] = one
            parent, _, own = path.rpartition("__")
            if path and built[parent] is not None:
                setattr(built[parent], own, one)
        return built[""]  # type: ignore[no-any-return]
