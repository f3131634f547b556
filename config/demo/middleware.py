"""With DEBUG Django shows developers its technical pages; the demo is shown to people."""

import logging
from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from django.views.defaults import page_not_found

from config import faults
from core.throttling import TooManyError

logger = logging.getLogger(__name__)

REFUSALS = (PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError, TooManyError)


class PlainErrorsMiddleware:
    """A page not found, or a failure, looks as it does without DEBUG; the failure is in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            resolve(request.path_info)
        except Resolver404 as error:
            return page_not_found(request, error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view raised. A refusal (403, 400, 429) has its page already."""
        if isinstance(exception, Http404):
            return page_not_found(request, exception)
        if isinstance(exception, REFUSALS):
            return None
        logger.error("failed: %s", type(exception).__name__, exc_info=exception)
        return faults.answer(request)
