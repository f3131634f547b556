"""The site, and the floors: a stored page for anybody, and one for who is logged in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler500
from config.urls import urlpatterns as site

__all__ = ["handler500", "urlpatterns"]

STORED = b"<!doctype html><title>page</title>" + b"<p>Formation des \xc3\xa9lus des Deux-S\xc3\xa8vres</p>" * 400


@login_not_required
def anonymous(request: HttpRequest) -> HttpResponse:
    """The middlewares, and a page that was ready."""
    return HttpResponse(STORED)


def logged_in(request: HttpRequest) -> HttpResponse:
    """The same, once session and user are read."""
    assert request.user.is_authenticated
    return HttpResponse(STORED)


urlpatterns = [path("bench/anonyme/", anonymous), path("bench/connecte/", logged_in), *site]
