"""A check decided: approved, refused, recorded for the Caisse des dépôts; whose copies go when; who is told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.degrees import Degree
from accounts.models import Mandate, User
from core.models import OutgoingMail
from enrolment.identity_checks import checks, deciding, standing
from enrolment.identity_checks.checks import IdentityError, Kind, Status
from enrolment.models import IdentityCheck, IdentityDocument, IdentityEvent
from tests.factories import (
    EnrolmentFactory,
    IdentityCheckFactory,
    MandateFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def mails() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("template", flat=True))


def journal(check: IdentityCheck) -> list[str]:
    return list(check.events.values_list("kind", flat=True))


def test_approval_certifies_the_account_and_deletes_the_copies_at_once(official, staff, card, both_sides, now):
    check = checks.submit_documents(official, card, both_sides, now)
    deciding.approve(check, staff, now, version=1)
    official.refresh_from_db()
    assert (official.certified_by, official.certified_at) == (User.Certification.DOCUMENT, now)
    certified = {name: getattr(official, name) for name in checks.IDENTITY_FIELDS}
    assert certified == {name: getattr(card, name) for name in checks.IDENTITY_FIELDS}
    assert not IdentityDocument.objects.exists()
    check.refresh_from_db()
    assert (check.status, check.decided_by, check.birth_name) == (Status.APPROVED, staff, "")
    assert standing.has_verified_identity(official)
    assert journal(check) == ["submitted", "approved"]


def test_approval_changes_nothing_that_franceconnect_certified(official, staff, card, both_sides, now):
    official.certified_by, official.usual_name = User.Certification.FRANCECONNECT, ""
    official.save()
    deciding.approve(checks.submit_documents(official, card, both_sides, now), staff, now)
    official.refresh_from_db()
    assert (official.first_names, official.usual_name) == ("Jeanne", "Petit")
    assert official.certified_by == User.Certification.FRANCECONNECT


def test_approval_says_where_to_go_on(official, staff, card, both_sides, now, run_tasks, mailoutbox, time_machine):
    time_machine.move_to(now)
    dossier = EnrolmentFactory(user=official, session=SessionFactory(training__title="L'état civil"))
    deciding.approve(checks.submit_documents(official, card, both_sides, now), staff, now)
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
    deciding.approve(checks.submit_documents(user, card, both_sides, now), staff, now)
    sure.refresh_from_db(), other.refresh_from_db()
    assert (sure.user, sure.status) == (user, Mandate.Status.CONFIRMED)
    assert (other.user, other.status) == (None, Mandate.Status.UNMATCHED)


def test_a_refusal_says_why_deletes_the_copies_and_keeps_what_serves_to_try_again(
    official, staff, card, both_sides, now, run_tasks, mailoutbox
):
    check = checks.submit_documents(official, card, both_sides, now)
    with pytest.raises(IdentityError, match="pourquoi"):
        deciding.refuse(check, staff, "  ", now)
    deciding.refuse(check, staff, "La photo est floue.", now)
    check.refresh_from_db()
    assert (check.status, check.refusal_reason, check.birth_name) == (Status.REFUSED, "La photo est floue.", "Moreau")
    assert not IdentityDocument.objects.exists()
    run_tasks()
    mail = next(mail for mail in mailoutbox if mail.to == [official.email])
    assert "La photo est floue." in mail.body
    assert "/identite/" in mail.body
    again = checks.submit_documents(official, card, both_sides, now)
    assert again != check
    assert standing.latest_check(official) == again


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REFUSED, Status.WITHDRAWN, Status.EXPIRED])
def test_what_is_decided_is_not_decided_again(status, staff, now):
    check = IdentityCheckFactory(status=status, decided_at=now)
    for decide in (lambda: deciding.approve(check, staff, now), lambda: deciding.refuse(check, staff, "Floue", now)):
        with pytest.raises(IdentityError, match="plus en cours"):
            decide()
    assert not OutgoingMail.objects.exists()
    assert not IdentityEvent.objects.exists()


def test_a_check_made_at_the_caisse_des_depots_is_recorded(official, staff, card, both_sides, now):
    pending = checks.submit_documents(official, card, both_sides, now)
    check = deciding.record_cdc_check(official, staff, now)
    pending.refresh_from_db()
    assert (pending.status, check.status, check.by_post) == (Status.WITHDRAWN, Status.APPROVED, True)
    assert standing.has_verified_identity(official)
    assert not IdentityDocument.objects.exists()
    assert journal(check) == ["recorded"]
    with pytest.raises(IdentityError, match="déjà vérifiée"):
        deciding.record_cdc_check(official, staff, now)


def test_a_check_recorded_without_its_items_proves_no_name_and_no_mandate(official, staff, now):
    """The person may enrol; their number, name and mandate stay declared, so that a proof takes them over."""
    mandate = MandateFactory(user=None, birth_name=official.birth_name, first_name=official.first_names)
    deciding.record_cdc_check(official, staff, now)
    official.refresh_from_db()
    mandate.refresh_from_db()
    assert standing.has_verified_identity(official)
    assert (official.certified_by, official.degree, mandate.user) == ("", Degree.DECLARED, None)


@pytest.mark.parametrize("shown", ["document", "items"])
def test_what_was_recorded_without_its_items_is_proved_later(shown, official, staff, card, both_sides, now):
    deciding.record_cdc_check(official, staff, now)
    if shown == "document":
        pending = checks.submit_documents(official, card, both_sides, now)
        assert standing.latest_check(official) == pending
        assert standing.has_verified_identity(official), "dossiers do not wait for the second look"
        deciding.approve(pending, staff, now)
    else:
        deciding.record_cdc_check(official, staff, now, card)
    official.refresh_from_db()
    assert official.degree == Degree.DOCUMENT
    for again in (
        lambda: checks.submit_documents(official, card, both_sides, now),
        lambda: deciding.record_cdc_check(official, staff, now, card),
    ):
        with pytest.raises(IdentityError, match="déjà vérifiée"):
            again()


def test_the_page_offers_to_show_a_document_after_a_check_without_items(official, staff, now, as_user):
    deciding.record_cdc_check(official, staff, now)
    client = as_user(official)
    assert "Montrer ma pièce d" in client.get("/identite/").text
    assert client.get(reverse("enrolment:identity-edit")).status_code == 200


def test_a_recorded_check_with_its_items_certifies_the_account(official, staff, card, now):
    deciding.record_cdc_check(official, staff, now, card)
    official.refresh_from_db()
    assert (official.usual_name, official.certified_by) == ("Petit", User.Certification.DOCUMENT)


# The clock -----------------------------------------------------------------------------------------


def test_copies_live_sixty_days_and_no_longer(official, card, both_sides, now):
    check = checks.submit_documents(official, card, both_sides, now)
    assert deciding.expire(now + timedelta(days=60)) == 0
    assert check.documents.count() == 2
    assert deciding.expire(now + timedelta(days=60, seconds=1)) == 1
    check.refresh_from_db()
    assert (check.status, check.birth_name) == (Status.EXPIRED, "")
    assert not IdentityDocument.objects.exists()
    assert mails() == ["identity/expired", "identity/to_check"]
    assert deciding.expire(now + timedelta(days=61)) == 0


def test_a_kept_side_is_as_old_as_it_is(official, card, both_sides, photo, now):
    checks.submit_documents(official, card, both_sides, now)
    checks.submit_documents(official, card, {"back": photo}, now + timedelta(days=50))
    assert deciding.expire(now + timedelta(days=61)) == 1


def test_what_was_prepared_and_never_sent_lives_a_week(official, photo, now):
    checks.prepare(official, Kind.CARD, {"birth_name": "Moreau"}, {"front": photo}, now)
    assert deciding.expire(now + timedelta(days=7)) == 0
    assert deciding.expire(now + timedelta(days=7, seconds=1)) == 1
    assert not IdentityDocument.objects.exists()
    assert not IdentityCheck.objects.exists()


def test_what_was_typed_for_a_refused_check_goes_after_sixty_days(official, staff, card, both_sides, now):
    check = checks.submit_documents(official, card, both_sides, now)
    deciding.refuse(check, staff, "Floue", now)
    deciding.expire(now + timedelta(days=61))
    check.refresh_from_db()
    assert (check.status, check.birth_name, check.birth_date) == (Status.REFUSED, "", None)


def test_the_usual_duration_is_measured_once_there_is_enough_to_measure(now):
    assert standing.median_duration(now) == standing.DEFAULT_DURATION
    for days in (1, 2, 4, 9):
        IdentityCheckFactory(status=Status.APPROVED, submitted_at=now - timedelta(days=days), decided_at=now)
    IdentityCheckFactory(status=Status.APPROVED, by_post=True, submitted_at=now, decided_at=now)
    IdentityCheckFactory(status=Status.WITHDRAWN, submitted_at=now, decided_at=now)
    assert standing.median_duration(now) == standing.DEFAULT_DURATION
    IdentityCheckFactory(status=Status.REFUSED, submitted_at=now - timedelta(hours=30), decided_at=now)
    assert standing.median_duration(now) == timedelta(days=2)
    assert standing.usual_days(now) == 2
    assert standing.median_duration(now + timedelta(days=200)) == standing.DEFAULT_DURATION
