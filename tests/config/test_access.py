"""Who may go where: every address of the site, for everybody who may knock. Denied unless the table says otherwise."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin import site as admin_site
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import CorrectionRequest, EmailChange, IdentityCase, MandateDeclaration, TermsVersion
from catalogue import models as catalogue
from core import outbox
from core.models import Announcement, Draft, LongTask, MailPhrase
from enrolment.models import AssistedEnrolment, EdofDifference, RightsReading
from tests import factories

pytestmark = pytest.mark.django_db

PUBLIC, LOGGED_IN, OWN, PROTOCOL = "public", "logged in", "own", "protocol"
"""Everybody; whoever is logged in; the owner alone, others learn nothing (404); OpenID Connect, by its own rules."""

ACCESS = {
    "home": PUBLIC,
    "help": PUBLIC,
    "help-mcf": PUBLIC,
    "help-messages": PUBLIC,
    "contact": PUBLIC,
    "fiche-in-hand": PUBLIC,  # leads from what is printed on a fiche to its training
    "outline": PUBLIC,  # titles, dates and towns; the search is for those who are logged in
    "accessibility": PUBLIC,
    "legal": PUBLIC,
    "privacy": PUBLIC,
    "terms": PUBLIC,
    "hide-announcement": PUBLIC,  # a cookie of the browser's own
    "health": PUBLIC,
    "alive": PUBLIC,
    "robots": PUBLIC,
    "sitemap": PUBLIC,
    "favicon": PUBLIC,
    "manifest": PUBLIC,
    "security": PUBLIC,
    "change-password": PUBLIC,  # leads to a page that asks to log in
    "accounts:signup": PUBLIC,
    "accounts:signup-step": PUBLIC,  # the draft belongs to a browser, not to an account
    "accounts:city-field": PUBLIC,
    "accounts:login": PUBLIC,
    "accounts:parked": PUBLIC,  # what was typed when the session ended; the draft belongs to the browser
    "accounts:logout": PUBLIC,
    "accounts:password-forgotten": PUBLIC,
    "accounts:password-forgotten-sent": PUBLIC,
    "accounts:password-reset": PUBLIC,
    "accounts:email-confirm": PUBLIC,
    "accounts:email-stop": PUBLIC,
    "accounts:profile-closed": PUBLIC,
    "accounts:keep-alive": LOGGED_IN,
    "accounts:email": LOGGED_IN,
    "accounts:mandate-confirm": LOGGED_IN,  # one that is not proposed to this person is answered by a message
    "accounts:mandate-reject": LOGGED_IN,
    "accounts:mandates": LOGGED_IN,
    "accounts:terms-accept": LOGGED_IN,
    "accounts:prove": LOGGED_IN,
    "accounts:profile": LOGGED_IN,
    "accounts:profile-contact": LOGGED_IN,
    "accounts:profile-address": LOGGED_IN,
    "accounts:profile-usual-name": LOGGED_IN,
    "accounts:profile-password": LOGGED_IN,
    "accounts:profile-close-sessions": LOGGED_IN,
    "accounts:profile-unlink-franceconnect": LOGGED_IN,
    "accounts:profile-download": LOGGED_IN,
    "accounts:profile-correction": LOGGED_IN,
    "accounts:profile-close": LOGGED_IN,
    "franceconnect:login": PROTOCOL,
    "franceconnect:callback": PROTOCOL,
    "franceconnect:link": PROTOCOL,
    "franceconnect:logout": PROTOCOL,
    "franceconnect:logout-return": PROTOCOL,
    "catalogue:search": LOGGED_IN,
    "catalogue:communes": LOGGED_IN,
    "catalogue:unanswered": LOGGED_IN,
    "catalogue:interests": LOGGED_IN,
    "catalogue:give-up-interest": LOGGED_IN,  # somebody else's is not found, and the list of one's own is shown
    "catalogue:stop-telling": PUBLIC,  # the mail's link; all it can do is stop mails
    "catalogue:training": PUBLIC,  # the deep link explains the way in; price and dossiers need a login
    "catalogue:mistyped": PUBLIC,  # a printed link with something that clings to it
    "catalogue:calendar": PUBLIC,
    "catalogue:fiche": PUBLIC,
    "enrolment:rights": LOGGED_IN,
    "enrolment:list": LOGGED_IN,
    "enrolment:deadlines": LOGGED_IN,
    "enrolment:create": LOGGED_IN,
    "enrolment:detail": OWN,
    "enrolment:cancel": OWN,
    "enrolment:seat": OWN,
    "enrolment:dossier-deadlines": OWN,
    "enrolment:step": OWN,
    "enrolment:mcf": OWN,
    "enrolment:agree": OWN,
    "enrolment:agreement": OWN,
    "enrolment:agreement-paper": OWN,
    "enrolment:change-funding": OWN,
    "enrolment:readiness": LOGGED_IN,
    "enrolment:mcf-sheet": LOGGED_IN,
    "enrolment:missing-account": LOGGED_IN,
    "enrolment:letter-code": PUBLIC,  # a letter is opened by who has no account yet
    "enrolment:letter": PUBLIC,
    "enrolment:letter-next": LOGGED_IN,
    "enrolment:identity": LOGGED_IN,
    "enrolment:identity-edit": LOGGED_IN,
    "enrolment:identity-withdraw": LOGGED_IN,
}
ASKED_BY_NATURE = {"accounts:parked"}
"""Public, and leads a stranger to the login."""
STAFF_DOOR = {
    "admin:login",
    "admin:logout",
    "admin:second-factor-check",
    "admin:second-factor-set-up",
    "admin:second-factor-begin",
}
"""What staff see before they are let in."""
ANY_STAFF = {
    "admin:index",
    "admin:find",  # finds what one's role may see
    "admin:handbook",
    "admin:handbook-page",
    "admin:handbook-print",
    "admin:password_change",
    "admin:password_change_done",
    "admin:jsi18n",
    "admin:view_on_site",
    "admin:None",
}
"""What staff without any right may still see: an empty admin, their own password; unknown addresses are 404."""


WORKS = {
    "admin:accounts_mandate_import_work": "register",
    "admin:catalogue_training_import_work": "trainings",
    "admin:enrolment_edofdifference_read_work": "edof",
}
"""Pages of long work, and what kind each follows."""


def routes(resolver: URLResolver, namespaces=(), prefix=""):
    """Every pattern of the site: (name with its namespaces, the pattern, the text of its path)."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield ":".join([*namespaces, str(pattern.name)]), pattern, path
        else:
            yield from routes(pattern, (*namespaces, *filter(None, [pattern.namespace])), path)


ROUTES = {name: (pattern, path) for name, pattern, path in routes(get_resolver())}
SITE = sorted(name for name in ROUTES if not name.startswith("admin:"))
ADMIN = sorted(name for name in ROUTES if name.startswith("admin:") and name not in STAFF_DOOR)


@pytest.fixture
def world(official, staff):
    """The official with one of everything, so that every address has something behind it."""
    check = factories.IdentityCheckFactory(user=official)
    dossier = factories.EnrolmentFactory(user=official)
    correction = CorrectionRequest.objects.create(user=official, field="birth_name", wanted="Moreau-Petit")
    draft = Draft.objects.create(kind="signup", owner=f"user:{official.pk}", expires_at=timezone.now())
    catalogue.Trainer.objects.create(name="Anne Petit")
    catalogue.UnansweredSearch.objects.create(
        terms="tennis",
        times=3,
        year=factories.in_days(0).year,
        first_on=factories.in_days(0),
        last_on=factories.in_days(0),
    )
    interest = catalogue.Interest.objects.create(user=official, words="tennis", place="Melle")
    catalogue.Synonym.objects.create(expressions="PLU, plan local d'urbanisme")
    outbox.send_later(
        "enrolment/news",
        "jeanne.moreau@courriel.example",
        {"url": "https://x.example/", "email_url": "https://x.example/"},
    )
    announcement = Announcement.objects.create(text="Fermé à Noël.", ends_on=factories.in_days(3))
    MailPhrase.objects.create(kind="accounts/password_changed", opening="Bonne année.")
    TermsVersion.objects.create(changes="Rien.", text="Tout.")
    LogEntry.objects.log_actions(staff.pk, [official], CHANGE)
    MandateDeclaration.objects.create(user=official, function="Maire", place="Niort", since=factories.in_days(-100))
    EmailChange.objects.create(user=official, email="jeanne@neuf.example", asked_by=staff)
    a_day = factories.in_days(0)
    catalogue.SchoolHoliday.objects.create(name="Vacances", first_day=a_day, last_day=a_day, source="essai")
    EdofDifference.objects.create(kind="there_not_here", key="there:1", words="EDOF a un dossier que le site n'a pas.")
    prepared = AssistedEnrolment.objects.create(
        session=dossier.session, asked_by="self", recognised="Sa voix.", expires_at=timezone.now() + timedelta(days=1)
    )
    RightsReading.objects.create(user=official, amount=100, read_on=factories.in_days(0))
    for maker in (factories.FranceConnectIdentityFactory, factories.ScaleFactory, factories.PostalCodeFactory):
        maker()
    return {
        "mandate_id": official.mandates.get().pk,
        "enrolment_id": dossier.pk,
        "session_id": dossier.session.pk,
        "reference": dossier.session.training.reference,
        "typed": f"{dossier.session.training.reference}.",
        "step": "identification",
        "draft_id": draft.pk,
        "interest_id": interest.pk,
        "announcement_id": announcement.pk,
        "check_id": check.pk,
        "correction_id": correction.pk,
        "id": official.pk,
        "side": "front",
        "year": 2027,
        "kind": "accord",
        "name": "accept",
        "prepared_id": prepared.pk,
        "code": "jeton",
        "token": "jeton",
        "uid": "uid",
        "user_id": official.pk,
        "case_id": IdentityCase.objects.create(kind="number-taken", other=official).pk,
        "act": "liberer",
        "app_label": "enrolment",
        "content_type_id": ContentType.objects.get_for_model(official).pk,
        "url": "nulle-part",
    }


def address(name, world):
    """An address for this route; a new parameter must be given a value in ``world``."""
    pattern, _ = ROUTES[name]
    wanted = set(pattern.pattern.converters) | set(getattr(pattern.pattern, "regex", None).groupindex or ())
    if "object_id" in wanted or "pk" in wanted:
        world = world | dict.fromkeys(("object_id", "pk"), instance_of(name))
    if name in WORKS:
        work = LongTask.objects.filter(kind=WORKS[name]).first() or LongTask.objects.create(kind=WORKS[name])
        world = world | {"work_id": work.pk}
    if name == "admin:session-sheet":
        world = world | {"name": "emargement"}
    if name.startswith("admin:figures-"):
        world = world | {"name": "communes-jamais", "year": factories.in_days(0).year}
    if name == "admin:handbook-page":
        world = world | {"name": "repondre"}
    if name == "admin:None":
        return "/admin/nulle-part/"
    return reverse(name, kwargs={argument: world[argument] for argument in wanted})


def instance_of(name):
    """The primary key of a row of the model that an admin route is about; of no row when there is none."""
    for model in sorted(admin_site._registry, key=lambda model: -len(model._meta.label_lower)):
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            row = model._default_manager.first()
            return row.pk if row else uuid.uuid4() if model._meta.pk.get_internal_type() == "UUIDField" else 0
    return 1


def leads_to(response, name):
    return response.status_code == 302 and response["Location"].startswith(reverse(name))


def test_every_address_is_in_the_table():
    assert set(SITE) - set(ACCESS) == set(), "say in ACCESS who may go there"
    assert set(ACCESS) - set(SITE) == set(), "an address that is gone"


def walk(names, world, visitors, expected, methods=("get", "post")):
    """Knock at each address as each visitor; the answers that *expected* does not accept, in words."""
    surprises = []
    for name in names:
        for visitor in visitors:
            for method in methods:
                response = getattr(visitor, method)(address(name, world))
                if not expected(response):
                    surprises.append(f"{method} {name}: {response.status_code} {response.headers.get('Location', '')}")
    return surprises


def sees_it(response):
    return response.status_code in {200, 301, 302, 405, 410} and not asked_to_log_in(response)


def asked_to_log_in(response):
    return leads_to(response, "accounts:login")


def shown_the_door(response):
    return leads_to(response, "admin:login")


def routes_with(*kinds):
    return [name for name in SITE if ACCESS.get(name) in kinds]


def test_a_stranger_is_asked_to_log_in(world):
    assert walk(routes_with(LOGGED_IN, OWN), world, [Client()], asked_to_log_in) == []


def test_a_stranger_sees_what_is_public(world):
    names = [name for name in routes_with(PUBLIC) if name not in ASKED_BY_NATURE]
    assert walk(names, world, [Client()], lambda r: sees_it(r) or r.status_code == 404, ["get"]) == []


def test_the_official_sees_what_is_theirs(world, official_client):
    names = routes_with(LOGGED_IN, OWN)
    assert walk(names, world, [official_client], sees_it, ["get"]) == []


def test_somebody_else_learns_nothing(world, other_official, as_user):
    assert walk(routes_with(OWN), world, [as_user(other_official)], lambda r: r.status_code in {404, 405}) == []


def test_the_admin_is_closed_to_strangers_and_officials(world, official_client):
    assert walk(ADMIN, world, [Client(), official_client], shown_the_door) == []


def test_staff_without_the_right_are_refused(world, staff_without_rights, as_user):
    def refused(response):
        nothing_there = response.status_code == 302 and response["Location"] == reverse("admin:index")
        return response.status_code in {403, 404, 405} or nothing_there

    names = [name for name in ADMIN if name not in ANY_STAFF]
    assert walk(names, world, [as_user(staff_without_rights)], refused) == []


def test_staff_work_in_the_admin(world, staff_client):
    def works(response):  # 403: what nobody adds or deletes by hand; 409: a button that is no more
        return response.status_code in {200, 301, 302, 403, 404, 405, 409} and not shown_the_door(response)

    assert walk(ADMIN, world, [staff_client], works, ["get"]) == []


def test_every_model_of_the_site_is_walked():
    """The admin shows what it shows through the site whose routes are walked here."""
    walked = {
        model
        for model in admin_site._registry
        if model._meta.app_label in {"core", "accounts", "catalogue", "enrolment"}
    }
    assert walked
    for model in walked:
        assert f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" in ROUTES
    assert walked <= set(apps.get_models())
