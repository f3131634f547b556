"""The éphéméride: one leaf, one sentence."""

from datetime import date

from core import leaves
from core.leaves import Kind

TODAY = date(2026, 11, 25)


def test_the_last_day_says_how_many_days_are_left() -> None:
    leaf = leaves.last_day(date(2026, 12, 4), TODAY)
    assert (leaf.kind, leaf.head, leaf.left) == (Kind.LAST_DAY, "dernier jour", "encore 9\xa0jours")
    assert leaf.words == "Dernier jour\xa0: vendredi 4\xa0décembre 2026, encore 9\xa0jours."


def test_tomorrow_and_today_are_said_in_words() -> None:
    assert leaves.last_day(date(2026, 11, 26), TODAY).left == "demain"
    assert leaves.last_day(TODAY, TODAY).left == "aujourd'hui"


def test_a_last_day_that_is_past_is_no_ochre_leaf() -> None:
    leaf = leaves.last_day(date(2026, 11, 24), TODAY)
    assert (leaf.kind, leaf.left) == (Kind.PAST, "dépassé")


def test_a_day_on_which_nothing_is_asked_is_green_and_counts_towards_it() -> None:
    leaf = leaves.event(date(2026, 12, 1), TODAY, "formation")
    assert (leaf.kind, leaf.left) == (Kind.EVENT, "dans 6\xa0jours")
    assert leaf.words == "Formation\xa0: mardi 1er\xa0décembre 2026, dans 6\xa0jours."
    assert leaves.event(date(2026, 11, 1), TODAY, "formation").kind == Kind.PAST


def test_side_by_side_each_leaf_says_what_its_day_is_for() -> None:
    leaf = leaves.last_day(date(2026, 12, 4), TODAY, "pour envoyer la demande")
    assert leaf.words.startswith("Dernier jour pour envoyer la demande\xa0:")


def test_in_a_mail_the_leaf_says_the_day_and_counts_nothing_down():
    leaf = leaves.in_mail(leaves.last_day(date(2026, 12, 1), date(2026, 11, 25)))
    assert (leaf["head"], leaf["day"], leaf["month"]) == ("dernier jour", "1er", "décembre")
    assert "jours" not in str(leaf)
