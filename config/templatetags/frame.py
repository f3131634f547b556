"""The parts of the frame that are the same on every page, worked out once a process.

Drawing them anew took a fifth of the time of a step page (18 addresses looked up, one include).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from config.context_processors import reach
from core.redirects import with_next
from core.templatetags.drawn import drawn
from core.words import announcements

register = template.Library()

PLACES = {
    "home": "home",
    "help": "help",
    "login": "accounts:login",
    "logout": "accounts:logout",
    "signup": "accounts:signup",
    "profile": "accounts:profile",
    "rights": "enrolment:rights",
    "enrolments": "enrolment:list",
    "identity": "enrolment:identity",
    "trainings": "catalogue:search",
    "admin": "admin:index",
}
"""The places that the header leads to, by the name its template uses."""


@register.simple_tag
def places() -> Mapping[str, str]:
    """The addresses of ``PLACES``."""
    return _places()


@cache
def _places() -> Mapping[str, str]:
    return MappingProxyType({name: reverse(view) for name, view in PLACES.items()})


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """Which place of the header the page belongs to; none for most."""
    path, to = context["request"].path, _places()
    if path in {to["rights"], to["help"]}:
        return "rights" if path == to["rights"] else "help"
    return next((name for name in ("trainings", "enrolments") if to[name] in path), "")


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> str:
    """What the header's ways in add so that they lead on: the page already asked for, or the fiche's training."""
    asked = context.get("next") or context["request"].path
    return with_next("", asked) if asked.startswith(_places()["trainings"]) else ""


@register.simple_tag(takes_context=True)
def announcement_band(context: Context) -> SafeString:
    """The announcements of the day, each with its button to hide it."""
    request = context.get("request")
    if request is None:  # a page of an error that nothing was asked for
        return SafeString("")
    at_home = request.path == _places()["home"]
    found = announcements.shown(request, timezone.localdate(), at_home=at_home)
    shown = {"announcements": found, "csrf_token": context.get("csrf_token")}
    return render_to_string("components/announcements.html", shown) if found else SafeString("")


@register.simple_tag
def reach_line(words: str = "") -> SafeString:
    """Whom to ask, also for pages drawn without a request: telephone, hours, mail."""
    return drawn("components/reach.html", words=words, **reach())


@register.inclusion_tag("components/way_on.html", takes_context=True)
def way_on(context: Context) -> dict[str, str]:
    """The button that leads on from a refusal: home, or the admin's for who was there."""
    in_admin = context["request"].path.startswith(_places()["admin"])
    place, words = ("admin", "Revenir à la gestion") if in_admin else ("home", "Revenir à l'accueil")
    return {"url": _places()[place], "words": words}


@register.simple_tag
def site_footer() -> SafeString:
    """The footer; drawn each time only while somebody is working on it (``DEBUG``)."""
    return drawn("components/footer.html", **reach())
