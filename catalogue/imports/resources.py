"""One row a training, with one of its sessions if its first day is given; repeatable, by reference.

A second row with the same reference adds another session; what it says of the training must be the same, or empty.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.results import Result, RowResult

from catalogue.imports import cells
from catalogue.models import FormerReference, Place, Session, Subject, Trainer, Training, TrainingBody
from catalogue.search import index
from catalogue.trainings import references, rules
from core.admin.protection import is_protected

SESSION_COLUMNS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "premier jour": ("start", cells.day),
    "dernier jour": ("end", cells.day),
    "horaires": ("schedule", cells.text),
    "lieu": ("place", cells.text),
    "à distance": ("remote", cells.yes_or_no),
    "places": ("seats", cells.whole),
}
"""Column, attribute of the session, how its cells are read."""


def _field(attribute: str, column: str, widget: Any) -> Field:
    return Field(attribute=attribute, column_name=column, widget=widget)


class NoDiff:
    """Stands where the library compares every cell of every row twice."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        pass

    def compare_with(self, resource: Any, instance: Any) -> None:
        """Nothing to compare."""


class TrainingResource(resources.ModelResource):
    """The trainings' columns, in the words of the admin."""

    reference = _field("reference", "référence", cells.ReferenceWidget())
    status = _field("status", "état", cells.ChoiceWidget(dict(Training.Status.choices), "État"))
    body = _field("body", "organisme", cells.NameWidget(TrainingBody, "Organisme"))
    subject = _field("subject", "thème", cells.NameWidget(Subject, "Thème"))
    trainers = _field("trainers", "intervenants", cells.NamesWidget(Trainer, "Intervenant"))
    duration_hours = _field("duration_hours", "durée (heures)", cells.DecimalWidget())
    duration_days = _field("duration_days", "durée (jours)", cells.DecimalWidget())
    price = _field("price", "prix", cells.DecimalWidget())
    replaced_by = _field(
        "replaced_by", "remplacée par", cells.NameWidget(Training, "Formation", "reference", optional=True)
    )
    title = _field("title", "titre", cells.TextWidget())
    summary = _field("summary", "résumé", cells.TextWidget())
    strong_points = _field("strong_points", "points forts", cells.TextWidget())
    objectives = _field("objectives", "objectifs", cells.TextWidget())
    programme = _field("programme", "programme", cells.TextWidget())
    teaching_means = _field("teaching_means", "moyens pédagogiques", cells.TextWidget())
    evaluation = _field("evaluation", "évaluation", cells.TextWidget())
    audience = _field("audience", "public", cells.TextWidget())
    prerequisites = _field("prerequisites", "prérequis", cells.TextWidget())
    funding_aids = _field("funding_aids", "aides au financement", cells.TextWidget())
    mcf_url = _field("mcf_url", "lien mon compte formation", cells.TextWidget())

    class Meta:
        model = Training
        fields = (
            "reference", "title", "status", "body", "subject", "trainers", "summary", "strong_points", "objectives",
            "programme", "teaching_means", "evaluation", "audience", "prerequisites", "duration_hours",
            "duration_days", "price", "funding_aids", "mcf_url", "replaced_by",
        )  # fmt: skip
        import_order = export_order = fields
        import_id_fields = ("reference",)
        instance_loader_class = CachedInstanceLoader
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        use_transactions = True
        name = "formations"

    def __init__(self, *, skip_wrong: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.skip_wrong = skip_wrong
        self.columns = {field.attribute: field.column_name for field in self.fields.values()}
        self._first_lines: dict[str, tuple[int, dict[str, str]]] = {}
        self._places: dict[str, Place] = {}
        self._sessions: dict[tuple[int, Any], Session] = {}
        self._former: dict[str, int] = {}
        self._made: dict[str, Training] = {}
        self._given: dict[str, Any] | None = None
        self._before: dict[int, dict[str, Any]] = {}

    def get_queryset(self) -> QuerySet[Training]:
        related = Training.objects.select_related("body", "subject", "replaced_by")
        return related.prefetch_related("trainers")

    def get_diff_class(self) -> type:
        """No cell-by-cell difference: the preview says which trainings are added or changed."""
        return NoDiff

    # A file -----------------------------------------------------------------------------------------

    def import_data(self, *args: Any, **kwargs: Any) -> Result:
        """The whole file in one transaction, the search index once at its end."""
        with ExitStack() as stack:
            stack.enter_context(index.deferred())
            return super().import_data(*args, **kwargs)

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        known = {*self.columns.values(), *SESSION_COLUMNS}
        if strangers := [header for header in dataset.headers if header and header not in known]:
            dataset.wipe()
            raise ValueError(f"Colonne inconnue : {', '.join(strangers)}. Partez du modèle à télécharger.")
        if "référence" not in dataset.headers:
            dataset.wipe()
            raise ValueError("La colonne « référence » manque. Partez du modèle à télécharger.")
        self._former = dict(FormerReference.objects.order_by("pk").values_list("reference", "training_id"))
        for field in self.fields.values():
            if isinstance(field.widget, cells.NameWidget):
                field.widget.forget()
        places = Place.objects.select_related("commune")
        self._places = {name.lower(): place for place in places for name in (str(place), place.name)}
        sessions = Session.objects.select_related("place__commune").order_by("-pk")
        recorded = Training.objects.only("price", "status")
        self._before = {row.pk: {"price": row.price, "status": row.status} for row in recorded}
        self._sessions = {(session.training_id, session.start): session for session in sessions}

    # A row ------------------------------------------------------------------------------------------

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        """As the library does; mistakes are named by column, and left out when staff chose so."""
        result = super().import_row(row, instance_loader, **kwargs)
        if result.validation_error:
            wrong = _by_column(result.validation_error, self.columns)
            result.validation_error = ValidationError(wrong)
            if self.skip_wrong:
                result.left_out = (kwargs["row_number"] + 1, wrong)
                result.validation_error = None
                result.import_type = RowResult.IMPORT_TYPE_SKIP
        return result

    def import_instance(self, instance: Training, row: dict[str, Any], **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        line = kwargs["row_number"] + 1
        _collect(errors, "reference", self._check_repeated, row, line)
        if self._first_lines[cells.text(row["référence"]).lower()][0] == line:
            try:
                super().import_instance(instance, row, **kwargs)
            except ValidationError as error:
                errors = error.update_error_dict(errors)
            if "intervenants" in row:
                _collect(errors, "trainers", self.fields["trainers"].clean, row)
        self._given = self._read_session(instance, row, errors)
        if agreed := self._agreed_that_would_change(instance):
            errors |= agreed
        if errors:
            raise ValidationError(errors)

    def _agreed_that_would_change(self, training: Training) -> dict[str, Any]:
        """What people agreed to changes only by an act that tells them (``enrolment.desk``), never by a file."""
        words = "Des dossiers existent : changez-le depuis la fiche, qui montre qui est concerné."
        before = self._before.get(training.pk or 0, {})
        changed = [name for name, value in before.items() if getattr(training, name) != value]
        errors = {name: [words] for name in changed if is_protected(training)}
        given = self._given or {}
        known = self._sessions.get((training.pk or 0, given.get("start")))
        if known:
            agreed = {column: name for column, (name, _) in SESSION_COLUMNS.items() if name not in {"start", "seats"}}
            changed = [c for c, n in agreed.items() if given.get(n, getattr(known, n)) != getattr(known, n)]
            errors |= {column: [words] for column in changed if is_protected(known)}
        return errors

    def validate_instance(
        self, instance: Training, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """The model's own checks of each field and the rules of the admin's form, without a query a field."""
        errors = dict(import_validation_errors or {})
        try:
            instance.clean_fields(exclude={*errors, "body", "subject", "replaced_by"})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for name in ("body", "subject"):
            if getattr(instance, f"{name}_id") is None and name not in errors:
                errors[name] = [ValidationError("Ce champ ne peut pas être vide.")]
        if self._former.get(instance.reference, instance.pk) != instance.pk:
            errors.setdefault("reference", [references.taken(instance.reference)])
        if not {"price", "duration_hours"} & errors.keys():  # neither is empty then: clean_fields saw to it
            _collect(errors, "price", _check_price, instance)
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance: Training, original: Training, row: Any, import_validation_errors: Any = None) -> bool:
        same = super().skip_row(instance, original, row, import_validation_errors)
        return same and original.pk is not None and self._session_is_known(original)

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Training | None:
        """The training of this reference, made by an earlier row perhaps."""
        return self._made.get(cells.text(row["référence"]).lower()) or super().get_instance(instance_loader, row)

    def save_m2m(self, instance: Training, row: dict[str, Any], **kwargs: Any) -> None:
        if cells.text(row.get("intervenants")) or instance.trainers.exists():
            super().save_m2m(instance, row, **kwargs)

    def after_save_instance(self, instance: Training, row: Any, **kwargs: Any) -> None:
        self._made[instance.reference] = instance
        if self._given is None:
            return
        session = self._sessions.get((instance.pk, self._given["start"])) or Session(training=instance)
        for name, value in self._given.items():
            setattr(session, name, value)
        session.save()
        self._sessions[instance.pk, session.start] = session

    def _check_repeated(self, row: dict[str, Any], line: int) -> None:
        reference = cells.text(row["référence"]).lower()
        said = {name: cells.text(row.get(name)) for name in self.columns.values() if name in row}
        first, before = self._first_lines.setdefault(reference, (line, said))
        different = [name for name, value in said.items() if name != "référence" and value != before[name] != ""]
        if first != line and different:
            raise ValidationError(
                f"La ligne {first} a déjà cette référence, avec d'autres valeurs : {', '.join(different)}."
            )

    def _read_session(self, training: Training, row: dict[str, Any], errors: dict[str, Any]) -> dict[str, Any] | None:
        if not any(cells.text(row.get(column)) for column in SESSION_COLUMNS):
            return None
        given: dict[str, Any] = {}
        for column, (name, read) in SESSION_COLUMNS.items():
            if column in row:
                _collect(errors, column, lambda: given.__setitem__(name, read(row[column])))  # noqa: B023  called at once
        given = {name: value for name, value in given.items() if value not in {None, ""} or name == "place"}
        if place := given.get("place"):
            _collect(errors, "lieu", lambda: given.__setitem__("place", self._place(place)))
        given["place"] = given.get("place") or None
        _check_session(given, errors, self._sessions.get((training.pk or 0, given.get("start"))))
        return given

    def _place(self, name: str) -> Place:
        if name.lower() not in self._places:
            raise ValueError(f"Lieu « {name} » inconnu : corrigez le nom ou créez-le d'abord.")
        return self._places[name.lower()]

    def _session_is_known(self, training: Training) -> bool:
        if self._given is None:
            return True
        session = self._sessions.get((training.pk, self._given["start"]))
        return session is not None and all(getattr(session, name) == value for name, value in self._given.items())


def _check_price(training: Training) -> None:
    if training.price < 0:
        raise ValidationError("Le prix ne peut pas être négatif.")
    if training.duration_hours <= 0:
        raise ValidationError({"duration_hours": "La durée doit être plus grande que zéro."})
    rules.check_hourly_price(training.price, training.duration_hours, timezone.localdate())


def _check_session(given: dict[str, Any], errors: dict[str, Any], known: Session | None) -> None:
    start, end = given.get("start"), given.setdefault("end", given.get("start"))
    if start is None and "premier jour" not in errors:
        errors["premier jour"] = [ValidationError("Donnez le premier jour de la session.")]
    if start and end and end < start:
        errors.setdefault("dernier jour", [ValidationError("Le dernier jour ne peut pas précéder le premier.")])
    if not given.get("remote") and not given["place"] and not {"lieu", "à distance"} & errors.keys():
        errors["lieu"] = [ValidationError("Donnez un lieu, ou écrivez oui dans « à distance ».")]
    seats = given.get("seats")
    if seats is not None:
        if seats < 1:
            errors.setdefault("places", [ValidationError("Une session a au moins une place.")])
        else:
            _collect(errors, "places", rules.check_seats, seats, known.seats_taken if known else 0)


def _collect(errors: dict[str, Any], name: str, rule: Callable[..., Any], *values: Any) -> None:
    """Call a rule; keep what it refuses under this name, unless something is wrong there already."""
    try:
        rule(*values)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            error.update_error_dict(errors)
        else:
            errors.setdefault(name, [error])
    except ValueError as error:
        errors.setdefault(name, [ValidationError(str(error))])


def _by_column(error: ValidationError, columns: dict[str, str]) -> dict[str, list[str]]:
    """The mistakes by the names that the file's columns have."""
    wrong: dict[str, list[str]] = {}
    for name, messages in error.message_dict.items():
        wrong.setdefault(columns.get(name, name), []).extend(messages)
    return wrong


def template_dataset() -> tablib.Dataset:
    """The file to start from: every column, and one row as an example."""
    resource = TrainingResource()
    headers = [*resource.get_export_headers(), *SESSION_COLUMNS]
    example = {
        "référence": "exemple-a-remplacer",
        "titre": "Titre de la formation",
        "état": "brouillon",
        "organisme": "Nom exact de l'organisme",
        "thème": "Nom exact du thème",
        "intervenants": "Première personne | Deuxième personne",
        "durée (heures)": "6",
        "durée (jours)": "1",
        "prix": "200,00",
        "premier jour": "31/12/2026",
        "lieu": "Nom exact du lieu",
        "à distance": "non",
        "places": "15",
    }
    return tablib.Dataset([example.get(header, "") for header in headers], headers=headers)
