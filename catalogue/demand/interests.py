"""« Prévenez-moi »: who waits for a session, told once, first of all, and forgotten.

What somebody waits for is kept because they asked to be told; a search by itself keeps nothing of anybody.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.profile.closing import forget_in_admin
from accounts.profile.export import row
from catalogue.models import Interest, Session, Training
from catalogue.search.engine import Criteria, Search
from catalogue.search.statement import results
from catalogue.search.words import tells_of_somebody
from catalogue.sessions.in_force import first_open_start, last_day_to_send
from core import french, outbox
from core.text import fold

KEPT_FOR = timedelta(days=365)
"""What somebody waits for lapses after a year: they ask again, or nobody waits any more."""
TOLD_KEPT_FOR = timedelta(days=30)
"""Once told, the row answers « pourquoi ce mail ? » for so long."""
MOST = 20
"""Things that one person may wait for at a time."""
SALT = "catalogue.demand"


class InterestError(Exception):
    """Why it cannot be kept, in words for the person."""


def live() -> QuerySet[Interest]:
    """Those who still wait. Not a join, which SQLite would read from the side of all accounts."""
    active = User.objects.filter(pk=OuterRef("user"), is_active=True)
    return Interest.objects.filter(Exists(active), told_at=None)


def of_person(user: User, now: datetime) -> list[Interest]:
    """What this person waits for, the first asked first."""
    asked = live().filter(user=user, asked_at__gt=now - KEPT_FOR)
    return list(asked.select_related("training").order_by("asked_at", "pk"))


def ask(user: User, now: datetime, *, training: Training | None = None, words: str = "", place: str = "") -> Interest:
    """Note that *user* wants to be told; the same row when they asked before. Raises InterestError."""
    if tells_of_somebody(f"{words} {place}"):
        raise InterestError("Saisissez un sujet et une commune, sans numéro ni adresse mail.")
    if training is None and not words and not place:
        raise InterestError("Dites d'abord ce que vous cherchez : un sujet, une commune, ou les deux.")
    what: dict[str, Any] = {"user": user, "told_at": None, "training": training, "words": words, "place": place}
    if known := Interest.objects.filter(**what).first():
        return known
    if live().filter(user=user).count() >= MOST:
        raise InterestError(f"Vous attendez déjà {MOST} formations. Retirez-en une pour en ajouter une autre.")
    try:
        with transaction.atomic():
            return Interest.objects.create(**what, asked_at=now)
    except IntegrityError:  # the button pressed twice
        return Interest.objects.get(**what)


def waiting_context(user: object, training: Training, *, has_open: bool) -> dict[str, bool]:
    """What the training's page says of « Prévenez-moi »: whether it is offered, and was asked for already."""
    if has_open or training.status != Training.Status.PUBLISHED or not isinstance(user, User):
        return {"may_wait": False, "waits": False}
    return {"may_wait": True, "waits": live().filter(user=user, training=training).exists()}


# Telling -------------------------------------------------------------------------------------------


def tell_of_openings(now: datetime) -> int:
    """Tell everybody whose session has opened, the first who asked first. Return how many. Safe twice."""
    today = timezone.localdate(now)
    return sum(_tell(interest, session, now) for interest, session in _openings(today))


def _openings(today: date) -> Iterator[tuple[Interest, Session]]:
    waiting = live().exclude(user__email="").select_related("training", "user").order_by("asked_at", "pk")
    found: dict[tuple[Any, ...], Session | None] = {}
    for interest in waiting:
        key = (interest.training_id, fold(interest.words), fold(interest.place))
        if key not in found:
            found[key] = open_session(interest, today)
        if session := found[key]:
            yield interest, session


def open_session(interest: Interest, today: date) -> Session | None:
    """The next open session that fits."""
    if interest.training_id:
        fitting = Session.objects.of_published().open_from(first_open_start(today))
        fitting = fitting.filter(training=interest.training_id)
    else:
        found = results(Search(Criteria(q=interest.words, place=interest.place, open_only=True), today))
        fitting = Session.objects.filter(pk__in=[row.session for row in found.hits[:1]])
    return fitting.select_related("training", "place__commune").order_by("start", "pk").first()


@transaction.atomic
def _tell(interest: Interest, session: Session, now: datetime) -> bool:
    mine = Interest.objects.filter(pk=interest.pk, told_at=None)
    if not mine.update(told_at=now, told_of=session):
        return False  # told, or given up, meanwhile
    context = {
        "what": interest.what,
        "training": session.training.title,
        "dates": french.span(session.start, session.end),
        "place": session.town,
        "last_day": french.day(last_day_to_send(session)),
        "url": settings.SITE_URL + session.training.get_absolute_url(),
        "stop_url": settings.SITE_URL + reverse("catalogue:stop-telling", args=[stop_token(interest.user)]),
    }
    outbox.send_later("catalogue/session_open", interest.user.email, context, key=f"interest:{interest.pk}")
    return True


# Giving up -----------------------------------------------------------------------------------------


def stop_token(user: User) -> str:
    """What the mail's link carries: it says whom not to write to, and opens nothing else."""
    return signing.dumps(str(user.pk), salt=SALT)


def read_stop(token: str) -> User | None:
    """Whose link this is; None when it was never ours or the account is closed."""
    try:
        user_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=user_id, is_active=True).first()


def stop_all(user: User) -> int:
    """Forget all that *user* waits for. Return how many."""
    return Interest.objects.filter(user=user, told_at=None).delete()[0]


def purge(now: datetime) -> int:
    """Forget what nobody waits for any more, and what was told a while ago. Return how many."""
    lapsed = Interest.objects.filter(told_at=None, asked_at__lte=now - KEPT_FOR)
    return lapsed.delete()[0] + Interest.objects.filter(told_at__lte=now - TOLD_KEPT_FOR).delete()[0]


def leave(user: User, **_: Any) -> None:
    """An account that closes waits for nothing."""
    mine = Interest.objects.filter(user=user)
    forget_in_admin(mine)
    mine.delete()


def personal_data(user: User, **_: Any) -> dict[str, Any]:
    """For the file of all that the site knows of the person."""
    mine = Interest.objects.filter(user=user).select_related("training", "told_of__training").order_by("pk")
    return {"Formations attendues (« Prévenez-moi »)": [row(each, leave_out={"id", "user"}) for each in mine]}


# For the staff -------------------------------------------------------------------------------------


def wanted() -> list[tuple[str, int, dict[str, str]]]:
    """What people wait for, the most wanted first: in words, how many, and the query of the list that shows them."""
    counts: Counter[tuple[int | None, str, str]] = Counter()
    names: dict[tuple[int | None, str, str], Interest] = {}
    for interest in live().select_related("training").order_by("asked_at", "pk"):
        key = (interest.training_id, interest.words, interest.place)
        counts[key] += 1
        names.setdefault(key, interest)
    found = [(names[key].what, count, _query(key)) for key, count in counts.items()]
    return sorted(found, key=lambda each: (-each[1], fold(each[0])))


def _query(key: tuple[int | None, str, str]) -> dict[str, str]:
    training, words, place = key
    asked = {"training__id__exact": str(training)} if training else {"words__exact": words, "place__exact": place}
    return {"etat": "attend", **asked}
