"""Sending, replacing, withdrawing, deciding; what is deleted when; who is told."""

import dataclasses
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.degrees import Degree
from accounts.identity.birth_month import born_that_month, remember
from accounts.identity.nir import parse
from accounts.models import Mandate, User
from accounts.profile import export
from accounts.profile.closing import close_account
from core import encryption
from core.models import OutgoingMail
from enrolment.identity_checks import checks, documents
from enrolment.identity_checks.checks import IdentityError, Kind, Status
from enrolment.identity_checks.hints import Agreement, hints
from enrolment.models import IdentityCheck, IdentityDocument, IdentityEvent
from tests.enrolment.identity_checks import copies
from tests.factories import (
    EnrolmentFactory,
    IdentityCheckFactory,
    MandateFactory,
    SessionFactory,
    UserFactory,
    make_nir,
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
    assert not checks.has_verified_identity(official)


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
        checks.approve(first, staff, later, version=1)
    checks.approve(first, staff, later, version=2)
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
    checks.refuse(check, staff, "Au nom de Moreau ?", now)
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


# Deciding ------------------------------------------------------------------------------------------


def test_approval_certifies_the_account_and_deletes_the_copies_at_once(official, staff, card, both_sides, now):
    check = checks.submit_documents(official, card, both_sides, now)
    checks.approve(check, staff, now, version=1)
    official.refresh_from_db()
    assert (official.certified_by, official.certified_at) == (User.Certification.DOCUMENT, now)
    certified = {name: getattr(official, name) for name in checks.IDENTITY_FIELDS}
    assert certified == {name: getattr(card, name) for name in checks.IDENTITY_FIELDS}
    assert not IdentityDocument.objects.exists()
    check.refresh_from_db()
    assert (check.status, check.decided_by, check.birth_name) == (Status.APPROVED, staff, "")
    assert checks.has_verified_identity(official)
    assert journal(check) == ["submitted", "approved"]


def test_approval_changes_nothing_that_franceconnect_certified(official, staff, card, both_sides, now):
    official.certified_by, official.usual_name = User.Certification.FRANCECONNECT, ""
    official.save()
    checks.approve(checks.submit_documents(official, card, both_sides, now), staff, now)
    official.refresh_from_db()
    assert (official.first_names, official.usual_name) == ("Jeanne", "Petit")
    assert official.certified_by == User.Certification.FRANCECONNECT


def test_approval_says_where_to_go_on(official, staff, card, both_sides, now, run_tasks, mailoutbox, time_machine):
    time_machine.move_to(now)
    dossier = EnrolmentFactory(user=official, session=SessionFactory(training__title="L'état civil"))
    checks.approve(checks.submit_documents(official, card, both_sides, now), staff, now)
    run_tasks()
    mail = next(mail for mail in mailoutbox if mail.to == [official.email])
    assert mail.subject == "Votre identité est vérifiée : vous pouvez poursuivre votre inscription"
    assert "L'état civil" in mail.body
    assert f"/inscriptions/{dossier.pk}/" in mail.body
    assert "1958" not in mail.body


def test_approval_attaches_the_mandates_of_the_register(staff, card, both_sides, now):
    user = UserFactory()
    sure = MandateFactory(user=None, status=Mandate.Status.UNMATCHED, birth_name="MOREAU", first_name="Jeanne")
    other = MandateFactory(user=None, status=Mandate.Status.UNMATCHED, birth_name="MOREAU", first_name="Paule")
    checks.approve(checks.submit_documents(user, card, both_sides, now), staff, now)
    sure.refresh_from_db(), other.refresh_from_db()
    assert (sure.user, sure.status) == (user, Mandate.Status.CONFIRMED)
    assert (other.user, other.status) == (None, Mandate.Status.UNMATCHED)


def test_a_refusal_says_why_deletes_the_copies_and_keeps_what_serves_to_try_again(
    official, staff, card, both_sides, now, run_tasks, mailoutbox
):
    check = checks.submit_documents(official, card, both_sides, now)
    with pytest.raises(IdentityError, match="pourquoi"):
        checks.refuse(check, staff, "  ", now)
    checks.refuse(check, staff, "La photo est floue.", now)
    check.refresh_from_db()
    assert (check.status, check.refusal_reason, check.birth_name) == (Status.REFUSED, "La photo est floue.", "Moreau")
    assert not IdentityDocument.objects.exists()
    run_tasks()
    mail = next(mail for mail in mailoutbox if mail.to == [official.email])
    assert "La photo est floue." in mail.body
    assert "/identite/" in mail.body
    again = checks.submit_documents(official, card, both_sides, now)
    assert again != check
    assert checks.latest_check(official) == again


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REFUSED, Status.WITHDRAWN, Status.EXPIRED])
def test_what_is_decided_is_not_decided_again(status, staff, now):
    check = IdentityCheckFactory(status=status, decided_at=now)
    for decide in (lambda: checks.approve(check, staff, now), lambda: checks.refuse(check, staff, "Floue", now)):
        with pytest.raises(IdentityError, match="plus en cours"):
            decide()
    assert not OutgoingMail.objects.exists()
    assert not IdentityEvent.objects.exists()


def test_a_check_made_at_the_caisse_des_depots_is_recorded(official, staff, card, both_sides, now):
    pending = checks.submit_documents(official, card, both_sides, now)
    check = checks.record_cdc_check(official, staff, now)
    pending.refresh_from_db()
    assert (pending.status, check.status, check.by_post) == (Status.WITHDRAWN, Status.APPROVED, True)
    assert checks.has_verified_identity(official)
    assert not IdentityDocument.objects.exists()
    assert journal(check) == ["recorded"]
    with pytest.raises(IdentityError, match="déjà vérifiée"):
        checks.record_cdc_check(official, staff, now)


def test_a_check_recorded_without_its_items_proves_no_name_and_no_mandate(official, staff, now):
    """The person may enrol; their number, name and mandate stay declared, so that a proof takes them over."""
    mandate = MandateFactory(user=None, birth_name=official.birth_name, first_name=official.first_names)
    checks.record_cdc_check(official, staff, now)
    official.refresh_from_db()
    mandate.refresh_from_db()
    assert checks.has_verified_identity(official)
    assert (official.certified_by, official.degree, mandate.user) == ("", Degree.DECLARED, None)


@pytest.mark.parametrize("shown", ["document", "items"])
def test_what_was_recorded_without_its_items_is_proved_later(shown, official, staff, card, both_sides, now):
    checks.record_cdc_check(official, staff, now)
    if shown == "document":
        pending = checks.submit_documents(official, card, both_sides, now)
        assert checks.latest_check(official) == pending
        assert checks.has_verified_identity(official), "dossiers do not wait for the second look"
        checks.approve(pending, staff, now)
    else:
        checks.record_cdc_check(official, staff, now, card)
    official.refresh_from_db()
    assert official.degree == Degree.DOCUMENT
    for again in (
        lambda: checks.submit_documents(official, card, both_sides, now),
        lambda: checks.record_cdc_check(official, staff, now, card),
    ):
        with pytest.raises(IdentityError, match="déjà vérifiée"):
            again()


def test_the_page_offers_to_show_a_document_after_a_check_without_items(official, staff, now, as_user):
    checks.record_cdc_check(official, staff, now)
    client = as_user(official)
    assert "Montrer ma pièce d" in client.get("/identite/").text
    assert client.get(reverse("enrolment:identity-edit")).status_code == 200


def test_a_recorded_check_with_its_items_certifies_the_account(official, staff, card, now):
    checks.record_cdc_check(official, staff, now, card)
    official.refresh_from_db()
    assert (official.usual_name, official.certified_by) == ("Petit", User.Certification.DOCUMENT)


# The clock -----------------------------------------------------------------------------------------


def test_copies_live_sixty_days_and_no_longer(official, card, both_sides, now):
    check = checks.submit_documents(official, card, both_sides, now)
    assert checks.expire(now + timedelta(days=60)) == 0
    assert check.documents.count() == 2
    assert checks.expire(now + timedelta(days=60, seconds=1)) == 1
    check.refresh_from_db()
    assert (check.status, check.birth_name) == (Status.EXPIRED, "")
    assert not IdentityDocument.objects.exists()
    assert mails() == ["identity/expired", "identity/to_check"]
    assert checks.expire(now + timedelta(days=61)) == 0


def test_a_kept_side_is_as_old_as_it_is(official, card, both_sides, photo, now):
    checks.submit_documents(official, card, both_sides, now)
    checks.submit_documents(official, card, {"back": photo}, now + timedelta(days=50))
    assert checks.expire(now + timedelta(days=61)) == 1


def test_what_was_prepared_and_never_sent_lives_a_week(official, photo, now):
    checks.prepare(official, Kind.CARD, {"birth_name": "Moreau"}, {"front": photo}, now)
    assert checks.expire(now + timedelta(days=7)) == 0
    assert checks.expire(now + timedelta(days=7, seconds=1)) == 1
    assert not IdentityDocument.objects.exists()
    assert not IdentityCheck.objects.exists()


def test_what_was_typed_for_a_refused_check_goes_after_sixty_days(official, staff, card, both_sides, now):
    check = checks.submit_documents(official, card, both_sides, now)
    checks.refuse(check, staff, "Floue", now)
    checks.expire(now + timedelta(days=61))
    check.refresh_from_db()
    assert (check.status, check.birth_name, check.birth_date) == (Status.REFUSED, "", None)


def test_the_usual_duration_is_measured_once_there_is_enough_to_measure(now):
    assert checks.median_duration(now) == checks.DEFAULT_DURATION
    for days in (1, 2, 4, 9):
        IdentityCheckFactory(status=Status.APPROVED, submitted_at=now - timedelta(days=days), decided_at=now)
    IdentityCheckFactory(status=Status.APPROVED, by_post=True, submitted_at=now, decided_at=now)
    IdentityCheckFactory(status=Status.WITHDRAWN, submitted_at=now, decided_at=now)
    assert checks.median_duration(now) == checks.DEFAULT_DURATION
    IdentityCheckFactory(status=Status.REFUSED, submitted_at=now - timedelta(hours=30), decided_at=now)
    assert checks.median_duration(now) == timedelta(days=2)
    assert checks.usual_days(now) == 2
    assert checks.median_duration(now + timedelta(days=200)) == checks.DEFAULT_DURATION


# Hints ---------------------------------------------------------------------------------------------


def hint(check: IdentityCheck, what: str) -> Agreement:
    return next(each.agreement for each in hints(check) if each.what == what)


def test_the_birth_month_is_compared_without_being_kept(now):
    user = UserFactory(birth_date=None)
    remember(user, parse(make_nir(year=58, month=3)))
    user.refresh_from_db()
    assert "5803" not in user.birth_month_digest
    assert born_that_month(user, date(1958, 3, 31))
    assert born_that_month(user, date(1958, 4, 1)) is False
    assert hint(IdentityCheckFactory(user=user, birth_date=date(1958, 3, 14)), "Mois de naissance") == Agreement.AGREES
    differs = IdentityCheckFactory.build(user=user, birth_date=date(1959, 3, 14), birth_name="Moreau")
    assert hint(differs, "Mois de naissance") == Agreement.DIFFERS


def test_two_people_of_the_same_month_cannot_be_told_from_their_digests():
    users = UserFactory.create_batch(2)
    for user in users:
        remember(user, parse(make_nir(year=58, month=3)))
    assert len({user.birth_month_digest for user in users}) == 2


def test_a_month_that_the_nir_does_not_tell_is_not_compared():
    user = UserFactory()
    remember(user, parse("150317800608488"))
    assert born_that_month(user, date(1950, 3, 1)) is None


def test_the_month_is_forgotten_once_the_identity_is_certified(staff, card, both_sides, now):
    user = UserFactory()
    remember(user, parse(make_nir(year=58, month=3)))
    checks.approve(checks.submit_documents(user, card, both_sides, now), staff, now)
    user.refresh_from_db()
    assert user.birth_month_digest == ""


def test_the_register_and_the_birth_name_are_hints(official):
    check = IdentityCheckFactory(user=official, birth_name="MOREAU", first_names="Jeanne Louise")
    assert hint(check, "Nom de naissance") == Agreement.AGREES
    assert hint(check, "Répertoire des élus") == Agreement.AGREES
    check.birth_name = "Petit"
    assert hint(check, "Nom de naissance") == Agreement.DIFFERS
    assert hint(check, "Répertoire des élus") == Agreement.UNKNOWN
    check.birth_name, check.birth_date = "Moreau", date(1960, 1, 1)
    assert hint(check, "Répertoire des élus") == Agreement.DIFFERS
