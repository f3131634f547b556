"""HTTP towards the provider, within limits: a slow or endless answer costs seconds, never the site."""

import io
import time
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from accounts.franceconnect.errors import UnavailableError

CONNECT_TIMEOUT = 3.0
READ_TIMEOUT = 5.0
WHOLE_TIMEOUT = 8.0
"""Seconds to connect, between two pieces of the answer, and for the answer as a whole."""
LARGEST_ANSWER = 256 * 1024
"""Bytes; a discovery document or a key set has a few thousand."""


class BoundedAdapter(HTTPAdapter):
    """Reads the whole answer before giving it, and gives up in time; ``requests`` limits only each single read."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        deadline = time.monotonic() + WHOLE_TIMEOUT
        kwargs |= {"timeout": (CONNECT_TIMEOUT, READ_TIMEOUT), "stream": True}
        response = super().send(request, *args, **kwargs)
        try:
            body = self._read(response, deadline)
        except HTTPError as error:
            raise requests.ConnectionError(str(error), request=request) from error
        finally:
            response.close()
        response.raw = io.BytesIO(body)
        return response

    @staticmethod
    def _read(response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        while piece := response.raw.read1(8192, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER or time.monotonic() > deadline:
                raise requests.Timeout("too long an answer")
        return bytes(body)


def session(**client: Any) -> OAuth2Session:
    """An OAuth session that follows no redirect and stays within the limits. Use it with ``with``."""
    # Authlib counts a token expired ``leeway`` seconds early, 60 by default: as long as FranceConnect's live.
    opened = OAuth2Session(leeway=0, **client)
    opened.max_redirects = 0
    for scheme in ("https://", "http://"):
        opened.mount(scheme, BoundedAdapter())
    return opened


def get_json(url: str, what: str) -> dict[str, Any]:
    """The JSON object at *url*; *what* names it in the log. Raises UnavailableError."""
    try:
        with session() as opened:
            response = opened.get(url, withhold_token=True, headers={"Accept": "application/json"})
            response.raise_for_status()
            content = response.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise UnavailableError(f"{what}_unreadable") from error
    if not isinstance(content, dict):
        raise UnavailableError(f"{what}_not_an_object")
    return content
