"""HTTP towards the provider, within limits: a slow or endless answer costs seconds, never the site."""

import io
import time
from concurrent.futures import Future
from contextlib import AbstractContextManager
from threading import BoundedSemaphore, Thread
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from accounts.franceconnect import availability
from accounts.franceconnect.errors import UnavailableError
from core.budget import Budget

CONNECT_TIMEOUT = 3.0
READ_TIMEOUT = 5.0
"""Seconds to connect, and between two pieces of an answer."""
BUDGET = 7.0
"""Seconds for all that one page asks of the provider; a return asks up to four times."""
AT_ONCE = 4
"""Requests of one process that wait for the provider at a time: half of its threads stay with everybody else."""
TURN = 1.0
"""Seconds that one more waits for one of them to end: an answer usually takes a third of that."""
SERVER_ERROR = 500
"""First of the statuses by which the provider says that it cannot."""
LARGEST_ANSWER = 256 * 1024
"""Bytes; a discovery document or a key set has a few thousand."""

_room = BoundedSemaphore(AT_ONCE)
_budget = Budget("franceconnect")


def budget() -> AbstractContextManager[None]:
    """Within it, all that is asked of the provider takes ``BUDGET`` seconds together, names looked up included."""
    return _budget.of(BUDGET)


class BoundedAdapter(HTTPAdapter):
    """Reads the whole answer before giving it, and gives up in time; ``requests`` limits only each single read.

    The exchange runs in a thread of its own, the only way to stop waiting for a name server or for headers that
    come byte by byte. Tells ``availability`` when it went wrong.
    """

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        deadline = _budget.end(BUDGET)
        if not _room.acquire(timeout=max(0.0, min(TURN, deadline - time.monotonic()))):
            raise requests.Timeout("too many wait already")
        try:
            return self._send(deadline, request, *args, **kwargs)
        finally:
            _room.release()

    def _send(self, deadline: float, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        outcome: Future[requests.Response] = Future()
        Thread(target=self._run, args=(outcome, deadline, request, *args), kwargs=kwargs, daemon=True).start()
        try:
            response = outcome.result(max(0.0, deadline - time.monotonic()))
        except (requests.RequestException, TimeoutError) as error:
            availability.note_failure()
            raise requests.Timeout("no answer in time") if isinstance(error, TimeoutError) else error from error
        if response.status_code >= SERVER_ERROR:
            availability.note_failure()
        return response

    def _run(self, outcome: Future[requests.Response], deadline: float, *args: Any, **kwargs: Any) -> None:
        try:
            outcome.set_result(self._fetch(deadline, *args, **kwargs))
        except BaseException as error:  # noqa: BLE001  handed over to the thread that waits
            outcome.set_exception(error)

    def _fetch(
        self, deadline: float, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        left = max(0.01, deadline - time.monotonic())
        kwargs |= {"timeout": (min(CONNECT_TIMEOUT, left), min(READ_TIMEOUT, left)), "stream": True}
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
