"""What people searched for and did not find: counted without a person, for staff to add the word that was missing.

Counted when a page without results has been on the screen for a moment, not at each letter typed; a search itself
writes nothing. A text that may hold somebody's number or mail address is not counted at all, words that few have
searched for are shown to nobody and soon forgotten, and a day brings so many new ones at most.
"""

from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from catalogue.models import UnansweredSearch
from catalogue.search import words
from catalogue.search.engine import Criteria, Search
from catalogue.search.statement import results
from core.text import fold

KEPT_FOR = timedelta(days=2 * 365)
"""Two years: the figures of a year are read during the next."""
SHOWN_FROM = 3
"""Times from which words are shown: what one person alone typed may tell who they are."""
RARE_KEPT_FOR = timedelta(days=90)
"""Words searched for less often are forgotten so soon."""
MOST_A_DAY = 200
"""New words that one day may bring: a stranger does not decide how the table grows."""
LONGEST_NUMBER = 4
"""A year or an article of law, not a telephone nor a social-security number."""


def terms_of(text: str) -> str:
    """The words of a search as they are counted: folded, those that tell something, no long number."""
    if words.tells_of_somebody(text):
        return ""
    told = [fold(word) for word in words.content_words(text)]
    return " ".join(word for word in told if sum(map(str.isdigit, word)) <= LONGEST_NUMBER)[:200].strip()


def note(text: str, today: date) -> bool:
    """Count a search whose words alone find nothing; whether it was counted."""
    terms = terms_of(text)
    if not terms or _finds(terms, today):
        return False
    rows = UnansweredSearch.objects.filter(terms=terms, year=today.year)
    if not rows.exists() and UnansweredSearch.objects.filter(first_on=today).count() >= MOST_A_DAY:
        return False
    new = {"times": 0, "first_on": today, "last_on": today}
    UnansweredSearch.objects.get_or_create(terms=terms, year=today.year, defaults=new)
    rows.update(times=F("times") + 1, last_on=today)
    return True


def shown() -> QuerySet[UnansweredSearch]:
    """What may be shown: the words that several searches had."""
    return UnansweredSearch.objects.filter(times__gte=SHOWN_FROM)


def forget_answered(today: date) -> int:
    """Drop what finds something by now, a synonym or a training having been added. Return how many."""
    answered = [row.pk for row in UnansweredSearch.objects.order_by("pk") if _finds(row.terms, today)]
    return UnansweredSearch.objects.filter(pk__in=answered).delete()[0]


def purge(now: datetime) -> int:
    """Drop what nobody has searched for since ``KEPT_FOR``, or few since ``RARE_KEPT_FOR``. Return how many."""
    today = timezone.localdate(now)
    rare = Q(times__lt=SHOWN_FROM, last_on__lt=today - RARE_KEPT_FOR)
    return UnansweredSearch.objects.filter(rare | Q(last_on__lt=today - KEPT_FOR)).delete()[0]


def _finds(terms: str, today: date) -> bool:
    return results(Search(Criteria(q=terms), today)).total > 0
