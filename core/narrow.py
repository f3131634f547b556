"""Models of which only some columns are read, with what they lead to."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from django.db import connection
from django.db.models import DateTimeField, DecimalField, Field, ForeignKey, Model, UUIDField

COMPARED = {"": "=", "gt": ">", "gte": ">="}


class _Part(NamedTuple):
    """The row of one table within a row: what leads to it, where its columns stand, the name its table goes by."""

    model: type[Model]
    parent: str
    own: str
    places: dict[str, int]
    alias: str


class Narrow[M: Model]:
    """The columns *shown* of a model and of what its foreign keys lead to (« session__training__title »).

    The same as ``filter`` with ``select_related``, ``only`` and ``order_by``; as there, another column is read when
    somebody asks for it. Django works out what to ask anew each time, for three to ten times as long as the database
    needs to answer (``make bench ARGS=pages``): here the statement is written once, from what the models say of their
    tables. For texts, numbers, days, moments, identifiers and bytes.
    """

    def __init__(self, model: type[M], *shown: str, order: tuple[str, ...] = ()) -> None:
        self.model, self.order = model, order
        self.lookups: list[str] = []
        """What is read, as ``values_list`` would take it."""
        self._parts = {"": _Part(model, "", "", {}, model._meta.db_table)}
        self._joins: list[str] = []
        self._columns: list[str] = []
        self._readers: list[tuple[int, Callable[[Any], Any]]] = []
        self._statements: dict[tuple[str, ...], tuple[str, list[Field[Any, Any]]]] = {}
        for name in ("pk", *shown):
            self._show(name)
        self._order = ", ".join(self._ordered(name) for name in order)
        for part in self._parts.values():  # as from_db wants them
            there = [field.attname for field in part.model._meta.concrete_fields if field.attname in part.places]
            part.places.update({name: part.places.pop(name) for name in there})

    def filter(self, **wanted: Any) -> list[M]:
        """The rows whose own columns are as wanted (« user=…, start__gte=… »), in their order: one query.

        None finds nothing, as in SQL.
        """
        names = tuple(wanted)
        if names not in self._statements:
            self._statements[names] = self._statement(names)
        statement, fields = self._statements[names]
        asked = [
            field.get_db_prep_value(value.pk if isinstance(value, Model) else value, connection)
            for field, value in zip(fields, wanted.values(), strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, asked)
            rows = cursor.fetchall()
        database = connection.alias
        return [self._built(list(row), database) for row in rows]

    def first(self, **wanted: Any) -> M | None:
        """The first of them, if there is one."""
        return next(iter(self.filter(**wanted)), None)

    def _statement(self, names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
        table, joins = self._parts[""].alias, " ".join(self._joins)
        asked = [name.partition("__") for name in names]
        fields = [_field(self.model, own) for own, _, _ in asked]
        wanted = " AND ".join(
            f'"{table}"."{field.column}" {COMPARED[how]} %s' for field, (_, _, how) in zip(fields, asked, strict=True)
        )
        where, order = wanted and f"WHERE {wanted}", self._order and f"ORDER BY {self._order}"
        statement = f'SELECT {", ".join(self._columns)} FROM "{table}" {joins} {where} {order}'  # noqa: S608  names of ours
        return statement, fields

    def _show(self, name: str) -> None:
        path, _, own = name.rpartition("__")
        part = self._part(path)
        field = _field(part.model, own)
        if field.attname in part.places:
            return
        part.places[field.attname] = len(self._columns)
        if read := _reader(field):
            self._readers.append((len(self._columns), read))
        self._columns.append(f'"{part.alias}"."{field.column}"')
        self.lookups.append(f"{path}__{field.attname}" if path else field.attname)

    def _part(self, path: str) -> _Part:
        if path not in self._parts:
            self._show(path)
            parent, _, own = path.rpartition("__")
            key = cast(ForeignKey[Any, Any], _field(self._parts[parent].model, own))
            there, alias = key.related_model, self._parts[parent].alias
            self._joins.append(
                f'LEFT JOIN "{there._meta.db_table}" "{path}"'
                f' ON "{path}"."{key.target_field.column}" = "{alias}"."{key.column}"'
            )
            self._parts[path] = _Part(there, parent, own, {}, path)
            self._show(f"{path}__pk")
        return self._parts[path]

    def _ordered(self, name: str) -> str:
        path, _, own = name.removeprefix("-").rpartition("__")
        part = self._part(path)
        return f'"{part.alias}"."{_field(part.model, own).column}"{" DESC" if name.startswith("-") else ""}'

    def _built(self, row: list[Any], database: str) -> M:
        for at, read in self._readers:
            if row[at] is not None:
                row[at] = read(row[at])
        built: dict[str, Any] = {}
        for path, (model, parent, own, places, _) in self._parts.items():
            if row[places[model._meta.pk.attname]] is None:
                built[path] = None
            else:
                built[path] = model.from_db(database, places, [row[at] for at in places.values()])
            if path and built[parent] is not None:
                setattr(built[parent], own, built[path])
        return built[""]  # type: ignore[no-any-return]


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    """The column *name* of a model."""
    return model._meta.pk if name == "pk" else model._meta.get_field(name)  # type: ignore[return-value]  # a column, by contract


def _reader(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What SQLite's answer goes through, where it is not yet what Django would have made of it."""
    while isinstance(field, ForeignKey):
        field = field.target_field
    match field:
        case UUIDField():
            return field.to_python
        case DateTimeField():
            return _aware
        case DecimalField():
            cents = Decimal(1).scaleb(-field.decimal_places)
            return lambda amount: field.to_python(amount).quantize(cents)
    return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
