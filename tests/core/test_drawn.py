"""A piece is drawn once for each thing that it shows, and never for another."""

from unittest import mock

import pytest
from django.utils.safestring import mark_safe

from core import leaves
from core.templatetags import drawn
from tests.factories import in_days

LEAF = "components/leaf.html"


@pytest.fixture(autouse=True)
def nothing_kept():
    drawn._kept.cache_clear()


def draw(day, **more):
    return drawn.drawn(LEAF, leaf=leaves.last_day(day, in_days(0)), **more)


def test_the_same_is_drawn_once_and_another_day_anew():
    with mock.patch.object(drawn, "render_to_string", wraps=drawn.render_to_string) as render:
        first = [draw(in_days(3)), draw(in_days(3))]
        other = draw(in_days(4))
    assert (render.call_count, first[0]) == (2, first[1])
    assert "encore 3" in first[0].replace("\u00a0", " ")
    assert "encore 4" in other.replace("\u00a0", " ")


def test_what_was_marked_safe_elsewhere_is_still_escaped_when_it_comes_plain():
    """A text equals its safe twin: they are kept apart all the same."""
    words = {"url": "/", "words": ""}
    safe = drawn.drawn("components/choice.html", title=mark_safe("<b>gras</b>"), **words)
    plain = drawn.drawn("components/choice.html", title="<b>gras</b>", **words)
    assert "<b>gras</b>" in safe
    assert "&lt;b&gt;gras&lt;/b&gt;" in plain


def test_while_somebody_works_on_it_nothing_is_kept(settings):
    settings.DEBUG = True
    with mock.patch.object(drawn, "render_to_string", wraps=drawn.render_to_string) as render:
        draw(in_days(3))
        draw(in_days(3))
    assert render.call_count == 2
