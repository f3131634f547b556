"""Pages leave compressed, and their length gives no secret away; pictures and documents are left alone."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import CompressionMiddleware

ACCEPT = {"accept-encoding": "gzip, deflate, br"}


@pytest.mark.django_db
def test_pages_leave_compressed_for_who_can_read_it(client, official_client):
    for visitor, path in ((client, "/aide/"), (official_client, "/formations/"), (client, "/contact/")):
        plain, packed = visitor.get(path), visitor.get(path, headers=ACCEPT)
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert len(packed.content) < len(plain.content) / 2
        assert b"<h1" in gzip.decompress(packed.content)
        assert "Content-Encoding" not in plain.headers


@pytest.mark.django_db
def test_the_same_page_has_not_always_the_same_length(client):
    """Without it, an onlooker who makes the page repeat a guess reads from its length whether the guess was right."""
    assert len({len(client.get("/conditions-generales/", headers=ACCEPT).content) for _ in range(20)}) > 5


@pytest.mark.parametrize("kind", ["image/jpeg", "application/pdf", "application/vnd.openxmlformats"])
def test_what_is_compressed_already_is_not_compressed_again(kind):
    content = b"a" * 10_000
    answer = CompressionMiddleware(lambda request: HttpResponse(content, content_type=kind))
    response = answer(RequestFactory().get("/", headers=ACCEPT))
    assert response.content == content
