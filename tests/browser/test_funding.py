"""Who pays, in a real browser: the DIF to « payée », a commune, a mandate unknown or ended, too late, too little."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.mandates import declarations
from accounts.models import Mandate, MandateDeclaration
from catalogue.models import Session
from enrolment.dossiers import agreement, workflow
from enrolment.dossiers.vocabulary import Role, TransitionName
from tests.browser.test_enrolment import SENT, dossier, go_on, heading, person, prove, reach_sending  # noqa: F401
from tests.enrolment.helpers import send, verify_identity
from tests.factories import (
    EnrolmentFactory,
    MandateFactory,
    OfficialFactory,
    SessionFactory,
    StaffFactory,
    UserFactory,
    in_days,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["javascript", "no javascript"])
def either(request: pytest.FixtureRequest) -> Page:
    """The same page with JavaScript, then without."""
    return request.getfixturevalue("page" if request.param == "javascript" else "page_no_js")


def send_it(page: Page) -> None:
    page.get_by_label(re.compile("Je certifie")).check()
    go_on(page, "Envoyer ma demande")
    heading(page, SENT)


def test_the_dif_path_is_followed_to_paid(page: Page, sign_in, dossier, axe):  # noqa: F811
    sign_in(dossier.user)
    reach_sending(page, dossier)
    page.get_by_label(re.compile("Je certifie")).check()
    go_on(page, "Envoyer ma demande")
    heading(page, SENT)
    page.get_by_role("link", name="Dire où j'en suis").click()
    heading(page, "Mon financement sur Mon Compte Formation")
    axe(page)
    page.get_by_role("button", name="C'est fait : Ouvrir votre compte").click()
    page.get_by_role("link", name="Noter le montant").click()
    heading(page, "Êtes-vous prêt pour Mon Compte Formation")
    axe(page)
    page.get_by_label("Montant affiché, en euros").fill("120,50")
    go_on(page, "Enregistrer")
    expect(page.get_by_text("C'est noté.")).to_be_visible()
    page.goto(dossier.get_absolute_url())
    page.get_by_role("link", name="Voir et accepter les montants").click()
    heading(page, "Confirmez votre financement")
    axe(page)
    go_on(page, "J'accepte ces montants")
    page.goto(f"{dossier.get_absolute_url()}mon-compte-formation/")
    page.get_by_role("button", name="C'est fait : Préparer votre identité").click()
    page.get_by_label(re.compile("Numéro de dossier")).fill("123456789")
    page.get_by_role("button", name="C'est fait : Créer votre demande").click()
    expect(page.get_by_text("dossier n° 123456789")).to_be_visible()
    page.get_by_role("button", name="C'est fait : Faire sa proposition").click()
    page.get_by_role("button", name="C'est fait : Valider la proposition").click()
    expect(page.get_by_text("Déclaré par vous le")).to_have_count(6)
    axe(page)

    staff = StaffFactory()
    workflow.accept(dossier, staff, timezone.now())
    Session.objects.filter(pk=dossier.session_id).update(start=in_days(-1), end=in_days(-1))
    workflow.perform(TransitionName.ATTEND, dossier, staff, timezone.now(), role=Role.STAFF)
    page.reload()
    page.get_by_role("button", name="C'est fait : Payer la formation").click()
    expect(page.get_by_text("Déclaré par vous le")).to_have_count(7)
    page.goto(dossier.get_absolute_url())
    heading(page, "Formation suivie")
    axe(page)


def test_the_commune_path_leads_to_a_convention_without_javascript(page_no_js: Page, sign_in, dossier):  # noqa: F811
    page = page_no_js
    sign_in(dossier.user, into=page.context)
    prove(page, dossier)
    go_on(page)
    heading(page, "Qui paie la formation")
    page.locator("[name=funding][value=public]").check()
    go_on(page)
    heading(page, "Le financement")
    go_on(page)
    page.get_by_label(re.compile("Je certifie")).check()
    go_on(page, "Envoyer ma demande")
    heading(page, SENT)
    page.get_by_role("link", name="Accord et convention").click()
    page.get_by_label("Nom de la personne qui donne l'accord").fill("Paul Roy")
    page.get_by_label("Sa fonction").fill("Maire")
    page.get_by_label("Son adresse mail").fill("mairie@courriel.example")
    page.get_by_label("Où envoyer la facture").fill("Mairie, 79000 Niort")
    go_on(page, "Enregistrer")
    page.get_by_role("link", name="La convention avec l'organisme de formation").click()
    heading(page, "Convention de formation")
    expect(page.get_by_text("Paul Roy").first).to_be_visible()


def test_an_unknown_mandate_is_declared_and_the_caisse_des_depots_is_not_named(either: Page, sign_in):
    page, newcomer = either, UserFactory()
    sign_in(newcomer, into=page.context)
    page.goto("/mes-droits/")
    expect(page.get_by_text("Ce site n'a pas encore retrouvé votre mandat.")).to_be_visible()
    expect(page.get_by_text("caissedesdepots")).to_have_count(0)
    expect(page.get_by_text("0,00")).to_have_count(0)
    page.get_by_role("link", name="Déclarer mon mandat").click()
    page.get_by_label("Fonction").fill("Maire")
    page.get_by_label("Commune ou collectivité").fill("Niort")
    for part, value in (("Jour", "18"), ("Mois", "5"), ("Année", "2020")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("main").locator("form:has([name=function]) button[type=submit]").click()
    expect(page.get_by_text("L'ADM79 vérifie votre mandat et vous répond par mail.")).to_be_visible()
    declarations.confirm(MandateDeclaration.objects.get().pk, StaffFactory(), timezone.now())
    page.goto("/mes-droits/")
    expect(page.get_by_text("Ce site n'a pas encore retrouvé votre mandat.")).to_have_count(0)
    expect(page.get_by_text(re.compile("Maire.*Niort")).first).to_be_visible()


def test_after_a_mandate_ended_the_dif_is_refused_with_the_ways_left(either: Page, sign_in):
    page, former = either, UserFactory()
    MandateFactory(user=former, end=in_days(-1))
    verify_identity(former)
    enrolment = workflow.create(former, SessionFactory(), timezone.now())[0]
    sign_in(former, into=page.context)
    page.goto("/mes-droits/")
    expect(page.get_by_text(re.compile("Pendant six mois")).first).to_be_visible()
    prove(page, enrolment)
    page.get_by_label("Mandat", exact=True).fill("Ancien maire")
    page.get_by_label("Commune ou collectivité du mandat").fill("Niort")
    go_on(page)
    heading(page, "Qui paie la formation")
    expect(page.get_by_text(re.compile("ne paie plus les formations liées au mandat")).first).to_be_visible()
    expect(page.locator("[name=funding][value=dif]")).to_have_count(0)
    page.locator("[name=funding][value=self]").check()
    go_on(page)
    heading(page, "Le financement")
    go_on(page)
    send_it(page)
    expect(page.get_by_text("Par moi-même").first).to_be_visible()


def test_a_mandate_that_ends_meanwhile_asks_again_and_another_funding_is_chosen(either: Page, sign_in):
    official = OfficialFactory()
    enrolment = send(EnrolmentFactory(user=official))
    Mandate.objects.filter(user=official).update(end=in_days(-1))
    agreement.quote_again(official, timezone.now())
    page = either
    sign_in(official, into=page.context)
    page.goto(enrolment.get_absolute_url())
    page.get_by_role("link", name="Voir et accepter les montants").click()
    heading(page, "Confirmez votre financement")
    page.goto(f"{enrolment.get_absolute_url()}changer-de-financement/")
    page.locator("[name=financement][value=self]").check()
    go_on(page, "Voir les montants")
    page.get_by_label(re.compile("Pourquoi|Motif|raison", re.IGNORECASE)).fill("Mon mandat est fini")
    go_on(page, "Changer de financement")
    expect(page.get_by_text("Par moi-même").first).to_be_visible()
    expect(page.get_by_role("link", name="Voir et accepter les montants")).to_have_count(0)


def test_too_late_for_mon_compte_formation_alone_is_said_and_ticked(either: Page, sign_in, person):  # noqa: F811
    page = either
    late = SessionFactory(start=in_days(13))
    fitting = SessionFactory(training=late.training, start=in_days(60))
    enrolment = workflow.create(person, late, timezone.now())[0]
    sign_in(person, into=page.context)
    prove(page, enrolment)
    go_on(page)
    heading(page, "Qui paie la formation")
    expect(page.get_by_text("elle ne devrait plus être payée par le DIF élus").first).to_be_visible()
    expect(page.get_by_text("Ces dates laissent encore le temps")).to_be_visible()
    expect(page.get_by_text(re.compile(rf"{fitting.start.day}.*{fitting.start.year}")).first).to_be_visible()
    page.locator("[name=funding][value=dif]").check()
    go_on(page)
    expect(page.get_by_role("heading", name="Il y a un problème")).to_be_visible()
    page.get_by_label(re.compile("J'ai compris que cette session ne devrait plus")).check()
    go_on(page)
    heading(page, "Le financement")
    go_on(page)
    send_it(page)
    expect(page.get_by_text("ne devrait plus être payée par le DIF élus").first).to_be_visible()
    expect(page.get_by_text(re.compile("créez-la aussi sur Mon Compte Formation"))).to_have_count(0)


def test_an_amount_read_below_the_price_shows_old_and_new_and_asks(either: Page, sign_in, person):  # noqa: F811
    page = either
    enrolment = send(EnrolmentFactory(user=person))
    sign_in(person, into=page.context)
    page.goto("/mon-compte-formation/")
    page.get_by_label("Montant affiché, en euros").fill("120,00")
    go_on(page, "Enregistrer")
    expect(page.get_by_text("C'est noté.")).to_be_visible()
    page.goto("/inscriptions/")
    expect(page.get_by_text("acceptez ou changez les nouveaux montants")).to_be_visible()
    page.get_by_role("link", name=re.compile("Voir les montants")).click()
    heading(page, "Confirmez votre financement")
    for amount in ("200,00", "120,00", "80,00"):
        expect(page.get_by_text(re.compile(amount)).first).to_be_visible()
    go_on(page, "J'accepte ces montants")
    enrolment.refresh_from_db()
    assert (enrolment.rights_agreed, enrolment.to_pay, enrolment.sums_to_agree) == (120, 80, False)


def test_the_values_of_ma_fiche_are_copied_one_by_one(page: Page, sign_in, person, axe):  # noqa: F811
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(person)
    page.goto("/mon-compte-formation/ma-fiche/")
    axe(page)
    page.get_by_role("button", name="Copier : Nom de naissance, Moreau").click()
    expect(page.get_by_text("Copié", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Moreau"


def test_without_javascript_there_is_nothing_to_copy_with(page_no_js: Page, sign_in, person):  # noqa: F811
    sign_in(person, into=page_no_js.context)
    page_no_js.goto("/mon-compte-formation/ma-fiche/")
    expect(page_no_js.get_by_text("Moreau", exact=True).first).to_be_visible()
    expect(page_no_js.get_by_role("button", name=re.compile("Copier"))).to_have_count(0)
