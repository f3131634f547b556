"""A key can be retired: after the rotation everything reads with the new one alone."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.management.commands import rotate_encryption
from core import encryption
from core.models import Draft
from enrolment.models import IdentityDocument
from tests.factories import IdentityCheckFactory

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def make_draft(**values):
    draft = Draft(kind="signup", owner="browser:x", expires_at=timezone.now())
    draft.data = {"identite": {"raw": values}}
    draft.save()
    return draft


@pytest.fixture
def under_old_key(settings, monkeypatch):
    """Three drafts in batches of two, one empty, and an identity document."""
    settings.ENCRYPTION_KEYS = [OLD]
    monkeypatch.setattr(rotate_encryption, "BATCH", 2)
    Draft.objects.create(kind="signup", owner="browser:y", expires_at=timezone.now())
    drafts = [make_draft(birth_name=[name]) for name in ("Moreau", "Bernard", "Petit")]
    document = IdentityDocument.objects.create(
        check_row=IdentityCheckFactory(), side="front", content_type="image/png", content=encryption.encrypt(b"scan")
    )
    return drafts, document


def test_everything_reads_with_the_new_key_alone(settings, under_old_key):
    drafts, document = under_old_key
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_encryption")

    settings.ENCRYPTION_KEYS = [NEW]
    names = [Draft.objects.get(pk=draft.pk).data["identite"]["raw"]["birth_name"] for draft in drafts]
    document.refresh_from_db()
    assert names == [["Moreau"], ["Bernard"], ["Petit"]]
    assert encryption.decrypt(document.content) == b"scan"


def test_before_it_the_new_key_alone_reads_nothing(settings, under_old_key):
    drafts, _ = under_old_key
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        _ = Draft.objects.get(pk=drafts[0].pk).data


def test_a_lost_key_is_told_in_one_sentence_and_nothing_is_lost(settings, under_old_key):
    drafts, _ = under_old_key
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="aucune clé"):
        call_command("rotate_encryption")

    settings.ENCRYPTION_KEYS = [OLD]
    assert Draft.objects.get(pk=drafts[0].pk).data
