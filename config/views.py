"""Home, help and legal pages, and the health check."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """« Où en êtes-vous ? »: the guide's three parts and the way in."""
    return render(request, "guide/home.html")


@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """The guide, told step by step."""
    return render(request, "guide/help.html")


@login_not_required
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to call or write to, for what."""
    return render(request, "guide/contact.html")


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """Accessibility declaration (RGAA), with its fixed parts."""
    return render(request, "guide/accessibility.html")


@login_not_required
def legal(request: HttpRequest) -> HttpResponse:
    """Mentions légales."""
    return render(request, "guide/legal.html")


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """What is done with personal data, and why."""
    return render(request, "guide/privacy.html")


@login_not_required
def terms(request: HttpRequest) -> HttpResponse:
    """Conditions générales d'utilisation."""
    return render(request, "guide/terms.html")


@login_not_required
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """For the load balancer: the process answers and its database too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
