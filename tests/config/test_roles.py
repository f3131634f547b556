"""What each role of the staff may open in the admin: every address, for every role, against one table."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import RecoveryCodes, Telephone, User
from tests.accounts.login.proofs import fresh
from tests.config.test_access import ADMIN, ANY_STAFF, address, world  # noqa: F401  the fixture
from tests.desk import hidden, press
from tests.factories import EnrolmentFactory, OfficialFactory, StaffFactory

pytestmark = pytest.mark.django_db

CATALOGUE, ENROLMENTS, IDENTITY, HEAD = "Catalogue", "Inscriptions", "Vérification d'identité", "Responsable"
ROLES = (CATALOGUE, ENROLMENTS, IDENTITY, HEAD)
C, E, V, H = {CATALOGUE}, {ENROLMENTS}, {IDENTITY}, {HEAD}
NOBODY: set[str] = set()

READ, ADD, DELETE, ACT = ("changelist", "change", "history"), ("add",), ("delete",), ("act",)
TABLE = {
    "accounts_commune": {READ: C | E | H, ADD: NOBODY, DELETE: NOBODY},
    "accounts_correctionrequest": {READ: E | H, ACT: E | H, ADD: NOBODY, DELETE: NOBODY},
    "accounts_emailchange": {READ: E | H, ADD: NOBODY, DELETE: NOBODY},
    "accounts_identitycase": {READ: E | H, ADD: NOBODY, DELETE: NOBODY},
    "accounts_mandate": {READ: E | H, ACT: E | H, ADD: E | H, DELETE: NOBODY, ("import", "import_work"): E | H},
    "accounts_user": {READ: E | V | H, ACT: E | V | H, ADD: H, DELETE: NOBODY},
    "admin_logentry": {("changelist", "change", "history"): H, ADD: NOBODY, DELETE: NOBODY},
    "auth_user_password": {("change",): NOBODY},  # of an official: nobody chooses it for them
    **{
        f"catalogue_{model}": {READ: C | H, ADD: C | H, DELETE: NOBODY}
        for model in ("place", "scale", "subject", "synonym", "trainer", "trainingbody")
    },
    "catalogue_session": {READ: C | E | H, ACT: C | E | H, ADD: C | H, DELETE: NOBODY},  # with a dossier it stays
    "catalogue_training": {
        READ: C | E | H,
        ACT: C | E | H,
        ADD: C | H,
        DELETE: NOBODY,
        ("export", "without_mcf"): C | E | H,
        ("import", "import_work", "import_template", "renew", "renewal"): C | H,
    },
    "catalogue_schoolholiday": {READ: C | H, ADD: C | H, DELETE: C | H},
    "core_announcement": {READ: H, ACT: H, ADD: H, DELETE: H},
    "core_mailphrase": {READ: H, ACT: H, ADD: H, DELETE: H},
    "accounts_termsversion": {READ: H, ACT: H, ADD: H, DELETE: H},
    "catalogue_interest": {READ: C | E | H, ADD: NOBODY, DELETE: NOBODY},
    "catalogue_unansweredsearch": {READ: C | H, ADD: NOBODY, DELETE: C | H},
    "core_outgoingmail": {READ: E | H, ADD: NOBODY, DELETE: NOBODY},
    "enrolment_assistedenrolment": {READ: E | H, ACT: E | H, ADD: E | H, DELETE: NOBODY},
    "assisted-letter": {(): E | H},
    "enrolment_edofdifference": {
        READ: E | H,
        ACT: E | H,
        ADD: NOBODY,
        DELETE: NOBODY,
        ("read", "read_work"): E | H,
    },
    "enrolment_enrolment": {READ: E | H, ("export",): E | H, ACT: E | H, ADD: NOBODY, DELETE: NOBODY},
    "enrolment_identitycheck": {READ: E | V | H, ACT: E | V | H, ADD: V | H, DELETE: NOBODY},
    "enrolment_ledgerentry": {READ: E | H, ("export",): E | H, ADD: NOBODY, DELETE: NOBODY},
    "enrolment_reasonphrase": {READ: E | V | H, ADD: E | H, DELETE: E | H},
    "enrolment_rightsreading": {READ: E | H, ADD: NOBODY, DELETE: NOBODY},
    "accounts_mandatedeclaration": {READ: E | H, ACT: E | H, ADD: NOBODY, DELETE: NOBODY},
    "session-sheet": {(): E | H},
    "session-participants": {(): E | H},
    "figures": {(): E | H},
    "figures-print": {(): E | H},
    "figures-list": {(): E | H},
    "figures-letters": {(): E | H},
    "session-month": {(): C | E | H},
    "answers": {(): E | H},
    "answer": {(): E | H},
    "answer-recall": {(): E | H},
    "session-sheets": {(): E | H},
    "identity-find-number": {(): E | H},
    "identity-account": {(): E | H},
    "identity-act": {(): E | H},
    "identity-settle": {(): E | H},
    "identity-document": {(): V | H},
    "identity-examiner": {(): V | H},
}
"""Whoever may open it; a button's address is opened by who may read the object (the button itself: below)."""
BY_NATURE = {"admin:app_list", "admin:autocomplete"}
"""Answers by what the person may see behind it."""


def allowed(name: str) -> set[str] | None:
    """The roles that may open the address of this name; None when the table does not know it."""
    bare = name.removeprefix("admin:")
    for model, pages in TABLE.items():
        for kinds, roles in pages.items():
            if (not kinds and bare == model) or bare in {f"{model}_{kind}" for kind in kinds}:
                return roles
    return None


def of_role(*roles: str, **fields) -> User:
    person = StaffFactory(**fields)
    person.groups.set(Group.objects.filter(name__in=roles))
    return person


ADDRESSES = [name for name in ADMIN if name not in ANY_STAFF | BY_NATURE]


def test_the_roles_are_there_after_the_migrations():
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


def test_every_address_of_the_admin_is_in_the_table():
    assert [name for name in ADDRESSES if allowed(name) is None] == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_is_its_and_nothing_else(role, world, as_user):  # noqa: F811
    client = as_user(of_role(role))
    index = reverse("admin:index")
    wrong = []
    for name in ADDRESSES:
        posted = name.startswith("admin:identity-")
        method = client.post if posted else client.get
        response = method(address(name, world))
        opened = response.status_code not in {403, 404} and response.headers.get("Location") != index
        if opened != (role in allowed(name)):
            wrong.append(f"{name}: {response.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    ("button", "roles"), [("accept", E | H), ("refuse", E | H), ("move", E | H), ("cancel", E | H), ("price", C | H)]
)
@pytest.mark.parametrize("role", ROLES)
def test_a_button_is_pressed_by_its_role(role, button, roles, as_user):
    dossier = EnrolmentFactory()
    from tests.enrolment.helpers import send

    send(dossier)
    rows = {"move": dossier.session, "cancel": dossier.session, "price": dossier.session.training}
    row = rows.get(button, dossier)
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_act"
    opened = as_user(of_role(role)).get(reverse(name, args=[row.pk, button])).status_code == 200
    assert opened == (role in roles)


class TestStaffAccounts:
    def page(self, person: User, name: str = "change", *more) -> str:
        return reverse(f"admin:accounts_user_{name}", args=[person.pk, *more])

    def test_who_manages_the_staff_gives_roles_by_name(self, as_user):
        head, person = of_role(HEAD), StaffFactory()
        client = fresh(as_user(head))
        page = client.get(self.page(person))
        assert "Vérification d" in page.text
        assert "user_permissions" not in page.text
        chosen = Group.objects.get(name=CATALOGUE).pk
        fields = {"first_names": "Paule", "birth_name": "Bureau", "email": person.email, "username": person.username}
        answer = client.post(self.page(person), {**hidden(page), **fields, "is_active": "on", "groups": [chosen]})
        assert answer.status_code == 302
        assert [group.name for group in person.groups.all()] == [CATALOGUE]

    def test_nobody_but_a_superuser_makes_one_or_touches_one(self, as_user):
        head, person, root = of_role(HEAD), StaffFactory(), StaffFactory(is_superuser=True)
        client = fresh(as_user(head))
        client.post(self.page(person), {"username": person.username, "is_superuser": "on", "is_active": "on"})
        person.refresh_from_db()
        assert not person.is_superuser
        assert client.post(self.page(root), {"username": "pris"}).status_code == 403
        password = reverse("admin:auth_user_password_change", args=[root.pk])
        assert client.post(password, {"password1": "Mairie-de-Parthenay79"}).status_code == 403

    def test_a_lost_telephone_is_one_button(self, as_user):
        person = StaffFactory()
        Telephone.objects.create(user=person, name="Téléphone")
        RecoveryCodes.objects.create(user=person, name="Codes de secours")
        elsewhere = as_user(person)
        assert as_user(of_role(ENROLMENTS)).get(self.page(person, "act", "lost-telephone")).status_code == 403
        client = fresh(as_user(of_role(HEAD)))
        assert "Téléphone perdu" in client.get(self.page(person)).text
        assert press(client, self.page(person, "act", "lost-telephone")).status_code == 302
        assert not Telephone.objects.exists()
        assert not RecoveryCodes.objects.exists()
        assert elsewhere.get(reverse("admin:index")).status_code == 302
        assert "Téléphone perdu." in LogEntry.objects.latest("pk").change_message


class TestJournal:
    LIST = "/admin/admin/logentry/"

    def test_reading_a_personal_file_is_written_once_a_visit(self, as_user, time_machine):
        official = OfficialFactory()
        client = as_user(of_role(ENROLMENTS))
        url = reverse("admin:accounts_user_change", args=[official.pk])
        for _ in range(2):
            client.get(url)
        assert [entry.change_message for entry in LogEntry.objects.all()] == ["Fiche consultée."]
        shown = as_user(of_role(HEAD)).get(self.LIST, {"nature": "4"})
        assert "consultation" in shown.text
        assert str(official) in shown.text

    def test_nobody_edits_it_not_even_with_every_right(self, staff_client, official):
        staff_client.get(reverse("admin:accounts_user_change", args=[official.pk]))
        entry = LogEntry.objects.get()
        for page in ("add/", f"{entry.pk}/delete/"):
            assert staff_client.post(f"{self.LIST}{page}", {"post": "yes"}).status_code == 403
        staff_client.post(f"{self.LIST}{entry.pk}/change/", {"change_message": "rien"})
        staff_client.post(self.LIST, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
        entry.refresh_from_db()
        assert entry.change_message == "Fiche consultée."
