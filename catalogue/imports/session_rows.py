"""What the lines of a file of trainings say of sessions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from catalogue.imports import cells
from catalogue.models import Place, Session, Training
from catalogue.trainings import rules
from core import spreadsheets
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
NUMBER = "n° de session"
"""Column by which an exported session is known again, whatever its days have become."""


def cells_of(session: Session | None) -> list[Any]:
    """The cells of a session as they are exported: its number, then ``SESSION_COLUMNS``."""
    if session is None:
        return [""] * (1 + len(SESSION_COLUMNS))
    values = {name: getattr(session, name) for name, _ in SESSION_COLUMNS.values()}
    return [session.pk, *({**values, "place": str(session.place or "")}).values()]


class SessionRows:
    """The sessions of a file: line by line, which one is meant (*known*) and what is said of it (*given*)."""

    def __init__(self) -> None:
        self.known: Session | None = None
        self.given: dict[str, Any] | None = None
        self._places: dict[str, Place] = {}
        self._by_day: dict[tuple[int | str, date], Session] = {}
        self._by_number: dict[int, Session] = {}
        self._of: dict[int, list[Session]] = {}

    def prepare(self) -> None:
        """Read once what is recorded; of two with the same name or day, the first that was made."""
        places = Place.objects.select_related("commune").order_by("-pk")
        self._places = {cells.key(name): place for place in places for name in (place.name, str(place))}
        sessions = list(Session.objects.select_related("place__commune").order_by("-pk"))
        self._by_number = {session.pk: session for session in sessions}
        self._of = {}
        for each in sessions:
            self._of.setdefault(each.training_id, []).append(each)
        self._by_day = {(s.training_id, s.start): s for s in sessions if s.cancelled_at is None}

    def read(self, training: Training, row: dict[str, Any], errors: dict[str, Any]) -> None:
        """What a line says of a session, if anything; what is wrong is put into *errors*."""
        self.known = self.given = None
        if all(cells.is_blank(row.get(column)) for column in (NUMBER, *SESSION_COLUMNS)):
            return
        given = self.given = {}
        collect(errors, "premier jour", lambda: given.__setitem__("start", cells.day(row.get("premier jour"))))
        collect(errors, NUMBER, self._find, training, row.get(NUMBER), given.get("start"))
        recorded = dict(zip((NUMBER, *SESSION_COLUMNS), cells_of(self.known), strict=True))
        for column, (name, read) in SESSION_COLUMNS.items():
            cell = row.get(column)
            says_so = name in {"schedule", "place"} and spreadsheets.text_of(cell) == spreadsheets.french(
                recorded[column]
            )
            if not cells.is_blank(cell) and not says_so:
                collect(errors, column, lambda: given.__setitem__(name, read(cell)))  # noqa: B023  called at once
        for name in {"start", "end", "seats"} & given.keys():
            if given[name] is None:  # cannot be erased
                del given[name]
        if "place" in given:
            collect(errors, "lieu", lambda: given.__setitem__("place", self._place(given["place"])))
        if given.get("start") and "end" not in given:
            given["end"] = given["start"] + (self.known.end - self.known.start if self.known else timedelta())
        self._check(given, errors)

    def ends_of(self, training: Training, today: date) -> list[date]:
        """The last days of the sessions to come of *training*, the row's own included."""
        known = [
            each.end for each in self._of.get(training.pk or 0, ()) if each.start > today and not each.cancelled_at
        ]
        given = (self.given or {}).get("end")
        return [*known, given] if given else known

    def changes(self) -> bool:
        """Whether the line adds a session, or changes the one that is meant."""
        return self.given is not None and (self.known is None or bool(self._changed()))

    def agreed_that_would_change(self, words: str) -> dict[str, Any]:
        """What people agreed to of a session; seats may change."""
        if self.known is None or not (changed := self._changed() - {"seats"}):
            return {}
        columns = [column for column, (name, _) in SESSION_COLUMNS.items() if name in changed]
        return {column: [words] for column in columns if is_protected(self.known)}

    def keep(self, training: Training, *, write: bool) -> None:
        """Write the session of the line, if it says something new; without *write* it is only known to later lines."""
        if self.given is None or not self.changes():
            return
        session = self.known or Session(training=training)
        for name, value in self.given.items():
            setattr(session, name, value)
        if write:
            session.save(update_fields=list(self.given) if self.known else None)
        self._by_day[_key(training), session.start] = session

    def _changed(self) -> set[str]:
        given = self.given or {}
        return {name for name, value in given.items() if self.known is None or getattr(self.known, name) != value}

    def _find(self, training: Training, cell: Any, start: date | None) -> None:
        """The session of this number, or else of this day; none when it is new. Raises ValueError."""
        number = cells.whole(cell)
        if number is None:
            self.known = self._by_day.get((_key(training), start)) if start else None
            return
        session = self._by_number.get(number)
        if session is None or session.training_id != training.pk:
            raise ValueError(
                f"La session {number} n'est pas de cette formation : videz la cellule pour en ajouter une."
            )
        if session.cancelled_at:
            raise ValueError(f"La session {number} est annulée : elle ne change plus.")
        self.known = session

    def _place(self, name: str) -> Place | None:
        known = self.known.place if self.known else None
        if not name or (known and name == str(known)):
            return known if name else None
        try:
            return self._places[cells.key(name)]
        except KeyError:
            raise ValueError(f"Lieu « {name} » inconnu : corrigez le nom ou créez-le d'abord.") from None

    def _check(self, given: dict[str, Any], errors: dict[str, Any]) -> None:
        """The rules of a session, for what the line changes."""
        changed = self._changed()
        now = {name: given.get(name, getattr(self.known, name, None)) for name, _ in SESSION_COLUMNS.values()}
        if now["start"] is None and "premier jour" not in errors:
            errors["premier jour"] = [ValidationError("Donnez le premier jour de la session.")]
        if changed & {"start", "end"} and now["start"] and now["end"] and now["end"] < now["start"]:
            errors.setdefault("dernier jour", [ValidationError("Le dernier jour ne peut pas précéder le premier.")])
        if not now["remote"] and not now["place"] and not {"lieu", "à distance"} & errors.keys():
            errors["lieu"] = [ValidationError("Donnez un lieu, ou écrivez oui dans « à distance ».")]
        if "seats" in changed and given["seats"] is not None:
            taken = self.known.seats_taken if self.known else 0
            collect(errors, "places", _check_seats, given["seats"], taken)


def _key(training: Training) -> int | str:
    """What tells a training from the others, recorded or not."""
    return training.pk or training.reference


def _check_seats(seats: int, taken: int) -> None:
    if seats < 1:
        raise ValidationError("Une session a au moins une place.")
    rules.check_seats(seats, taken)


def collect(errors: dict[str, Any], name: str, rule: Callable[..., Any], *values: Any) -> None:
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
