"""The drawings: light, in the colours of the look, silent where words say the same, one a page."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from enrolment.models import Funding, Proof, State
from tests.factories import EnrolmentFactory, SessionFactory, TrainingFactory, in_days

DRAWINGS = sorted(Path(settings.BASE_DIR, "templates", "components", "drawings").glob("*.html"))
LIGHT = 1024
"""Bytes at most, compressed."""
DRAWN = re.compile(r'class="drawing--')


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_is_light_and_wears_the_colours_of_the_look(drawing: Path) -> None:
    text = drawing.read_text()
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', text)) - {"none"}
    assert len(gzip.compress(text.encode(), 9)) <= LIGHT
    assert 'aria-hidden="true"' in text
    assert colours
    assert all(re.fullmatch(r"var\(--[a-z-]+\)", colour) for colour in colours)


def drawn(client: Client, path: str) -> int:
    return len(DRAWN.findall(client.get(path).text))


def test_an_empty_list_shows_the_ash(official_client: Client) -> None:
    assert drawn(official_client, "/inscriptions/") == 1
    assert drawn(official_client, "/formations/?q=zzzzzz") == 1
    assert drawn(official_client, "/formations/prevenez-moi.html") == 1
    assert drawn(official_client, TrainingFactory().get_absolute_url()) == 1


def test_the_hall_is_drawn_where_one_must_go_and_not_at_a_distance(official_client: Client) -> None:
    there = SessionFactory()
    away = SessionFactory(place=None, remote=True)
    assert drawn(official_client, there.training.get_absolute_url()) == 1
    assert drawn(official_client, away.training.get_absolute_url()) == 0


def test_the_boat_arrives_with_the_request(official, official_client: Client) -> None:
    dossier = EnrolmentFactory(user=official)
    assert drawn(official_client, dossier.get_absolute_url()) == 0
    type(dossier).objects.filter(pk=dossier.pk).update(
        state=State.SENT,
        reference="79-NF70-9Z39",
        sent_at=timezone.now(),
        proof=Proof.PASSWORD,
        funding=Funding.SELF,
        price=200,
        last_day_to_send=in_days(19),
        birth_name=official.birth_name,
        first_names=official.first_names,
    )
    assert drawn(official_client, dossier.get_absolute_url()) == 1
