"""The columns of a file of trainings, in the words of the admin; and the file as it leaves: exported, or to start from.

What comes in is read by ``resources``, from the same columns.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader

from catalogue.imports import cells
from catalogue.imports.session_rows import NUMBER, SESSION_COLUMNS, cells_of
from catalogue.models import Session, Subject, Trainer, Training, TrainingBody


def _field(attribute: str, column: str, widget: Any) -> Field:
    return Field(attribute=attribute, column_name=column, widget=widget)


class TrainingColumns(resources.ModelResource):
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
        name = "formations"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = {field.attribute: field.column_name for field in self.fields.values()}
        self.every_column = (*self.get_export_headers(), NUMBER, *SESSION_COLUMNS)

    def get_queryset(self) -> QuerySet[Training]:
        related = Training.objects.select_related("body", "subject", "replaced_by")
        return related.prefetch_related("trainers")

    def export_table(self, trainings: QuerySet[Training]) -> tuple[tuple[str, ...], Iterator[list[Any]]]:
        """Headers and rows: a line for each session to be held or held, the training told on its first line only."""
        return self.every_column, self._rows(trainings)

    def _rows(self, trainings: QuerySet[Training]) -> Iterator[list[Any]]:
        sessions = Session.objects.filter(cancelled_at=None).select_related("place__commune").order_by("start", "pk")
        whole = trainings.select_related("body", "subject", "replaced_by")
        for training in whole.prefetch_related("trainers", Prefetch("sessions", sessions)):
            told = self.export_resource(training)
            later = [training.reference, *[""] * (len(told) - 1)]
            for number, session in enumerate(list(training.sessions.all()) or [None]):
                yield [*(later if number else told), *cells_of(session)]


def template() -> tuple[tuple[str, ...], list[list[str]]]:
    """The file to start from: every column, and one row as an example."""
    headers = TrainingColumns().every_column
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
    return headers, [[example.get(header, "") for header in headers]]
