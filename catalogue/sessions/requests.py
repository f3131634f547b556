"""How many requests for a session wait for an answer: whoever keeps requests says how to count them."""

from django.db.models import Expression, Value

_count: list[Expression] = []


def count_with(expression: Expression) -> None:
    """Count with *expression*, a number for the session whose key is ``OuterRef("pk")``."""
    _count[:] = [expression]


def waiting_requests() -> Expression:
    """The number of requests that wait for an answer, to annotate sessions with; zero when nobody keeps them."""
    return _count[0] if _count else Value(0)
