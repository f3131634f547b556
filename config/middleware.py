"""What every request goes through, besides Django's own."""

import codecs
from collections.abc import Callable
from typing import Any

from django.contrib.auth import middleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, UnreadablePostError
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from config import logs
from config.views import bad_request
from core import french, throttling
from core.requests import REGION, HtmxRequest, layout_for


class RequestIdMiddleware:
    """One id for each request, in every line of the log about it and in the answer: what somebody reports is found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = logs.identify(request.headers.get("X-Request-ID", ""))
        logs.request_id.set(known)  # until the next request of this thread: Django logs after the last middleware
        response = self.get_response(request)
        response["X-Request-ID"] = known
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compress text, its length blurred by up to 100 random bytes, as Django's own does.

    So the length of an answer tells nothing of a secret beside words that somebody else chose (BREACH); the CSRF token
    is masked anew in each page besides.

    Pictures, PDFs and spreadsheets are compressed already: doing it again would only take time.
    """

    TEXT = ("text/", "application/json", "application/javascript", "image/svg")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, compressed if its reader can read it so."""
        text = response.headers.get("Content-Type", "").startswith(self.TEXT)
        return super().process_response(request, response) if text else response


class TypographyMiddleware:
    """French's spaces in every page, at one place (`core.french.typography`); a stream goes through as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = french.typography(response.content)
        return response


class UnreadableRequestMiddleware:
    """Answer 400, with our page, what no browser sends: NUL where a name is meant, another charset than UTF-8.

    PostgreSQL refuses NUL in any text, and file systems in any name; in a typed *value* it is only dropped, by the
    forms. Stands in front of all that looks at a path, a cookie or a query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_utf8(request):
            return bad_request(request)
        if request.encoding:  # Django reads forms under the one name « utf-8 », not under its others
            request.encoding = "utf-8"
            request.content_params = {**(request.content_params or {}), "charset": "utf-8"}
        if _has_nul(request):
            return bad_request(request)
        parse = request.parse_file_upload

        def judged(*args: Any) -> Any:
            try:
                post, files = parse(*args)
            except ValueError as error:  # a name that the file system refuses
                raise BadRequest("a name that cannot be") from error
            names = [str(file.name) for _, several in files.lists() for file in several]
            if any("\0" in name for name in (*post, *files, *names)):
                raise BadRequest("NUL in a name")
            return post, files

        request.parse_file_upload = judged  # type: ignore[method-assign,assignment]  # only a view knows how its files are kept
        return self.get_response(request)


def _has_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    if "\0" in request.path_info or "%00" in query or "\0" in query:
        return True
    if any("\0" in value for value in request.COOKIES.values()):
        return True
    is_plain_form = request.content_type == "application/x-www-form-urlencoded"
    return is_plain_form and any("\0" in name for name in _posted(request))


def _posted(request: HttpRequest) -> Any:
    try:
        return request.POST
    except UnreadablePostError:  # the visitor left while sending; the view finds it out by itself
        return ()


def _is_utf8(request: HttpRequest) -> bool:
    charset = (request.content_params or {}).get("charset", "utf-8")
    try:
        return codecs.lookup(charset).name in {"utf-8", "ascii"}
    except LookupError:
        return False


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Deny by default; the admin has a door of its own, which Django forgets for the pages of its models."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Where somebody who is not logged in is led."""
        if request.resolver_match and "admin" in request.resolver_match.namespaces:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return super().handle_no_permission(request, view_func)


class PersonalPagesMiddleware:
    """No page of somebody who is logged in stays in the browser: town-hall computers are shared.

    Without this the Back button shows it to whoever sits down after the logout. Stands after the sessions; a page
    that did not look at who asks is the same for everybody and is left alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and request.user.is_authenticated and "Cache-Control" not in response.headers:
            response["Cache-Control"] = "private, no-store"
        return response


class WrongMethodMiddleware:
    """A page for addresses that only a button opens (405), where Django's answer is blank.

    One comes there by typing the address of a button, or by logging in again after having pressed it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render(request, "405.html").content
        return response


class HtmxRedirectMiddleware:
    """Turn a redirect that leaves a swapped region into one that the whole browser follows.

    htmx follows a redirect by itself and would put the page it finds (login, another journey) inside
    the step's region. Only a step page says, with ``HX-Region``, that its redirect stays in the region.
    """

    def __init__(self, get_response: Callable[[HtmxRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxRequest) -> HttpResponse:
        response = self.get_response(request)
        stays = response.headers.get("HX-Region") == REGION
        response.headers.pop("HX-Region")
        if request.htmx and isinstance(response, HttpResponseRedirectBase) and not stays:
            return HttpResponseClientRedirect(response["Location"])
        return response


class TooManyMiddleware:
    """A page for a network that has begun too many things within the hour (429), with the time to wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for ``TooManyError``; nothing for any other exception."""
        if not isinstance(exception, throttling.TooManyError):
            return None
        context = {"wait": throttling.in_words(exception.wait), "layout": layout_for(request)}
        response = render(request, "429.html", context, status=429)
        response["Retry-After"] = str(int(exception.wait.total_seconds()) + 1)
        return response
