"""In a real browser: a figure opened to its list, « Prévenez-moi » told once, new conditions at the next login."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import TermsVersion
from catalogue.demand import interests
from enrolment.models import State
from tests.enrolment.dossiers.test_transitions import dossier_in
from tests.factories import PASSWORD, OfficialFactory, SessionFactory, StaffFactory, in_days

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_figures_of_the_year_open_their_lists(page: Page, sign_in, axe) -> None:
    session = SessionFactory(start=in_days(0))
    for state in (State.ACCEPTED, State.ACCEPTED, State.REFUSED):
        dossier_in(state, session)
    sign_in(StaffFactory(is_superuser=True))
    page.goto("/admin/")
    page.get_by_role("link", name="Chiffres").first.click()
    axe(page)
    link = page.get_by_role("link", name="Demandes acceptées")
    expect(link).to_have_text(re.compile(r"^\s*2\s"))
    link.click()
    expect(page.locator(".total")).to_have_text("2")
    expect(page.locator("#content-main tbody tr")).to_have_count(2)
    axe(page)
    page.go_back()
    expect(page.get_by_role("img", name="Demandes envoyées, mois par mois")).to_be_visible()
    page.get_by_role("link", name="La page à imprimer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("La formation des élus")
    axe(page)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/admin/chiffres/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_who_asked_to_be_told_is_told_once_and_stops_in_one_press(page: Page, sign_in, axe, run_tasks) -> None:
    official = OfficialFactory()
    training = SessionFactory(start=in_days(3)).training
    sign_in(official)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(training.get_absolute_url())
    page.get_by_role("button", name="Prévenez-moi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les formations que vous attendez")
    axe(page)
    SessionFactory(training=training)
    assert [interests.tell_of_openings(timezone.now()) for _ in range(2)] == [1, 0]
    run_tasks()
    (message,) = mail.outbox
    page.goto(re.search(r"https?://[^/]+(/formations/ne-plus-prevenir/\S+)", message.body)[1])
    axe(page)
    page.get_by_role("button", name="Ne plus me prévenir").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("nous ne vous préviendrons plus")


def test_new_conditions_are_asked_at_the_next_login_and_lead_back(page: Page, axe) -> None:
    official = OfficialFactory()
    TermsVersion.objects.create(
        name="2026-12-01", changes="L'aide est ouverte le samedi.", text="## Un\n- Tout.", published_at=timezone.now()
    )
    page.goto("/connexion/?next=/mon-compte/")
    page.get_by_label("Numéro de sécurité sociale").fill(official.nir[:13])
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les conditions d'utilisation changent")
    expect(page.get_by_text("L'aide est ouverte le samedi.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Il y a un problème")).to_be_visible()
    page.get_by_label("J'ai lu et j'accepte").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    official.refresh_from_db()
    assert official.terms_version == "2026-12-01"
