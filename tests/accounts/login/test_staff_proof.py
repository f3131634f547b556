"""What staff may do to somebody's account asks for a fresh proof: every act of the admin says which side it is on."""

import ast
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import CorrectionRequest, EmailChange, IdentityCase, RecoveryCodes, User
from enrolment.models import IdentityCheck, LedgerEntry, RightsReading
from tests.accounts.login.proofs import fresh
from tests.config.test_access import ADMIN, ANY_STAFF
from tests.factories import IdentityCheckFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

PROVE = "/mon-compte/prouver/"

SENSITIVE = {
    "accounts.user add",  # an account of the staff
    "accounts.user change",  # an official's address opens their account, a role opens the desk
    "accounts/profile/admin.py lost-telephone",  # a second factor goes
    "auth_user_password_change",  # of the staff
    "accounts.emailchange approve",
    "accounts/profile/corrections_admin.py accept",  # who somebody is
    "enrolment.identitycheck add",  # a check that no document of this site shows
    "enrolment/identity_checks/admin.py caisse",  # the same, for somebody whose document waits here
    "enrolment/people/admin.py correct",  # rights corrected
    "enrolment/people/admin.py read",  # an amount read for somebody: the sums of their dossiers follow it
    "identity-act",  # a number released, an account restored, its dossiers moved
    "identity-settle",
}
"""Models' pages and lists by label, buttons by the file that makes them, other addresses by name."""

CATALOGUE = "nothing of anybody's; the journal has it"
SEAT = "a seat: consequences shown first, journaled, the person told, to be taken back by a button"
SHOWS = "only shows"
JOURNALED = "only shows, and the journal says who took the file"
WORDS = "words of the ADM79, shown before they are published, each version kept"
EVERY_RIGHT = "no role has it"
MANDATE = "rights that staff give, the other button takes back; the person's own degree stays"
HARMLESS = {
    "accounts.emailchange delete": "the address stays as it is",
    "accounts.mandate add": MANDATE,
    "accounts.mandate change": MANDATE,
    "accounts.mandate delete": EVERY_RIGHT,
    "accounts.mandate detach": MANDATE,
    "accounts/mandates/admin.py detach": MANDATE,
    "accounts/mandates/admin.py end": MANDATE,
    "assisted-letter": "a link to what staff typed themselves; the person proves themselves behind it",
    "enrolment.assistedenrolment add": "no account: the person makes it and proves themselves",
    "enrolment/assisted/admin.py mail": "a link to what staff typed themselves, to the address they typed",
    "enrolment/assisted/admin.py revoke": "gives nothing",
    "enrolment/people/admin.py <mandate>": MANDATE,
    "enrolment/people/admin.py prepare": "only the person's own login takes it",
    "enrolment/people/admin.py resend": "the same mails to the same person",
    "accounts/mandates/declarations_admin.py confirm": MANDATE,
    "accounts/mandates/declarations_admin.py refuse": "gives nothing",
    "accounts/profile/corrections_admin.py refuse": "the account stays as it is",
    "accounts/profile/admin.py mail-bounced": "the person is called, and told at the next login",
    "accounts_mandate_import": "the public register",
    "accounts_mandate_import_work": "the public register",
    "answer": SEAT,
    "answer-recall": SEAT,
    "answers": SHOWS,
    **{
        f"{model} {page}": WORDS
        for model in ("accounts.termsversion", "core.announcement", "core.mailphrase", "enrolment.reasonphrase")
        for page in ("add", "change", "delete")
    },
    **{f"core/admin/words.py <{name}>": WORDS for name in ("PUBLISH", "AGAIN", "WITHDRAW")},
    **{f"catalogue.schoolholiday {page}": CATALOGUE for page in ("add", "change", "delete")},
    "catalogue.session print_many": SHOWS,
    "enrolment.edofdifference settle": "a line of a list of work",
    "enrolment/funding/edof_admin.py settle": "a line of a list of work",
    "enrolment_edofdifference_read": "milestones, dated, shown before they are written, each taken back by a button",
    "enrolment_edofdifference_read_work": "milestones, dated, shown before they are written",
    "enrolment_enrolment_export": JOURNALED,
    "enrolment_ledgerentry_export": JOURNALED,
    "session-participants": JOURNALED,
    "session-sheets": SHOWS,
    "session-month": SHOWS,
    "figures": SHOWS,
    "figures-letters": SHOWS,
    "figures-list": SHOWS,
    "figures-print": SHOWS,
    **{
        f"catalogue.{model} {page}": CATALOGUE
        for model in ("place", "scale", "session", "subject", "synonym", "trainer", "training", "trainingbody")
        for page in ("add", "change", "delete")
    },
    "catalogue.session duplicate": CATALOGUE,
    "catalogue.training duplicate": CATALOGUE,
    "catalogue.training publish": CATALOGUE,
    "catalogue.training withdraw": CATALOGUE,
    "catalogue.unansweredsearch delete": CATALOGUE,
    "catalogue/admin/trainings.py publish": CATALOGUE,
    "catalogue/admin/trainings.py withdraw": CATALOGUE,
    "catalogue_training_export": SHOWS,
    "catalogue_training_import": CATALOGUE,
    "catalogue_training_import_template": SHOWS,
    "catalogue_training_import_work": CATALOGUE,
    "catalogue_training_renew": CATALOGUE,
    "catalogue_training_renewal": CATALOGUE,
    "catalogue_training_without_mcf": SHOWS,
    "core.outgoingmail try_again": "the same mail to the same person",
    "enrolment.enrolment accept_many": SEAT,
    "enrolment.enrolment refuse_many": SEAT,
    "enrolment/desk/sessions_admin.py cancel": SEAT,
    "enrolment/desk/sessions_admin.py convoke": "writes what the page has shown, to participants",
    "enrolment/desk/sessions_admin.py message": "writes what the page has shown, to participants",
    "enrolment/desk/sessions_admin.py move": SEAT,
    "enrolment/desk/sessions_admin.py presence": SEAT,
    "enrolment/desk/trainings_admin.py price": "who has agreed to a price keeps it",
    "enrolment/dossiers/admin.py <transition>": SEAT,
    "enrolment/dossiers/funding_staff.py mcf": "a milestone, dated, with who says it, taken back by the same button",
    "enrolment/dossiers/funding_staff.py leave-agreement": "no sum changes before the person has agreed",
    "enrolment/dossiers/funding_staff.py signed": "what a commune signed; the next button leaves it",
    "enrolment/identity_checks/admin.py approuver": "decided on the document looked at just before, journaled",
    "enrolment/identity_checks/admin.py refuser": "gives nothing",
    "identity-account": SHOWS,
    "identity-document": SHOWS,
    "identity-examiner": SHOWS,
    "identity-find-number": "says which account has a number already known; journaled with its reason",
    "session-sheet": SHOWS,
}
"""With the reason."""


def pages_and_lists() -> set[str]:
    """What a member of the staff with every right may add, change, delete, or do to the rows of a list."""
    request = RequestFactory().get("/")
    request.user = StaffFactory(is_superuser=True)
    found = set()
    for model, registered in admin.site._registry.items():
        label = model._meta.label_lower
        shown = set(flatten_fieldsets(registered.get_fieldsets(request, None)))
        editable = shown - set(registered.get_readonly_fields(request, None))
        may = {
            "add": registered.has_add_permission(request),
            "change": registered.has_change_permission(request) and editable,
            "delete": registered.has_delete_permission(request),
        }
        found |= {f"{label} {page}" for page, allowed in may.items() if allowed}
        found |= {f"{label} {name}" for name in registered.get_actions(request) if name != "delete_selected"}
    return found


def other_addresses() -> set[str]:
    """The admin's addresses beside the usual pages of its models."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    usual = {
        f"{model}_{page}" for model in models for page in ("add", "change", "changelist", "delete", "history", "act")
    }
    names = {name.removeprefix("admin:") for name in ADMIN if name not in ANY_STAFF}
    return names - usual - {"app_list", "autocomplete"}


def name_of(argument: ast.expr) -> str:
    """A button's name; of one that is made for each row, what it is about."""
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.Name):
        return f"<{argument.id}>"
    return "<mandate>" if isinstance(argument, ast.JoinedStr) else "<transition>"  # ``line.name``


@cache
def buttons() -> dict[str, bool]:
    """Each ``Button("name", …)`` of the sources, and whether it says that it is sensitive."""
    found = {}
    for app in ("accounts", "catalogue", "config", "core", "enrolment"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            where = path.relative_to(settings.BASE_DIR).as_posix()
            text = path.read_text()
            for node in ast.walk(ast.parse(text)) if "Button(" in text else ():
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Button" and node.args:
                    name = name_of(node.args[0])
                    found[f"{where} {name}"] = any(each.arg == "sensitive" for each in node.keywords)
    return found


def test_every_act_of_the_staff_says_whether_it_is_sensitive():
    acts = pages_and_lists() | other_addresses() | set(buttons())
    assert sorted(acts ^ (SENSITIVE | set(HARMLESS))) == [], "a new act of the staff: SENSITIVE, or HARMLESS and why?"
    assert not SENSITIVE & set(HARMLESS)


def test_the_buttons_that_ask_for_a_proof_are_those_of_the_list():
    flagged = {act for act, sensitive in buttons().items() if sensitive}
    assert flagged == {act for act in SENSITIVE if act in buttons()}


@pytest.fixture
def person():
    return UserFactory(email_confirmed_at=timezone.now())


def requests_of(person: User) -> dict[str, list[tuple[str, str, dict]]]:
    """For each sensitive act: how it is asked for (method, address, what is posted)."""
    colleague = StaffFactory()
    RecoveryCodes.objects.create(user=colleague, confirmed=True)
    correction = CorrectionRequest.objects.create(user=person, field="birth_name", wanted="Moreau-Petit")
    change = EmailChange.objects.create(user=person, email="autre@courriel.example", asked_by=colleague)
    case = IdentityCase.objects.create(kind=IdentityCase.Kind.NUMBER_WAITS, other=person)
    telephone = reverse("admin:accounts_user_act", args=[colleague.pk, "lost-telephone"])
    accept = reverse("admin:accounts_correctionrequest_act", args=[correction.pk, "accept"])
    caisse = reverse("admin:enrolment_identitycheck_act", args=[IdentityCheckFactory(user=person).pk, "caisse"])
    to = {"user": str(person.pk)}
    return {
        "accounts.user add": [("post", reverse("admin:accounts_user_add"), {"username": "pirate"})],
        "accounts.user change": [
            ("post", reverse("admin:accounts_user_change", args=[person.pk]), {"email": "pirate@courriel.example"}),
            ("post", reverse("admin:accounts_user_change", args=[colleague.pk]), {"is_superuser": "on"}),
        ],
        "accounts/profile/admin.py lost-telephone": [("get", telephone, {}), ("post", telephone, {})],
        "auth_user_password_change": [
            ("post", reverse("admin:auth_user_password_change", args=[colleague.pk]), {"password1": "x"})
        ],
        "accounts.emailchange approve": [
            (
                "post",
                reverse("admin:accounts_emailchange_changelist"),
                {"action": "approve", "_selected_action": [change.pk]},
            )
        ],
        "accounts/profile/corrections_admin.py accept": [("get", accept, {}), ("post", accept, {})],
        "enrolment.identitycheck add": [("post", reverse("admin:enrolment_identitycheck_add"), to)],
        "enrolment/identity_checks/admin.py caisse": [("get", caisse, {}), ("post", caisse, {})],
        **{
            f"enrolment/people/admin.py {name}": [
                (method, reverse("admin:accounts_user_act", args=[person.pk, name]), {"amount": "100"})
                for method in ("get", "post")
            ]
            for name in ("correct", "read")
        },
        "identity-act": [("post", reverse("admin:identity-act", args=[person.pk, "liberer"]), {"reason": "x"})],
        "identity-settle": [("post", reverse("admin:identity-settle", args=[case.pk]), {"reason": "x"})],
    }


@pytest.mark.parametrize("act", sorted(SENSITIVE))
def test_without_a_fresh_proof_nothing_sensitive_is_done(act, staff_client, person):
    before = User.objects.order_by("pk").values()
    asked = requests_of(person)[act]
    accounts = list(before)
    for method, address, posted in asked:
        assert getattr(staff_client, method)(address, posted)["Location"].startswith(PROVE), (method, address)
    assert list(before.all()) == accounts
    assert not any(model.objects.exists() for model in (LedgerEntry, RightsReading))
    assert IdentityCheck.objects.get().status == IdentityCheck.Status.PENDING
    assert IdentityCase.objects.get().settled_at is None


@pytest.mark.parametrize("act", sorted(SENSITIVE))
def test_with_one_it_is(act, staff_client, person):
    method, address, posted = requests_of(person)[act][0]
    answer = getattr(fresh(staff_client), method)(address, posted)
    assert answer.status_code in {200, 302, 409, 422}, "the page itself answers"
    assert not answer.headers.get("Location", "").startswith(PROVE)


def test_who_may_not_is_not_asked(as_user, staff_without_rights, person):
    client = as_user(staff_without_rights)
    for asked in requests_of(person).values():
        for method, address, posted in asked:
            answer = getattr(client, method)(address, posted)
            assert answer.status_code in {403, 404}, (method, address)
