"""A copy is read in a process of its own: bounded in time and memory, one at a time, and never in the request."""

import html
import io
import subprocess
import threading
import time
import zlib

import pytest
from PIL import Image

from core import throttling
from enrolment.identity_checks import documents, sandbox
from enrolment.identity_checks.documents import DocumentError
from tests.enrolment.identity_checks import copies
from tests.french import plain


def code_of(content: bytes) -> str:
    with pytest.raises(DocumentError) as refusal:
        sandbox.clean(content)
    return refusal.value.code


def large_png(megapixels: int) -> bytes:
    side = int((megapixels * 1_000_000) ** 0.5)
    return copies.image("PNG", size=(side, side))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (lambda: copies.image("JPEG"), "image/jpeg"),
        (lambda: copies.image("HEIF"), "image/jpeg"),
        (lambda: copies.image("MPO"), "image/jpeg"),
        (lambda: copies.image("WEBP", mode="RGBA"), "image/jpeg"),
        (lambda: copies.image("JPEG", size=(8000, 6000)), "image/jpeg"),
        (lambda: large_png(30), "image/jpeg"),
        (lambda: copies.pdf(2), "image/jpeg"),
    ],
    ids=["jpeg", "heic", "mpo", "webp", "jpeg of 48 megapixels", "png of 30 megapixels", "pdf"],
)
def test_a_copy_comes_out_as_from_the_rules_themselves(content, kind):
    document = sandbox.clean(content())
    assert document.content_type == kind
    assert document.content


def test_a_photo_taken_on_its_side_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    document = sandbox.clean(copies.image("JPEG", exif=exif))
    assert Image.open(io.BytesIO(document.content)).size == (700, 1000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"x" * (documents.MAX_BYTES + 1), "too_large"),
        (b"no picture at all", "wrong_kind"),
        (copies.image("JPEG")[:900], "broken"),
        (copies.pdf(9), "too_many_pages"),
        (copies.pdf(1, copies.hides_a_script), "active"),
    ],
    ids=["empty", "too large", "text", "cut", "long", "script"],
)
def test_a_refusal_says_why(content, code):
    assert code_of(content) == code


def test_the_limits_of_time_and_memory_hold(monkeypatch):
    """A picture that needs more memory than there is, and one that needs more time, end their process alone."""
    monkeypatch.setattr(sandbox, "BUDGET", 0.01)
    assert code_of(copies.image("JPEG")) == "busy"


@pytest.mark.django_db
def test_all_the_copies_of_one_request_have_one_budget(monkeypatch, official_client):
    """Two sides, each slow: the page is answered before nginx gives up, and says to try again."""
    given, began = [], time.monotonic()
    monkeypatch.setattr(sandbox, "BUDGET", 1.0)

    def slow(*args, timeout, **kwargs):
        given.append(timeout)
        time.sleep(min(timeout, 0.7))
        raise subprocess.TimeoutExpired("copy", timeout)

    monkeypatch.setattr(subprocess, "run", slow)
    sides = {side: io.BytesIO(copies.image("JPEG")) for side in ("front", "back")}
    response = official_client.post("/identite/", {"document_kind": "card", **sides})
    assert response.status_code == 422
    assert documents.MESSAGES["busy"] in html.unescape(plain(response.text))
    assert len(given) == 2
    assert given[1] < given[0] - 0.6
    assert time.monotonic() - began < 5


def test_a_process_that_a_limit_ended_is_a_file_too_heavy():
    with pytest.raises(DocumentError) as refusal:
        sandbox._outcome(b"")
    assert refusal.value.code == "too_heavy"


def test_a_pdf_of_very_many_objects_ends_soon():
    parts = [b"%PDF-1.4\n"] + [b"%d 0 obj\n<</A %d 0 R>>\nendobj\n" % (n, n + 1) for n in range(1, 60_000)]
    bomb = b"".join(parts) + zlib.compress(b"x") + b"\ntrailer<</Root 1 0 R/Size 60000>>\n%%EOF"
    assert len(bomb) < documents.MAX_BYTES
    assert code_of(bomb) in {"broken", "too_heavy", "too_many_pages"}


def test_who_comes_when_the_queue_is_full_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(sandbox, "_queue", threading.BoundedSemaphore(1))
    with sandbox._turn():
        assert code_of(copies.image("JPEG")) == "busy"
    assert sandbox.clean(copies.image("JPEG")).pages == 1


def test_a_turn_is_one_for_the_whole_machine(monkeypatch):
    """Another process of the site holds it: the wait ends."""
    monkeypatch.setattr(sandbox, "QUEUE_SECONDS", 0)
    with sandbox._turn():
        assert code_of(copies.image("JPEG")) == "busy"


@pytest.mark.django_db
def test_uploads_are_counted_by_person_and_day(official, official_client, monkeypatch):
    monkeypatch.setitem(throttling.LIMITS, "documents", throttling.Limit(free=1, a_day=2))
    refused = None
    for _ in range(3):
        photo = io.BytesIO(copies.image("JPEG"))
        photo.name = "carte.jpg"
        refused = official_client.post("/identite/", {"document_kind": "card", "front": photo})
    assert refused.status_code == 422
    assert "Trop de fichiers envoyés" in refused.content.decode()
