"""The staff's side: the queue, the documents that only those with the right see, the decision by named buttons."""

import base64
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from core.encryption import encrypt
from enrolment.identity_checks import checks, documents, standing
from enrolment.identity_checks.checks import Status
from enrolment.models import IdentityCheck, IdentityDocument, IdentityEvent, ReasonPhrase
from tests.accounts.login.proofs import fresh
from tests.desk import press
from tests.enrolment.identity_checks import copies
from tests.factories import EnrolmentFactory, IdentityCheckFactory, SessionFactory, StaffFactory, in_days

pytestmark = pytest.mark.django_db

LIST = "/admin/enrolment/identitycheck/"


@pytest.fixture
def check(official, card, both_sides) -> IdentityCheck:
    return checks.submit_documents(official, card, both_sides, timezone.now())


@pytest.fixture
def checker(as_user):
    """Somebody of ADM79 who may decide, and nothing else."""
    person = StaffFactory()
    person.user_permissions.add(Permission.objects.get(codename="decide_identitycheck"))
    return as_user(person)


ALL = list(checks.IDENTITY_FIELDS)
"""Every item of the card, compared and marked."""


def button(check: IdentityCheck, word: str) -> str:
    act = "agir/" if word in {"approuver", "refuser"} else ""
    return f"{LIST}{check.pk}/{act}{word}/"


def test_the_queue_is_oldest_first_with_the_first_deadline_at_stake(staff_client):
    now = timezone.now()
    recent = IdentityCheckFactory(submitted_at=now - timedelta(hours=1))
    old = IdentityCheckFactory(submitted_at=now - timedelta(days=3))
    IdentityCheckFactory(status=Status.APPROVED, decided_at=now)
    IdentityCheckFactory(status=Status.DRAFT)
    EnrolmentFactory(user=recent.user, session=SessionFactory(start=in_days(40)))
    EnrolmentFactory(user=recent.user, session=SessionFactory(start=in_days(20)))
    EnrolmentFactory(user=recent.user, session=SessionFactory(start=in_days(5)))
    page = staff_client.get(LIST)
    assert list(page.context["cl"].result_list) == [old, recent]
    model_admin = page.context["cl"].model_admin
    assert [model_admin.deadline(row) for row in page.context["cl"].result_list] == [None, in_days(9)]
    assert "3\xa0jours" in page.text
    assert len(staff_client.get(f"{LIST}?etat=tous").context["cl"].result_list) == 3
    assert len(staff_client.get(f"{LIST}?etat=approved").context["cl"].result_list) == 1


def test_the_queue_costs_the_same_for_one_and_for_twenty(staff_client, django_assert_max_num_queries):
    IdentityCheckFactory.create_batch(20)
    with django_assert_max_num_queries(9):
        staff_client.get(LIST)


def test_looking_shows_the_pictures_inside_the_page_and_is_journaled(staff, staff_client, check, photo):
    assert staff_client.get(f"{LIST}{check.pk}/change/").status_code == 200
    assert not IdentityEvent.objects.filter(kind="looked_at").exists()
    page = staff_client.post(button(check, "examiner"))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert page.text.count(f"data:image/jpeg;base64,{base64.b64encode(photo.content).decode()}") == 2
    assert "Jeanne Louise" in page.text
    assert "concorde" in page.text
    look = IdentityEvent.objects.get(kind="looked_at")
    assert (look.by, look.detail) == (staff, "recto, verso")
    assert "pièce consultée" in staff_client.get(f"{LIST}{check.pk}/change/").text


def test_a_pdf_is_looked_at_as_a_picture(official, card, checker):
    check = checks.submit_documents(official, card, {"front": documents.clean(copies.pdf(2))}, timezone.now())
    shown = checker.post(button(check, "examiner")).text
    assert "data:image/jpeg;base64," in shown
    assert "Ouvrir le PDF" not in shown


def test_a_pdf_that_was_stored_before_pictures_opens_by_itself(official, card, both_sides, checker):
    check = checks.submit_documents(official, card, both_sides, timezone.now())
    old = {"content_type": "application/pdf", "pages": 2, "content": encrypt(copies.pdf(2))}
    check.documents.filter(side="front").update(**old)
    check.documents.filter(side="back").delete()
    assert "Ouvrir le PDF (2 pages)" in checker.post(button(check, "examiner")).text
    answer = checker.post(button(check, "piece/front"))
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF-")
    assert checker.post(button(check, "piece/back")).status_code == 302


def test_nothing_is_seen_by_get_nor_without_the_right(check, as_user, staff_without_rights, official_client, checker):
    viewer = StaffFactory()
    viewer.user_permissions.add(Permission.objects.get(codename="view_identitycheck"))
    for word in ("examiner", "approuver", "refuser", "piece/front"):
        assert checker.get(button(check, word)).status_code in {302, 405}
        assert as_user(staff_without_rights).post(button(check, word)).status_code == 403
        assert as_user(viewer).post(button(check, word)).status_code == 403
        assert official_client.post(button(check, word)).status_code == 302
    assert as_user(viewer).get(LIST).status_code == 200
    assert as_user(staff_without_rights).get(LIST).status_code == 403
    assert not IdentityEvent.objects.exclude(kind="submitted").exists()
    check.refresh_from_db()
    assert check.status == Status.PENDING


def test_approving(official, check, checker):
    answer = checker.post(button(check, "approuver"), {"_version": 1, "agreed": ALL}, follow=True)
    assert "un mail lui dit de poursuivre" in answer.text
    assert standing.has_verified_identity(official)
    assert not IdentityDocument.objects.exists()
    gone = checker.post(button(check, "examiner"))
    assert "Il n'y a plus de copie" in gone.text or "Il n&#x27;y a plus de copie" in gone.text


def test_every_item_is_compared_before_it_is_approved(official, check, checker):
    answer = checker.post(button(check, "approuver"), {"_version": 1, "agreed": ALL[1:]})
    assert answer.status_code == 422
    assert "Comparez et cochez chaque ligne" in answer.text
    assert answer.text.count(" checked") == len(ALL) - 1, "what was ticked is kept"
    assert not standing.has_verified_identity(official)


def test_the_decision_leads_to_who_has_waited_longest(check, checker, other_official):
    other = IdentityCheckFactory(user=other_official)
    assert checker.post(button(check, "approuver"), {"_version": 1, "agreed": ALL}).url == f"{LIST}{other.pk}/change/"
    assert "Examiner la pièce et décider" in checker.get(f"{LIST}{other.pk}/change/").text


def test_that_the_caisse_des_depots_did_it_is_an_act_of_its_own(official, check, checker):
    assert "La Caisse des dépôts l&#x27;a vérifiée" in checker.get(f"{LIST}{check.pk}/change/").text.replace(
        "l'a", "l&#x27;a"
    )
    address = f"{LIST}{check.pk}/agir/caisse/"
    checker = fresh(checker)
    assert "supprimées sans être" in checker.get(address).text
    done = press(checker, address, follow=True)
    assert "vérifiée par la Caisse des dépôts" in done.text
    assert IdentityCheck.objects.get(status=Status.APPROVED).by_post
    assert not IdentityDocument.objects.exists()


@pytest.mark.parametrize("version", ["", "2", "-1", "x"])
def test_what_was_not_looked_at_is_not_approved(official, check, checker, version):
    answer = checker.post(button(check, "approuver"), {"_version": version, "agreed": ALL}, follow=True)
    assert "regardez-les à nouveau" in answer.text
    assert not standing.has_verified_identity(official)


def test_refusing_needs_a_reason_in_plain_words(check, checker):
    wrong = checker.post(button(check, "refuser"), {"_version": 1, "reason": "  "})
    assert wrong.status_code == 422
    assert "Choisissez un motif ou écrivez-le" in wrong.text
    phrase = ReasonPhrase.objects.filter(act="refuse_document").first()
    checker.post(button(check, "refuser"), {"_version": 1, "phrase": phrase.pk, "reason": "Posez-la à plat."})
    check.refresh_from_db()
    assert check.status == Status.REFUSED
    assert check.refusal_reason == f"{phrase} Posez-la à plat."
    assert not IdentityDocument.objects.exists()


def test_the_status_is_never_edited_by_hand(check, checker):
    checker.post(f"{LIST}{check.pk}/change/", {"status": "approved", "birth_name": "Autre"})
    check.refresh_from_db()
    assert (check.status, check.birth_name) == (Status.PENDING, "Moreau")
    assert checker.post(f"{LIST}{check.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_check_made_at_the_caisse_des_depots_is_recorded(official, checker):
    form = dict.fromkeys(checks.IDENTITY_FIELDS, "") | {"user": official.pk}
    half = fresh(checker).post(f"{LIST}add/", form | {"birth_name": "Moreau"})
    assert half.status_code == 200
    assert "Donnez toute l" in half.text
    assert fresh(checker).post(f"{LIST}add/", form).status_code == 302
    check = IdentityCheck.objects.get()
    assert (check.status, check.by_post) == (Status.APPROVED, True)
    again = fresh(checker).post(f"{LIST}add/", form)
    assert "déjà vérifiée" in again.text


def test_a_recorded_check_may_carry_the_identity(official, checker):
    identity_given = {
        "user": official.pk,
        "birth_name": "Moreau",
        "usual_name": "",
        "first_names": "Jeanne Louise",
        "birth_date": "14/03/1958",
        "birth_place": "Niort",
        "nationality": "Française",
    }
    assert fresh(checker).post(f"{LIST}add/", identity_given).status_code == 302
    official.refresh_from_db()
    assert (official.first_names, official.certified_by) == ("Jeanne Louise", "document")
