"""A list of EDOF brought beside the dossiers: matched and shown first; confirmed, its milestones are « vus »."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from core.long_tasks import Given, RefusedError
from enrolment.funding import edof_matching, edof_reader, marks
from enrolment.funding.edof_matching import ENDS, ORDER, DossierFacts, Match
from enrolment.models import SEATED_STATES, WITH_DIF, EdofDifference, Enrolment, Milestone, MilestoneMark, State

LOOKED_BACK = timedelta(days=730)
"""Dossiers of sessions so long ago are not looked for any more."""
KEPT_FOR = timedelta(days=365)
"""What was settled is kept so long."""
Kind = EdofDifference.Kind


def look(content: bytes, mapping: Mapping[str, int] | None, *, complete: bool, today: date) -> dict[str, Any]:
    """What a list says and what it would change, JSON-able. Writes nothing. Raises ``UnreadableError``, RefusedError.

    *complete*: the list has every file, so that a dossier that it lacks is a difference.
    """
    reading = edof_reader.read(content, mapping)
    if not reading.rows:
        raise RefusedError(
            "Aucun dossier n'a été reconnu : il faut au moins un numéro de dossier ou un nom par ligne, "
            "et une première ligne qui nomme les colonnes si c'est un tableau."
        )
    facts = _dossiers(today)
    matches = edof_matching.match(reading.rows, facts)
    return {
        "headers": reading.headers,
        "mapping": dict(reading.mapping or {}),
        "refused": reading.refused,
        "lines": [_line(each, today) for each in matches],
        "missing": _missing(matches, facts, today) if complete else [],
        "complete": complete,
    }


def _dossiers(today: date) -> list[DossierFacts]:
    """The dossiers that were sent, with what was said of them."""
    rows = Enrolment.objects.filter(
        sent_at__isnull=False, user__isnull=False, funding__in=WITH_DIF, session__start__gt=today - LOOKED_BACK
    )
    whole = rows.select_related("session__training").prefetch_related("milestones").order_by("session__start", "pk")
    return [facts_of(each) for each in whole]


def facts_of(enrolment: Enrolment) -> DossierFacts:
    """What of a dossier is compared with EDOF."""
    live = {mark.milestone: mark for mark in enrolment.milestones.all() if mark.undone_at is None and mark.passed}
    ended = next((end for end in ENDS if end in live), None)
    asked = live.get(Milestone.REQUESTED)
    return DossierFacts(
        key=str(enrolment.pk),
        reference=str(enrolment),
        names=(enrolment.birth_name, enrolment.usual_name),
        first_names=enrolment.first_names,
        training=enrolment.session.training.title,
        start=enrolment.session.start,
        state=State(enrolment.state),
        price=enrolment.price or enrolment.session.training.price,
        rights=enrolment.rights_agreed,
        number=edof_reader.number_key(asked.file_number) if asked else "",
        said=ended or next((each for each in reversed(ORDER) if each in live), None),
    )


def _line(found: Match, today: date) -> dict[str, Any]:
    """One file as the page shows it; *choices* are the dossiers that it may be."""
    row = found.row
    return {
        **row.as_json(),
        "milestone": row.milestone or "",
        "milestone_words": row.milestone.label if row.milestone else "",
        "sureness": found.sureness.value,
        "why": found.why,
        "choices": [{"key": each.key, "words": each.words} for each in found.dossiers],
        "said_on": str(min(row.on or today, today)),
        "differences": {each.key: edof_matching.differences(row, each) for each in found.dossiers},
    }


def _missing(matches: list[Match], facts: list[DossierFacts], today: date) -> list[dict[str, str]]:
    """The dossiers with a seat to come that no file of a complete list may be."""
    met = {each.key for found in matches for each in found.dossiers}
    to_come = [each for each in facts if each.start >= today and each.state in SEATED_STATES]
    return [{"key": each.key, "words": each.words} for each in to_come if each.key not in met]


# Confirmed -----------------------------------------------------------------------------------------


def write(given: Given, now: datetime) -> dict[str, Any]:
    """Note what was shown, for the dossiers that staff confirmed; the differences become the work list."""
    shown, picked = given.shown or {}, given.options.get("picked", {})
    noted, gone = [], []
    settled = _Settling(given.by, now)
    for place, line in enumerate(shown["lines"]):
        chosen = picked.get(str(place), "")
        words = next((each["words"] for each in line["choices"] if each["key"] == chosen), "")
        if not words:
            settled.differs(Kind.THERE_NOT_HERE, f"there:{line['number'] or line['name']}", line, None, _told(line))
            continue
        enrolment = Enrolment.objects.select_related("user", "session__training").filter(pk=chosen).first()
        if enrolment is None or enrolment.user is None:
            gone.append(words)
            continue
        if said := _note(enrolment, enrolment.user, line, given.by, now):
            noted.append(f"{words} : {said}")
        settled.met(enrolment, line)
        for kind, text in line["differences"][chosen]:
            settled.differs(Kind(kind), f"{kind}:{chosen}", line, enrolment, text)
    for each in shown["missing"]:
        enrolment = Enrolment.objects.filter(pk=each["key"]).first()
        settled.differs(Kind.HERE_NOT_THERE, f"here:{each['key']}", {}, enrolment, f"{each['words']} : pas dans EDOF.")
    differing = settled.finish(complete=shown["complete"])
    return {"noted": noted, "gone": gone, "differing": differing, "closed": settled.closed}


def _told(line: Mapping[str, Any]) -> str:
    parts = (line["number"], f"{line['name']} {line['first_name']}".strip(), line["training"], line["state"])
    return f"EDOF a un dossier que le site ne retrouve pas : {', '.join(part for part in parts if part)}."[:300]


def _note(enrolment: Enrolment, user: User, line: Mapping[str, Any], by: User, now: datetime) -> str:
    """« Vu par l'ADM79 » for what the file shows; empty when it was noted before, or the state is not known."""
    live = {
        mark.milestone: mark for mark in MilestoneMark.objects.filter(enrolment=enrolment, undone_at=None, passed=True)
    }
    asked, number, shown = live.get(Milestone.REQUESTED), line["number"], line["milestone"]
    new_number = number and (asked is None or edof_reader.number_key(asked.file_number) != number)
    seen = []
    if shown and (new_number or (shown == Milestone.REQUESTED and not (asked and asked.by_staff))):
        on = asked.on if asked else date.fromisoformat(line["said_on"])
        kept = number or (asked.file_number if asked else "")
        marks.say(user, Milestone.REQUESTED, on, by, now, enrolment=enrolment, file_number=kept)
        seen.append(Milestone.REQUESTED)
    if shown and shown != Milestone.REQUESTED and not (shown in live and live[shown].by_staff):
        marks.say(user, shown, date.fromisoformat(line["said_on"]), by, now, enrolment=enrolment)
        seen.append(Milestone(shown))
    return ", ".join(each.label for each in seen)


class _Settling:
    """The work list brought in line: what is new is added, what no longer differs is closed."""

    def __init__(self, by: User, now: datetime) -> None:
        self.by, self.now = by, now
        self.found: set[str] = set()
        self.looked_at: set[str] = set()
        self.closed = 0

    def differs(self, kind: Kind, key: str, line: Mapping[str, Any], enrolment: Enrolment | None, words: str) -> None:
        """One difference, new or seen again."""
        self.found.add(key)
        who = f"{line.get('name', '')} {line.get('first_name', '')}".strip()[:200]
        values = {"kind": kind, "enrolment": enrolment, "number": line.get("number", "")[:40], "who": who}
        EdofDifference.objects.update_or_create(
            key=key[:120], settled_at=None, defaults={**values, "words": words[:300], "seen_at": self.now}
        )

    def met(self, enrolment: Enrolment, line: Mapping[str, Any]) -> None:
        """A dossier was found: what was open about it is looked at again."""
        keys = (f"{Kind.OTHER_STATE}:{enrolment.pk}", f"{Kind.OTHER_AMOUNT}:{enrolment.pk}", f"here:{enrolment.pk}")
        self.looked_at |= {*keys, f"there:{line['number']}", f"there:{line['name']}"}

    def finish(self, *, complete: bool) -> int:
        """Close what is settled by itself. Return how many differences were found."""
        over = EdofDifference.objects.filter(settled_at=None).exclude(key__in=self.found)
        gone = Q(key__in=self.looked_at)
        if complete:
            gone |= Q(kind__in=(Kind.THERE_NOT_HERE, Kind.HERE_NOT_THERE))
        how = "N'apparaît plus dans la liste d'EDOF."
        self.closed = over.filter(gone).update(settled_at=self.now, settled_by=self.by, settled_how=how)
        return len(self.found)


def purge(now: datetime) -> int:
    """Forget what was settled long ago. Return how many rows."""
    return EdofDifference.objects.filter(settled_at__lt=now - KEPT_FOR).delete()[0]


def open_differences() -> QuerySet[EdofDifference]:
    """What is still to be looked into."""
    return EdofDifference.objects.filter(settled_at=None)
