"""What browsers, robots and security researchers ask of a public service besides its pages."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import Training

PUBLIC_PAGES = (
    "home",
    "outline",
    "fiche-in-hand",
    "help",
    "help-mcf",
    "help-messages",
    "contact",
    "accessibility",
    "legal",
    "privacy",
    "terms",
    "accounts:login",
)
"""The pages that anybody may find by a search engine, besides the trainings."""
PRIVATE_PATHS = (
    "/admin/",
    "/inscriptions/",
    "/mon-compte/",
    "/compte/",
    "/identite/",
    "/mes-droits/",
    "/franceconnect/",
)
"""Where robots have nothing to do."""
SITEMAP_LIMIT = 50_000
"""Addresses that a sitemap may hold (sitemaps.org)."""
SECURITY_TXT_LIFETIME = timedelta(days=364)
"""RFC 9116 wants less than a year."""


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PATHS)]
    return _text([*lines, "", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"])


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """sitemap.xml: the public pages, and every published training with the day it changed."""
    trainings = Training.objects.filter(status=Training.Status.PUBLISHED).order_by("reference")
    rows: list[tuple[str, datetime | None]] = [(settings.SITE_URL + reverse(name), None) for name in PUBLIC_PAGES]
    rows += [
        (f"{settings.SITE_URL}{reverse('catalogue:training', args=[reference])}", changed)
        for reference, changed in trainings.values_list("reference", "updated_at")[: SITEMAP_LIMIT - len(rows)]
    ]
    return render(request, "guide/sitemap.xml", {"rows": rows}, content_type="application/xml")


@login_not_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """/.well-known/security.txt (RFC 9116): to whom a weakness is reported."""
    expires = (timezone.now() + SECURITY_TXT_LIFETIME).replace(microsecond=0)
    return _text(
        [
            f"Contact: mailto:{settings.ADM79_EMAIL}",
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: fr, en",
            f"Canonical: {settings.SITE_URL}{reverse('security')}",
        ]
    )


@login_not_required
@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """/.well-known/change-password: where password managers lead a person to change theirs."""
    return HttpResponseRedirect(reverse("accounts:profile-password"))


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """/favicon.ico, asked by who reads no HTML."""
    return HttpResponsePermanentRedirect(static("img/favicon.ico"))


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone needs to put the site on its home screen."""
    return JsonResponse(
        {
            "name": "Guide Mon Compte Élu – ADM79",
            "short_name": "ADM79",
            "lang": "fr",
            "start_url": reverse("home"),
            "display": "browser",
            "background_color": "#faf6ec",
            "theme_color": "#17402f",
            "icons": [{"src": static("img/icon-180.png"), "sizes": "180x180", "type": "image/png"}],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
