"""What people searched for and did not find: counted without a person, for staff to add the word that was missing.

Counted when a page without results has been on the screen for a moment, not at each letter typed; a search itself
writes nothing. Figures of more than four digits are left out: no number of a person ever comes here.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from catalogue.models import UnansweredSearch
from catalogue.search import words
from catalogue.search.engine import Criteria, Search
from core.text import fold

KEPT_FOR = timedelta(days=365)
"""A year: trainings come back with the seasons; then nobody has searched for it any more."""
LONGEST_NUMBER = 4
"""A year or an article of law, not a telephone nor a social-security number."""


def terms_of(text: str) -> str:
    """The words of a search as they are counted: folded, those that tell something, no long number."""
    told = [fold(word) for word in words.content_words(text)]
    return " ".join(word for word in told if sum(map(str.isdigit, word)) <= LONGEST_NUMBER)[:200].strip()


def note(text: str, today: date) -> bool:
    """Count a search whose words alone find nothing; whether it was counted."""
    terms = terms_of(text)
    if not terms or _finds(terms, today):
        return False
    UnansweredSearch.objects.get_or_create(terms=terms, defaults={"times": 0, "first_on": today, "last_on": today})
    UnansweredSearch.objects.filter(terms=terms).update(times=F("times") + 1, last_on=today)
    return True


def forget_answered(today: date) -> int:
    """Drop what finds something by now, a synonym or a training having been added. Return how many."""
    answered = [row.pk for row in UnansweredSearch.objects.order_by("pk") if _finds(row.terms, today)]
    return UnansweredSearch.objects.filter(pk__in=answered).delete()[0]


def purge(now: datetime) -> int:
    """Drop what nobody has searched for since ``KEPT_FOR``. Return how many."""
    return UnansweredSearch.objects.filter(last_on__lt=timezone.localdate(now) - KEPT_FOR).delete()[0]


def _finds(terms: str, today: date) -> bool:
    return Search(Criteria(q=terms), today, Decimal(0)).trainings().exists()
