"""The demo's mailbox. Routed with DEBUG only (``config.urls``): everybody would read everybody's mails."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from config.demo.environment import MAILS
from config.demo.mails import Mail, read_mails


@login_not_required
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    """The mails that the demo has sent, latest first."""
    return render(request, "demo/mails.html", {"mails": read_mails(MAILS)})


@login_not_required
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, as text."""
    return render(request, "demo/mail.html", {"mail": _find(name)})


@login_not_required
@never_cache
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The same mail as HTML, under the site's own CSP: what a strict reader would show."""
    return HttpResponse(_find(name).html)


def _find(name: str) -> Mail:
    for found in read_mails(MAILS):
        if found.name == name:
            return found
    raise Http404(name)
