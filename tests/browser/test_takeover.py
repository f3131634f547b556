"""The true owner of a number, and of a mail address, finds their way: in a real browser."""

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.identity import nir as nir_rules
from accounts.models import FranceConnectIdentity, IdentityCase, User
from tests.browser.test_franceconnect import be, heading, press_button, provider  # noqa: F401
from tests.factories import PASSWORD, OfficialFactory, PostalCodeFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def holder_of(nir: str) -> User | None:
    return User.objects.filter(nir_digest=nir_rules.digest(nir_rules.parse(nir))).first()


def test_the_owner_of_a_number_that_somebody_took_gets_it_with_franceconnect(page: Page, provider, axe) -> None:  # noqa: F811
    PostalCodeFactory()
    nir = provider.people["claire"].nir
    squatter = UserFactory(nir=nir, birth_name="Pirate", first_names="", street_name="du Port")
    page.goto("/compte/creer/")
    press_button(page)
    be(page, provider, "claire")
    page.get_by_role("link", name="Créer mon compte").last.click()
    page.get_by_label("Numéro de sécurité sociale").fill(nir)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Téléphone mobile").fill("06 12 34 56 78")
    page.get_by_label("Adresse mail personnelle").fill("claire.moreau@orange.fr")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom de la voie").fill("des Lilas")
    page.get_by_label("Code postal").fill("79000")
    page.get_by_label("Code postal").blur()
    expect(page.get_by_label("Ville")).to_have_value("79191")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("J'ai lu et j'accepte les conditions générales d'utilisation").check()
    page.locator("main form button[type=submit]").first.click()
    expect(heading(page)).to_have_text("Vous avez déjà un compte ?")
    expect(page.get_by_role("link", name="Relier mon compte")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Ouvrir mon compte avec mon numéro").click()

    expect(heading(page)).to_have_text("Mes droits")
    expect(page.get_by_text("Pirate")).to_have_count(0)
    new = FranceConnectIdentity.objects.get().user
    squatter.refresh_from_db()
    assert holder_of(nir) == new
    assert (squatter.is_active, squatter.taken_over_by) == (False, new)


def test_without_franceconnect_staff_release_the_number_after_seeing_a_document(page: Page, sign_in, axe) -> None:
    squatter = UserFactory(birth_name="Pirate")
    sign_in(StaffFactory(is_superuser=True))
    page.goto("/admin/accounts/identitycase/")
    page.get_by_role("link", name="Retrouver un numéro").click()
    axe(page)
    page.get_by_label("Numéro de sécurité sociale").fill(squatter.nir)
    page.get_by_label("Motif").fill("Mme Moreau a appelé.")
    page.get_by_role("button", name="Retrouver").click()
    expect(page.get_by_text("déclaré par la personne")).to_be_visible()
    assert squatter.nir[:13] not in page.url + page.content()
    axe(page)
    page.get_by_label("J'ai vu une pièce d'identité").check()
    page.get_by_label("Motif").fill("Carte nationale d'identité vue au bureau.")
    page.get_by_role("button", name="Libérer le numéro").click()
    expect(heading(page)).to_have_text("Est-ce bien vous ?")
    page.get_by_label("Votre mot de passe actuel").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Reprendre ma saisie").click()
    expect(page.get_by_text("C'est fait : libérer le numéro.")).to_be_visible()
    assert holder_of(squatter.nir) is None
    assert IdentityCase.objects.get().decision == "Carte nationale d'identité vue au bureau."


def test_an_open_browser_does_not_give_the_address_away(page: Page, sign_in, axe) -> None:
    official = OfficialFactory()
    sign_in(official)
    page.goto("/mon-compte/")
    page.get_by_role("link", name="Modifier l'adresse mail").click()
    expect(heading(page)).to_have_text("Est-ce bien vous ?")
    axe(page)
    page.get_by_label("Votre mot de passe actuel").fill("Au-hasard79")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce mot de passe n'est pas le bon")
    page.goto("/adresse-mail/")
    expect(heading(page)).to_have_text("Est-ce bien vous ?")
    page.get_by_label("Votre mot de passe actuel").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    expect(heading(page)).to_have_text("Votre adresse mail")


def test_ce_n_est_pas_moi_stops_a_change_of_address(page: Page, run_tasks, axe) -> None:
    official = OfficialFactory(email="jeanne@courriel.example", email_confirmed_at=timezone.now())
    page.goto("/connexion/?next=/adresse-mail/")
    page.get_by_label("Numéro de sécurité sociale").fill(official.nir[:13])
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()
    expect(heading(page)).to_have_text("Est-ce bien vous ?")  # having just logged in does not count
    page.get_by_label("Votre mot de passe actuel").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Adresse mail personnelle").fill("pirate@orange.fr")
    page.get_by_role("button", name="Changer d'adresse").click()
    expect(page.get_by_text("Un mail vient de partir vers pirate@orange.fr.")).to_be_visible()
    run_tasks()
    warning = next(message for message in mail.outbox if message.to == ["jeanne@courriel.example"])
    link = next(word for word in warning.body.split() if "/pas-moi/" in word).removeprefix("http://testserver")
    page.goto(link)
    axe(page)
    page.get_by_role("button", name="Ce n'est pas moi").click()
    expect(heading(page)).to_have_text("Le changement est arrêté")
    axe(page)
    official.refresh_from_db()
    assert (official.email, official.email_wanted) == ("jeanne@courriel.example", "")
    page.goto("/mon-compte/")
    expect(heading(page)).to_have_text("Me connecter")
