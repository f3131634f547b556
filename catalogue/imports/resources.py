"""One row a training, with one of its sessions if its first day is given; repeatable, by reference.

Another row with the same reference adds another session; what it says of the training must be the same, or empty.
A file that was exported comes back without changing anything: an empty cell, and one that says what is recorded,
leave all as it is, and what a file does not change is not judged again. « (vide) » erases.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from import_export.fields import Field
from import_export.results import Result, RowResult

from catalogue.imports import cells
from catalogue.imports.columns import TrainingColumns
from catalogue.imports.session_rows import SessionRows, collect
from catalogue.models import FormerReference, Training
from catalogue.search import index
from catalogue.trainings import publishing, references, rules
from core import spreadsheets
from core.admin.protection import is_protected

type Progress = Callable[[int, int], None]
"""Told of each row: how many are done, of how many."""

TOGETHER = 50
"""Rows written in one transaction: their trainings are indexed once; half a second in which nobody else can write."""
PAUSE = 0.1
"""Seconds between two transactions on SQLite, where who waits to write looks again as seldom (its busy handler)."""
EMPTY = ValidationError("Cette cellule ne peut pas être vide.", code="empty")


class NoDiff:
    """Stands where the library compares every cell of every row twice."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        pass

    def compare_with(self, resource: Any, instance: Any) -> None:
        """Nothing to compare."""


class TrainingResource(TrainingColumns):
    """The rows of a file, one by one; mistakes are named by line and column."""

    def __init__(
        self,
        *,
        skip_wrong: bool = False,
        progress: Progress = lambda _row, _rows: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.skip_wrong = skip_wrong
        self.progress = progress
        self._writes = False
        self._together = ExitStack()
        """The open transaction of some rows."""
        self._lines: list[int] = []
        self._merged: dict[str, dict[str, Any]] = {}
        self._first_lines: dict[str, int] = {}
        self.sessions = SessionRows()
        self._former: dict[str, int] = {}
        self._made: dict[str, Training] = {}
        self._recorded: dict[str, Any] = {}
        self._told: dict[str, Any] = {}

    def get_diff_class(self) -> type:
        """No cell-by-cell difference: the preview says which trainings are added or changed."""
        return NoDiff

    # A file -----------------------------------------------------------------------------------------

    def look(self, dataset: tablib.Dataset) -> Result:
        """What the file would do, or what is wrong in it. Writes nothing, and so keeps nobody else from writing.

        The library's own dry run would write, and take it back at the end.
        """
        self._writes = False
        return self.import_data(dataset, use_transactions=False)

    def write(self, dataset: tablib.Dataset) -> Result:
        """The file, ``TOGETHER`` rows in a transaction: what others write meanwhile waits for so many at most.

        Repeated after an interruption, it leaves alone what was written. It stops at a row that cannot be written, and
        keeps those before it.
        """
        self._writes = True
        try:
            return self.import_data(dataset, use_transactions=False, raise_errors=True)
        finally:
            self._together.close()

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        self._check_headers(dataset)
        self._lines = getattr(dataset, "lines", [])
        self._former = dict(FormerReference.objects.order_by("pk").values_list("reference", "training_id"))
        for field in self.fields.values():
            if isinstance(field.widget, cells.NameWidget | cells.NamesWidget):
                field.widget.forget()
        self.fields["replaced_by"].widget.made = self._made
        self.sessions.prepare()
        for row in dataset.dict:
            told = self._merged.setdefault(_reference(row), {})
            for column in self.columns.values():
                if not cells.is_blank(row.get(column)):
                    told.setdefault(column, row[column])

    def _check_headers(self, dataset: tablib.Dataset) -> None:
        headers = [header for header in dataset.headers or [] if header]
        wrong = ""
        if strangers := [header for header in headers if header not in self.every_column]:
            wrong = f"Colonne inconnue : {', '.join(strangers)}. Partez du modèle à télécharger."
        elif twice := sorted({header for header in headers if headers.count(header) > 1}):
            wrong = f"Colonne en double : {', '.join(twice)}. Gardez-en une."
        elif "référence" not in headers:
            wrong = "La colonne « référence » manque. Partez du modèle à télécharger."
        if wrong:
            dataset.wipe()
            raise ValueError(wrong)

    def line(self, row_number: int) -> int:
        """The number of a row in its file, the headers being line 1."""
        return self._lines[row_number - 1] if row_number <= len(self._lines) else row_number + 1

    # A row ------------------------------------------------------------------------------------------

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        """As the library does; mistakes are named by line and column, and left out when staff chose so."""
        if self._writes and (kwargs["row_number"] - 1) % TOGETHER == 0:
            self._begin(others_wait=kwargs["row_number"] > 1)
        with transaction.atomic() if self._writes else nullcontext():
            result = super().import_row(row, instance_loader, **kwargs)
            if self._writes and (result.errors or result.validation_error):
                transaction.set_rollback(True)
        self.progress(kwargs["row_number"], len(self._lines))
        result.line = self.line(kwargs["row_number"])
        if result.validation_error:
            wrong = _by_column(result.validation_error, self.columns)
            result.validation_error = ValidationError(wrong)
            if self.skip_wrong:
                result.left_out = (result.line, wrong)
                result.validation_error = None
                result.import_type = RowResult.IMPORT_TYPE_SKIP
        return result

    def _begin(self, *, others_wait: bool) -> None:
        """End the transaction of the rows before, let others write, and begin the next one."""
        self._together.close()
        if others_wait and connection.vendor == "sqlite":
            time.sleep(PAUSE)
        self._together.enter_context(index.deferred())

    def get_or_init_instance(self, instance_loader: Any, row: dict[str, Any]) -> tuple[Training, bool]:
        """The training as it is recorded, remembered to know what the row changes."""
        training, is_new = super().get_or_init_instance(instance_loader, row)
        fields = () if is_new else Training._meta.concrete_fields
        self._recorded = {field.attname: getattr(training, field.attname) for field in fields}
        return training, is_new

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Training | None:
        """The training of this reference, made by an earlier row perhaps."""
        return self._made.get(_reference(row)) or super().get_instance(instance_loader, row)

    def import_instance(self, instance: Training, row: dict[str, Any], **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        reference, line = _reference(row), self.line(kwargs["row_number"])
        self._told = {}
        if self._first_lines.setdefault(reference, line) == line:
            self._told = {**row, **self._merged.get(reference, {})} if reference else row
            try:
                super().import_instance(instance, self._told, **kwargs)
            except ValidationError as error:
                errors = error.update_error_dict(errors)
            if self._gives_trainers(instance):
                collect(errors, "trainers", self.fields["trainers"].clean, self._told)
        else:
            collect(errors, "reference", self._check_repeated, row, reference)
        self.sessions.read(instance, row, errors)
        if agreed := self._agreed_that_would_change(instance):
            errors |= agreed
        if errors:
            raise ValidationError(errors)

    def import_field(
        self, field: Field, instance: Training, row: dict[str, Any], is_m2m: bool = False, **kwargs: Any
    ) -> None:
        """Nothing for a cell that says nothing new."""
        if not self._says_nothing(field, instance, row):
            super().import_field(field, instance, row, is_m2m, **kwargs)

    def _says_nothing(self, field: Field, instance: Training, row: dict[str, Any]) -> bool:
        """Whether a cell of a known training is empty, or holds what an export would write there."""
        if field.column_name not in row:
            return True
        if instance.pk is None or not self._recorded:
            return False
        cell = row[field.column_name]
        written = spreadsheets.french(self.export_field(field, instance))
        return cells.is_blank(cell) or spreadsheets.text_of(cell) == written

    def _gives_trainers(self, instance: Training) -> bool:
        return not self._says_nothing(self.fields["trainers"], instance, self._told)

    def _changed(self, instance: Training) -> set[str]:
        """The attributes that the row changes; all of a new training."""
        return {
            f.attname
            for f in Training._meta.concrete_fields
            if self._recorded.get(f.attname, self) != getattr(instance, f.attname)
        }

    def _agreed_that_would_change(self, training: Training) -> dict[str, Any]:
        """What people agreed to changes only by an act that tells them (``enrolment.desk``), never by a file."""
        words = "Des dossiers existent : changez-le depuis la fiche, qui montre qui est concerné."
        changed = self._changed(training) & {"price", "status"} if self._recorded else set()
        errors = {name: [words] for name in sorted(changed) if is_protected(training)}
        return errors | self.sessions.agreed_that_would_change(words)

    def validate_instance(
        self, instance: Training, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """The model's own checks of what changes and the rules of the admin's form, without a query a field."""
        errors = dict(import_validation_errors or {})
        changed = self._changed(instance)
        same = {f.name for f in Training._meta.concrete_fields if f.attname not in changed}
        try:
            instance.clean_fields(exclude={*errors, *same, "body", "subject", "replaced_by"})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for name, said in errors.items():
            errors[name] = [EMPTY if getattr(each, "code", "") in {"null", "blank"} else each for each in said]
        for name in ("body", "subject"):
            if getattr(instance, f"{name}_id") is None:
                errors.setdefault(name, [EMPTY])
        if self._former.get(instance.reference, instance.pk) != instance.pk:
            errors.setdefault("reference", [references.taken(instance.reference)])
        if changed & {"price", "duration_hours"} and not {"price", "duration_hours"} & errors.keys():
            collect(errors, "price", _check_price, instance)  # neither is empty: clean_fields saw to it
        if not errors and "status" in changed and instance.status == Training.Status.PUBLISHED:
            today = timezone.localdate()
            collect(errors, "status", publishing.check, instance, today, self.sessions.ends_of(instance, today))
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance: Training, original: Training, row: Any, import_validation_errors: Any = None) -> bool:
        if import_validation_errors or not self._recorded or self._changed(instance):
            return False
        return not self._gives_trainers(instance) and not self.sessions.changes()

    def do_instance_save(self, instance: Training, is_create: bool) -> None:
        """A training that only gets a session is not written again."""
        if self._writes and (is_create or self._changed(instance)):
            super().do_instance_save(instance, is_create)

    def save_m2m(self, instance: Training, row: dict[str, Any], **kwargs: Any) -> None:
        if self._writes and self._gives_trainers(instance):
            super().save_m2m(instance, self._told, **kwargs)

    def after_save_instance(self, instance: Training, row: Any, **kwargs: Any) -> None:
        self._made[instance.reference] = instance
        self.sessions.keep(instance, write=self._writes)

    def _check_repeated(self, row: dict[str, Any], reference: str) -> None:
        told = self._merged.get(reference, {})
        said = {name: spreadsheets.text_of(row.get(name)) for name in self.columns.values()}
        different = [
            name
            for name, value in said.items()
            if value and name != "référence" and value != spreadsheets.text_of(told[name])
        ]
        if different:
            line = self._first_lines[reference]
            raise ValidationError(
                f"La ligne {line} a déjà cette référence, avec d'autres valeurs : {', '.join(different)}."
            )


def _reference(row: dict[str, Any]) -> str:
    return spreadsheets.text_of(row.get("référence")).lower()


def _check_price(training: Training) -> None:
    if training.price < 0:
        raise ValidationError("Le prix ne peut pas être négatif.")
    if training.duration_hours <= 0:
        raise ValidationError({"duration_hours": "La durée doit être plus grande que zéro."})
    rules.check_hourly_price(training.price, training.duration_hours, timezone.localdate())


def _by_column(error: ValidationError, columns: dict[str, str]) -> dict[str, list[str]]:
    """The mistakes by the names that the file's columns have."""
    wrong: dict[str, list[str]] = {}
    for name, messages in error.message_dict.items():
        wrong.setdefault(columns.get(name, name), []).extend(messages)
    return wrong


def table_of(content: bytes) -> tablib.Dataset:
    """The table of a file of trainings. Raises ``core.spreadsheets.UnreadableError``."""
    return cells.dataset_of(spreadsheets.rows_of(content), TrainingResource().every_column)
