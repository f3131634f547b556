"""Pressing the admin's buttons as a browser does: read the page, fill in, send back what it hides."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden(response: HttpResponse) -> dict[str, str]:
    """The values that a page hides in its forms."""
    return {name: unescape(value) for name, value in HIDDEN.findall(response.text)}


def press(client: Client, address: str, data: dict | None = None, *, follow: bool = False) -> HttpResponse:
    """Open a button's page, send its form, and confirm the consequences if it then shows some."""
    given = data or {}
    first = client.get(address)
    answer = client.post(address, {**(hidden(first) if first.status_code == 200 else {}), **given})
    if answer.status_code == 200:
        answer = client.post(address, {**hidden(answer), **given})
    return client.get(answer.url) if follow and answer.status_code == 302 else answer
