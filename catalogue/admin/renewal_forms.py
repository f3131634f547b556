"""The grid of « Reprendre »: one form a draft, one a session of it; each draft is saved by itself."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from catalogue.models import Place, Renewal, Session, Training
from catalogue.models.validators import validate_mcf_url
from catalogue.trainings import publishing, references, renewal, rules, year_dates
from catalogue.trainings.year_dates import Break
from core.admin.versions import digest, fingerprint
from core.forms.base import BaseForm
from core.forms.dates import DayField
from core.french import day

MEANWHILE = (
    "Cette formation a été modifiée entre-temps par quelqu'un d'autre. Rien n'est enregistré pour elle et votre saisie "
    "est gardée : comparez avec sa fiche, puis enregistrez à nouveau."
)
SESSION_FIELDS = ("start", "end", "place", "remote", "seats")


class DraftForm(BaseForm):
    """The title, the reference and the address on Mon Compte Formation of a draft."""

    title = forms.CharField(label="Titre", max_length=200)
    reference = forms.SlugField(
        label="Référence",
        max_length=60,
        error_messages={"invalid": "Des lettres sans accent, des chiffres et des tirets, rien d'autre."},
    )
    mcf_url = forms.CharField(label="Lien Mon Compte Formation", max_length=500, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, training: Training, **kwargs: Any) -> None:
        self.training = training
        first = {"title": training.title, "reference": training.reference, "mcf_url": training.mcf_url}
        super().__init__(data, initial={**first, "version": version_of(training)}, **kwargs)
        self.fields["mcf_url"].widget.attrs |= {"class": "fills-down", "inputmode": "url"}

    def clean_reference(self) -> str:
        """Free, and in lower case as it is printed."""
        reference = str(self.cleaned_data["reference"]).lower()
        references.check_free(reference, self.training)
        return reference

    def clean_mcf_url(self) -> str:
        """The address of one training there, or nothing."""
        url: str = self.cleaned_data["mcf_url"]
        if url:
            validate_mcf_url(url)
        return url


class DraftSessionForm(BaseForm):
    """The days, the place and the seats of a session, or that it is not held this year."""

    start = DayField(label="Premier jour")
    end = DayField(label="Dernier jour")
    place = forms.ModelChoiceField(Place.objects.none(), label="Lieu", required=False, empty_label="—")
    remote = forms.BooleanField(label="à distance", required=False)
    seats = forms.IntegerField(label="Places", min_value=1)
    dropped = forms.BooleanField(label="retirer", required=False)

    def __init__(self, data: Any, *, session: Session, places: list[tuple[Any, str]], **kwargs: Any) -> None:
        self.session = session
        super().__init__(data, initial={name: getattr(session, name) for name in SESSION_FIELDS}, **kwargs)
        self.fields["place"].queryset = Place.objects.all()  # type: ignore[attr-defined]
        self.fields["place"].choices = places  # type: ignore[attr-defined]  # read once for the whole grid

    def clean_seats(self) -> int:
        """As many as a session has, or as were confirmed for it before."""
        seats: int = self.cleaned_data["seats"]
        rules.check_seats(seats, confirmed=seats <= self.session.seats)
        return seats

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        start, end = given.get("start"), given.get("end")
        if start and end and end < start:
            self.add_error("end", "Le dernier jour ne peut pas précéder le premier.")
        if not given.get("remote") and not given.get("place") and "place" not in self.errors:
            self.add_error("place", "Choisissez un lieu, ou cochez « à distance ».")
        return given

    @property
    def is_dropped(self) -> bool:
        """Whether staff take the session out; then nothing else of it matters."""
        return bool(self.data.get(self.add_prefix("dropped"))) if self.is_bound else False


@dataclass
class SessionLine:
    """One session in the grid."""

    form: DraftSessionForm
    days: str
    doubts: tuple[str, ...]


@dataclass
class Row:
    """One draft in the grid; *must* is missing before it is published, *should* only deserves a thought."""

    renewal: Renewal
    form: DraftForm
    lines: list[SessionLine]
    before: str
    must: list[str] = field(default_factory=list)
    should: list[str] = field(default_factory=list)
    saved: bool = False

    @property
    def training(self) -> Training:
        """The draft."""
        return self.renewal.training

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed here."""
        return self.training.status == Training.Status.DRAFT

    @property
    def is_wrong(self) -> bool:
        """Whether something that was typed for it could not be saved."""
        return any(form.is_bound and form.errors for form in [self.form, *(line.form for line in self.lines)])

    def is_valid(self) -> bool:
        """Whether all that was typed for this draft can be saved."""
        checked = [line.form.is_dropped or line.form.is_valid() for line in self.lines if line.form.is_bound]
        return self.form.is_valid() and all(checked)

    def has_changed(self) -> bool:
        """Whether something was typed that is not recorded."""
        if not self.form.is_bound:
            return False
        own = any(name in self.form.changed_data for name in ("title", "reference", "mcf_url"))
        forms_posted = [line.form for line in self.lines if line.form.is_bound]
        return own or any(form.is_dropped or form.has_changed() for form in forms_posted)

    @transaction.atomic
    def save(self) -> bool:
        """Write what was typed; False, with an error at the draft, when somebody else changed it meanwhile."""
        training = Training.objects.select_for_update(of=("self",)).get(pk=self.training.pk)
        if self.form.data.get(self.form.add_prefix("version")) != version_of(training):
            self.form.add_error(None, ValidationError(MEANWHILE, code="changed"))
            return False
        for name in ("title", "reference", "mcf_url"):
            setattr(training, name, self.form.cleaned_data[name])
        training.save(update_fields=["title", "reference", "mcf_url", "updated_at"])
        for line in self.lines:
            session = line.form.session
            if line.form.is_dropped:
                session.delete()
            elif line.form.is_bound and line.form.has_changed():
                for name in SESSION_FIELDS:
                    setattr(session, name, line.form.cleaned_data[name])
                session.save(update_fields=list(SESSION_FIELDS))
        self.saved = True
        return True


def version_of(training: Training) -> str:
    """What must not have changed since the grid was read: the draft and its sessions."""
    rows = sorted((each for each in training.sessions.all() if not each.cancelled_at), key=lambda each: each.pk)
    sessions = [(each.pk, each.start, each.end, each.place_id, each.remote, each.seats) for each in rows]
    return digest([fingerprint(training), *sessions])


def rows_of(year: int, today: date, data: Any = None) -> list[Row]:
    """The grid of *year*, bound to what was posted."""
    known = renewal.breaks()
    places = [("", "—"), *((place.pk, str(place)) for place in Place.objects.select_related("commune"))]
    return [_row(each, today, data, known, places) for each in renewal.drafts(year)]


def _row(each: Renewal, today: date, data: Any, known: list[Break], places: list[tuple[Any, str]]) -> Row:
    training = each.training

    def posted(name: str) -> Any:
        """What was posted, for what stood on the page that was posted."""
        return data if data and name in data and training.status == Training.Status.DRAFT else None

    lines = [
        SessionLine(
            DraftSessionForm(posted(f"s{session.pk}-start"), session=session, places=places, prefix=f"s{session.pk}"),
            day(session.start) if session.start == session.end else f"{day(session.start)} – {day(session.end)}",
            year_dates.doubts(session.start, session.end, known),
        )
        for session in training.sessions.all()
    ]
    before = ", ".join(day(session.start) for session in each.source.sessions_before)  # type: ignore[attr-defined]
    ends = [session.end for session in training.sessions.all() if session.start > today]
    must, should = publishing.missing(training, today, ends)
    form = DraftForm(posted(f"t{training.pk}-version"), training=training, prefix=f"t{training.pk}")
    return Row(each, form, lines, before, must, should)


def with_pasted_links(posted: Any, rows: list[Row]) -> tuple[Any, str]:
    """What was posted, with the links pasted one a line put into the drafts in their order; and what is wrong."""
    lines = [line.strip() for line in posted.get("links", "").splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    drafts = [row for row in rows if row.is_draft]
    if len(lines) > len(drafts):
        return posted, f"Vous avez collé {len(lines)} lignes pour {len(drafts)} formations : aucun lien n'a été placé."
    data = posted.copy()
    for row, line in zip(drafts, lines, strict=False):
        if line:
            data[f"t{row.training.pk}-mcf_url"] = line
    return data, ""
