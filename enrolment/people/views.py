"""The box that finds anybody, and its page of results.

It is posted, and answered without a redirect: names, telephones and addresses of people have no place in an address,
which the history of a browser, the proxy and its log keep. What may be a social-security number is refused before
anything looks at it: it is neither stored nor shown again, and the page leads to the form that looks numbers up.
"""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.identity import nir
from accounts.models import User
from enrolment.people.asked import Asked
from enrolment.people.finder import Finder


@sensitive_post_parameters("asked")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """The results of what was posted; *page* is what every page of the admin shows."""
    typed = request.POST.get("asked", "")
    refused = nir.is_in(typed)
    asked = Asked.read("" if refused else typed)
    groups = Finder(asked, cast("User", request.user), timezone.localdate()).groups()
    context = {**page, "title": "Chercher", "finder_asked": asked.typed, "groups": groups, "refused": refused}
    response = TemplateResponse(request, "admin/find.html", context, status=422 if refused else 200)
    response["Cache-Control"] = "private, no-cache"  # the Back button shows the results again, from this browser alone
    return response
