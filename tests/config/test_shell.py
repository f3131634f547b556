"""What a public service answers besides its pages."""

import datetime
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from catalogue.models import Training
from config.shell import PUBLIC_PAGES
from tests.factories import TrainingFactory

pytestmark = pytest.mark.django_db


def test_robots_are_kept_out_of_what_is_personal_and_shown_the_sitemap(client, settings):
    text = client.get("/robots.txt").text
    for path in ("/admin/", "/inscriptions/", "/mon-compte/", "/compte/"):
        assert f"Disallow: {path}" in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


def test_the_sitemap_shows_published_trainings_alone(client, settings):
    shown = TrainingFactory()
    hidden = [TrainingFactory(status=status) for status in (Training.Status.DRAFT, Training.Status.WITHDRAWN)]
    text = client.get("/sitemap.xml").text
    assert f"<loc>{settings.SITE_URL}{shown.get_absolute_url()}</loc>" in text
    assert all(training.get_absolute_url() not in text for training in hidden)
    assert f"<loc>{settings.SITE_URL}/</loc>" in text


def test_security_txt_names_whom_to_write_to_and_is_not_out_of_date(client, settings):
    text = client.get("/.well-known/security.txt").text
    assert f"Contact: mailto:{settings.ADM79_EMAIL}" in text
    expires = datetime.datetime.fromisoformat(re.search(r"Expires: (\S+)", text)[1])
    left = expires - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=30) < left < datetime.timedelta(days=366)


def test_password_managers_find_where_to_change_a_password(client):
    assert client.get("/.well-known/change-password")["Location"] == reverse("accounts:profile-password")


def test_every_icon_that_is_named_exists(client):
    assert client.get("/favicon.ico")["Location"].endswith("img/favicon.ico")
    icons = [icon["src"] for icon in client.get("/site.webmanifest").json()["icons"]]
    named = [*icons, "static/img/favicon.ico", "static/img/share.png", "static/img/favicon.svg"]
    assert all(finders.find(name.split("static/")[1]) for name in named)


@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_public_pages_describe_themselves_and_name_their_address(client, settings, name):
    page = client.get(reverse(name)).text
    assert f'<link rel="canonical" href="{settings.SITE_URL}{reverse(name)}">' in page
    assert len(re.search(r'<meta name="description" content="([^"]+)"', page)[1]) > 40
    assert "noindex" not in page


def test_a_published_training_is_indexed_a_draft_and_a_step_are_not(client, staff_client):
    training = TrainingFactory()
    page = client.get(training.get_absolute_url()).text
    assert "noindex" not in page
    assert "og:image" in page
    draft = TrainingFactory(status=Training.Status.DRAFT)
    assert "noindex" in staff_client.get(draft.get_absolute_url()).text
    assert "noindex" in client.get("/compte/creer/", follow=True).text
    assert "noindex" in client.get("/mot-de-passe/oublie/").text


def test_a_fiche_is_described_and_leads_search_engines_to_its_training(client, settings):
    training = TrainingFactory()
    page = client.get(reverse("catalogue:fiche", args=[training.reference])).text
    assert f'<meta name="description" content="{training.summary}">' in page
    assert f'<link rel="canonical" href="{settings.SITE_URL}{training.get_absolute_url()}">' in page
