"""Sending, replacing, withdrawing: what is kept, what goes, who is told."""

import dataclasses
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.profile import export
from accounts.profile.closing import close_account
from core import encryption
from core.models import OutgoingMail
from enrolment.identity_checks import checks, deciding, documents, standing
from enrolment.identity_checks.checks import IdentityError, Kind, Status
from enrolment.models import IdentityCheck, IdentityDocument
from tests.enrolment.identity_checks import copies
from tests.factories import (
    IdentityCheckFactory,
)

pytestmark = pytest.mark.django_db


def mails() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("template", flat=True))


def journal(check: IdentityCheck) -> list[str]:
    return list(check.events.values_list("kind", flat=True))


# Sending -------------------------------------------------------------------------------------------


def test_both_sides_of_the_card_are_sent_and_stored_encrypted(official, card, both_sides, photo, now):
    check = checks.submit_documents(official, card, both_sides, now)
    assert (check.status, check.submitted_at, check.first_names) == (Status.PENDING, now, "Jeanne Louise")
    stored = list(check.documents.all())
    assert [document.side for document in stored] == ["front", "back"]
    for document in stored:
        assert photo.content not in bytes(document.content)
        assert bytes(document.content[:1]) != photo.content[:1]
        assert encryption.decrypt(document.content) == photo.content
    assert journal(check) == ["submitted"]
    assert not standing.has_verified_identity(official)


def test_staff_are_told_without_any_personal_datum(official, card, both_sides, now, settings):
    checks.submit_documents(official, card, both_sides, now)
    mail = OutgoingMail.objects.get(template="identity/to_check")
    assert mail.recipient == settings.ADM79_EMAIL
    assert list(mail.context) == ["url"]


def test_a_card_needs_both_sides_a_passport_one_page(official, card, photo, now):
    with pytest.raises(IdentityError, match="verso"):
        checks.submit_documents(official, card, {"front": photo}, now)
    assert not IdentityCheck.objects.exists()
    passport = dataclasses.replace(card, document_kind=Kind.PASSPORT)
    check = checks.submit_documents(official, passport, {"front": photo, "back": photo}, now)
    assert [document.side for document in check.documents.all()] == ["front"]


def test_one_pdf_of_two_pages_shows_both_sides(official, card, now):
    check = checks.submit_documents(official, card, {"front": documents.clean(copies.pdf(2))}, now)
    assert check.documents.get().pages == 2


def test_a_side_received_before_need_not_be_sent_again(official, card, photo, now):
    checks.prepare(official, Kind.CARD, {"birth_name": "Moreau"}, {"front": photo}, now)
    assert list(checks.documents_held(official, Kind.CARD)) == ["front"]
    assert checks.documents_held(official, Kind.PASSPORT) == {}
    check = checks.submit_documents(official, card, {"back": photo}, now)
    assert check.documents.count() == 2
    assert IdentityCheck.objects.get() == check


def test_another_kind_of_document_takes_nothing_over(official, card, photo, now):
    checks.prepare(official, Kind.PASSPORT, {}, {"front": photo}, now)
    with pytest.raises(IdentityError, match="recto"):
        checks.submit_documents(official, card, {"back": photo}, now)


def test_replacing_keeps_the_place_in_the_queue_and_tells_staff_who_looked(official, staff, card, both_sides, now):
    first = checks.submit_documents(official, card, both_sides, now)
    later = now + timedelta(days=1)
    other = documents.clean(copies.image("PNG", size=(800, 600)))
    renamed = dataclasses.replace(card, first_names="Jeanne")
    second = checks.submit_documents(official, renamed, {"back": other}, later)
    assert second == first
    assert (second.submitted_at, second.version, second.first_names) == (now, 2, "Jeanne")
    assert encryption.decrypt(second.documents.get(side="back").content) == other.content
    assert second.documents.get(side="front").received_at == now
    with pytest.raises(IdentityError, match="remplacé"):
        deciding.approve(first, staff, later, version=1)
    deciding.approve(first, staff, later, version=2)
    assert mails() == ["identity/approved", "identity/to_check"]


def test_what_is_prepared_beside_a_pending_check_changes_it_only_when_sent(official, card, both_sides, photo, now):
    check = checks.submit_documents(official, card, both_sides, now)
    better = documents.clean(copies.image("PNG", size=(801, 601)))
    checks.prepare(official, Kind.CARD, {"birth_name": "Autre"}, {"back": better}, now)
    assert encryption.decrypt(check.documents.get(side="back").content) == photo.content
    checks.submit_documents(official, card, {}, now)
    assert encryption.decrypt(check.documents.get(side="back").content) == better.content
    assert check.documents.count() == 2
    assert not IdentityCheck.objects.filter(status=Status.DRAFT).exists()


def test_who_is_verified_sends_nothing_more(official, card, both_sides, now):
    IdentityCheckFactory(user=official, status=Status.APPROVED, decided_at=now)
    with pytest.raises(IdentityError, match="déjà vérifiée"):
        checks.submit_documents(official, card, both_sides, now)


def test_the_database_refuses_two_pending_checks_and_an_incomplete_one(official, now):
    IdentityCheckFactory(user=official)
    for wrong in ({"user": official}, {"birth_date": None}, {"nationality": ""}, {"document_kind": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityCheckFactory(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityCheckFactory(status=Status.APPROVED, decided_at=None)


# Withdrawing ---------------------------------------------------------------------------------------


def test_withdrawing_deletes_the_copies_and_what_was_typed(official, card, both_sides, now):
    check = checks.submit_documents(official, card, both_sides, now)
    checks.prepare(official, Kind.CARD, {"birth_name": "Moreau"}, {}, now)
    assert checks.withdraw(official, now)
    check.refresh_from_db()
    assert (check.status, check.birth_name, check.birth_date) == (Status.WITHDRAWN, "", None)
    assert not IdentityDocument.objects.exists()
    assert IdentityCheck.objects.get() == check
    assert not checks.withdraw(official, now)


def test_closing_the_account_leaves_no_trace_of_the_person(official, staff, card, both_sides, now):
    check = checks.submit_documents(official, card, both_sides, now)
    deciding.refuse(check, staff, "Au nom de Moreau ?", now)
    checks.submit_documents(official, card, both_sides, now)
    close_account(official, now)
    assert not IdentityDocument.objects.exists()
    for row in IdentityCheck.objects.values():
        assert not {"Moreau", "Jeanne Louise", "Niort", "Au nom de Moreau ?", date(1958, 3, 14)} & set(row.values())


def test_the_person_takes_their_checks_out_with_the_rest(official, card, both_sides, now):
    checks.submit_documents(official, card, both_sides, now)
    (check,) = export.personal_data(official)["Vérifications d'identité"]
    assert check["prénoms"] == "Jeanne Louise"
    assert check["état"] == "en cours de vérification"
    assert check["copies gardées"] == "recto, verso"
    assert not any("contenu" in name for name in check)
