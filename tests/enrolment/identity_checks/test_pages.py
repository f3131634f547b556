"""« Faire vérifier mon identité » as the person meets it, without JavaScript."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import SkipFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from enrolment.identity_checks import deciding
from enrolment.identity_checks.checks import Status
from enrolment.identity_checks.documents import MAX_BYTES, MESSAGES
from enrolment.identity_checks.uploads import DocumentUploadHandler
from enrolment.models import IdentityCheck, IdentityDocument
from tests.enrolment.identity_checks import copies
from tests.factories import EnrolmentFactory, IdentityCheckFactory
from tests.french import plain

pytestmark = pytest.mark.django_db

PAGE = "/identite/"
PHOTOS, WRITTEN = f"{PAGE}?etape=photos", f"{PAGE}?etape=ecrit"


def file(content: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def typed(**changes: object) -> dict[str, object]:
    return {
        "document_kind": "card",
        "birth_name": "Moreau",
        "usual_name": "Petit",
        "first_names": "Jeanne Louise",
        "birth_date_day": "14",
        "birth_date_month": "mars",
        "birth_date_year": "1958",
        "birth_place": "Niort",
        "nationality": "Française",
    } | changes


@pytest.fixture
def two_sides():
    def sides() -> dict[str, SimpleUploadedFile]:
        return {"front": file(copies.image()), "back": file(copies.image("PNG"), "verso.png", "image/png")}

    return sides


def test_the_form_knows_what_the_account_knows(official_client):
    page = official_client.get(PAGE)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert page.context["form"].initial["birth_name"] == "Moreau"
    assert page.context["form"].initial["nationality"] == "française"
    photos = official_client.get(PHOTOS).text
    assert 'accept="image/*,application/pdf"' in photos
    assert "capture" not in photos


def test_the_official_way_is_beside_it_with_a_message_ready(official_client, settings):
    page = official_client.get(PAGE)
    message = unquote(page.context["message_to_cdc"])
    assert message.startswith(f"mailto:{settings.CDC_EMAIL}?subject=")
    assert "Nom de naissance : Moreau" in message
    assert "pièce jointe" in message
    assert settings.CDC_EMAIL in page.text


def test_sending_leads_to_a_page_that_says_what_happens(official, official_client, two_sides):
    answer = official_client.post(PAGE, typed(**two_sides()), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Votre identité est en cours de vérification" in answer.text
    assert "sous 3 jours" in plain(answer.text)
    assert official.email in plain(answer.text)
    check = IdentityCheck.objects.get()
    assert (check.status, check.birth_date.isoformat(), check.documents.count()) == (Status.PENDING, "1958-03-14", 2)


def test_the_page_leads_back_to_the_dossier_that_waits(official, official_client, two_sides):
    dossier = EnrolmentFactory(user=official)
    answer = official_client.post(f"{PAGE}?next=/formations/", typed(**two_sides()), follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?next=/formations/", 302)]
    assert reverse("enrolment:detail", args=[dossier.pk]) in answer.text
    assert 'href="/formations/"' in answer.text
    assert "example.com" not in official_client.get(f"{PAGE}?next=https://example.com/").text


def test_the_three_steps_one_after_the_other(official_client, two_sides):
    photos = official_client.post(f"{PAGE}?etape=piece&next=/formations/", {"document_kind": "card"})
    assert photos["Location"] == f"{PAGE}?etape=photos&next=%2Fformations%2F"
    missing = official_client.post(photos["Location"], {"document_kind": "card"})
    assert missing.status_code == 422
    assert set(missing.context["form"].errors) == {"front", "back"}
    written = official_client.post(photos["Location"], {"document_kind": "card", **two_sides()})
    assert written["Location"] == f"{PAGE}?etape=ecrit&next=%2Fformations%2F"
    page = official_client.get(written["Location"])
    assert "Étape 3 sur 3" in page.text
    assert "Envoyer ma pièce d&#x27;identité" in page.text
    assert official_client.post(written["Location"], typed(birth_place="")).status_code == 422
    assert not IdentityCheck.objects.filter(status=Status.PENDING).exists()
    sent = official_client.post(written["Location"], typed())
    assert sent["Location"] == f"{PAGE}?next=/formations/"
    assert IdentityCheck.objects.get().documents.count() == 2


def test_what_is_written_without_the_photos_leads_back_to_them(official_client):
    answer = official_client.post(WRITTEN, typed())
    assert answer.status_code == 422
    assert answer.context["step"].name == "photos"
    assert 'value="Jeanne Louise"' in official_client.get(WRITTEN).text


def test_another_kind_of_document_asks_for_its_own_photos(official_client, two_sides):
    official_client.post(PHOTOS, {"document_kind": "card", **two_sides()})
    official_client.post(f"{PAGE}?etape=piece", {"document_kind": "passport"})
    page = official_client.get(PHOTOS).text
    assert 'name="document_kind" value="passport"' in page
    assert "Bien reçu" not in page
    assert 'name="back"' not in page


def test_who_came_by_franceconnect_has_nothing_to_send(official, official_client):
    official.certified_by = User.Certification.FRANCECONNECT
    official.save()
    page = official_client.get(PAGE).text
    assert "Vous n'avez rien à envoyer" in page
    assert "<form" not in page[page.index("<main") :]


def test_a_passport_needs_one_page(official_client):
    answer = official_client.post(PAGE, typed(document_kind="passport", front=file(copies.pdf(), "scan.pdf")))
    assert answer.status_code == 302
    assert IdentityDocument.objects.get().content_type == "image/jpeg"


def test_a_refused_file_keeps_the_text_and_the_good_file(official, official_client):
    sent = typed(front=file(copies.image()), back=file(b"PK\x03\x04 word", "verso.jpg", "image/jpeg"))
    answer = official_client.post(PAGE, sent)
    assert answer.status_code == 422
    assert "<title>Erreur : " in answer.text
    assert answer.context["form"].errors == {"back": [MESSAGES["wrong_kind"]]}
    assert "Bien reçu" in answer.text
    written = official_client.get(WRITTEN).text
    assert 'value="Jeanne Louise"' in written
    assert 'value="3"' in written
    assert not IdentityCheck.objects.filter(status=Status.PENDING).exists()

    again = official_client.post(PAGE, typed(back=file(copies.image())))
    assert again.status_code == 302
    assert IdentityCheck.objects.get().documents.count() == 2


def test_a_wrong_item_keeps_both_files_and_comes_back_after_days(official_client, two_sides):
    answer = official_client.post(PAGE, typed(birth_date_month="", **two_sides()))
    assert list(answer.context["form"].errors) == ["birth_date"]
    assert IdentityDocument.objects.count() == 2
    later = official_client.get(PAGE)
    assert later.context["form"].initial["first_names"] == "Jeanne Louise"
    assert official_client.get(PHOTOS).text.count("Bien reçu") == 2
    assert official_client.post(PAGE, typed()).status_code == 302


def test_a_usual_name_emptied_on_purpose_stays_empty(official, official_client):
    official.usual_name = "Petit"
    official.save()
    assert official_client.get(PAGE).context["form"].initial["usual_name"] == "Petit"
    official_client.post(PAGE, typed(usual_name="", first_names=""))
    initial = official_client.get(PAGE).context["form"].initial
    assert (initial["usual_name"], initial["first_names"]) == ("", "Jeanne")


def test_what_is_missing_is_said_in_its_own_words(official_client):
    errors = official_client.post(PAGE, {"document_kind": "card"}).context["form"].errors
    assert errors["front"] == ["Choisissez une photo du recto de votre carte."]
    assert errors["back"] == ["Choisissez une photo du verso de votre carte."]
    assert errors["birth_name"] == ["Saisissez votre nom de naissance."]
    assert "usual_name" not in errors
    passport = official_client.post(PAGE, {"document_kind": "passport"}).context["form"].errors
    assert passport["front"] == ["Choisissez une photo de la page de votre passeport."]
    assert "back" not in passport
    assert "document_kind" in official_client.post(PAGE, {}).context["form"].errors


def test_one_pdf_of_both_sides_is_enough(official_client):
    assert official_client.post(PAGE, typed(front=file(copies.pdf(2)))).status_code == 302


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (copies.image().ljust(MAX_BYTES + 1, b"\0"), "too_large"),
        (copies.image().ljust(3 * MAX_BYTES, b"\0"), "too_large"),
        (copies.image(size=(300, 200)), "too_small"),
        (copies.image()[:900], "broken"),
        (copies.pdf(1, lambda writer: writer.encrypt("x")), "protected"),
    ],
    ids=["empty", "one byte over", "three times over", "too small", "broken", "protected"],
)
def test_each_wrong_file_gets_its_own_message(official_client, content, message):
    answer = official_client.post(PAGE, typed(document_kind="passport", front=file(content)))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"front": [MESSAGES[message]]}


def test_files_that_the_form_does_not_ask_for_are_not_even_read(official_client, two_sides):
    sent = typed(**two_sides(), other=file(b"x" * 1000))
    assert official_client.post(PAGE, sent).status_code == 302
    assert IdentityDocument.objects.count() == 2


def test_of_a_file_too_large_hardly_more_than_allowed_is_kept():
    handler = DocumentUploadHandler()
    handler.new_file("front", "photo.jpg", "image/jpeg", None, None, {})
    for start in range(0, 3 * MAX_BYTES, MAX_BYTES):
        handler.receive_data_chunk(b"x" * MAX_BYTES, start)
    kept = handler.file_complete(3 * MAX_BYTES)
    assert (kept.size, len(kept.read())) == (3 * MAX_BYTES, MAX_BYTES + 1)
    with pytest.raises(SkipFile):
        handler.new_file("front", "encore.jpg", "image/jpeg", None, None, {})


def test_a_document_never_touches_the_disk(official_client, two_sides, monkeypatch):
    def refuse(*args: object, **kwargs: object) -> None:
        pytest.fail("a temporary file")

    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    assert official_client.post(PAGE, typed(**two_sides())).status_code == 302


def test_the_token_is_checked(official_client, two_sides):
    client = official_client
    client.handler.enforce_csrf_checks = True
    for path in (PAGE, f"{PAGE}modifier/", f"{PAGE}retirer/"):
        assert client.post(path, typed(**two_sides())).status_code == 403
    assert not IdentityCheck.objects.exists()
    token = str(client.get(PAGE).context["csrf_token"])
    assert client.post(PAGE, typed(csrfmiddlewaretoken=token, **two_sides())).status_code == 302


def test_replacing_and_withdrawing(official, official_client, two_sides):
    official_client.post(PAGE, typed(**two_sides()))
    edit = official_client.get(f"{PAGE}modifier/")
    assert edit.context["form"].initial["first_names"] == "Jeanne Louise"
    assert official_client.get(f"{PAGE}modifier/?etape=photos").text.count("Bien reçu") == 2
    step = official_client.post(f"{PAGE}modifier/?etape=piece", {"document_kind": "card"})
    assert step["Location"] == f"{PAGE}modifier/?etape=photos"
    assert official_client.post(f"{PAGE}modifier/", typed(first_names="Jeanne")).status_code == 302
    check = IdentityCheck.objects.get()
    assert (check.first_names, check.version, check.documents.count()) == ("Jeanne", 2, 2)

    assert official_client.get(f"{PAGE}retirer/").status_code == 405
    answer = official_client.post(f"{PAGE}retirer/", follow=True)
    assert "sont supprimés" in answer.text
    assert "Faire vérifier mon identité" in answer.text
    assert not IdentityDocument.objects.exists()
    assert official_client.get(f"{PAGE}modifier/").status_code == 302


def test_a_refusal_is_shown_with_what_was_typed(official, staff, official_client, two_sides):
    official_client.post(PAGE, typed(**two_sides()))
    deciding.refuse(IdentityCheck.objects.get(), staff, "La photo est floue.", timezone.now())
    page = official_client.get(PAGE)
    assert "La photo est floue." in page.text
    assert page.context["form"].initial["first_names"] == "Jeanne Louise"
    assert "Bien reçu" not in official_client.get(PHOTOS).text


@pytest.mark.parametrize("by_post", [False, True])
def test_a_verified_identity_leads_on(official, official_client, by_post):
    IdentityCheckFactory(user=official, status=Status.APPROVED, decided_at=timezone.now(), by_post=by_post)
    official.certified_by = "document"
    official.save()
    page = official_client.get(PAGE)
    assert "Votre identité est vérifiée" in page.text
    assert ("Caisse des dépôts" in page.text) is by_post
    assert reverse("catalogue:search") in page.text
    answer = official_client.post(PAGE, typed(document_kind="passport", front=file(copies.image())), follow=True)
    assert "Votre identité est déjà vérifiée." in answer.text


def test_an_expired_check_says_so(official, official_client):
    IdentityCheckFactory(
        user=official,
        status=Status.EXPIRED,
        submitted_at=timezone.now() - timedelta(days=61),
        decided_at=timezone.now(),
    )
    assert "n'a pas pu être vérifié à temps" in official_client.get(PAGE).text


def test_nobody_sees_somebody_elses_check(other_official, official, official_client, as_user, two_sides):
    official_client.post(PAGE, typed(birth_date_month="", **two_sides()))
    theirs = as_user(other_official).get(PHOTOS)
    assert "Bien reçu" not in theirs.text
    assert "Jeanne Louise" not in theirs.text
    assert Client().get(PAGE).status_code == 302
