"""« Faire vérifier mon identité » (without FranceConnect): send, follow, replace, withdraw."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import AuthenticatedRequest
from catalogue.sessions.in_force import last_day_to_send
from core import throttling
from core.redirects import asked_next, with_next
from enrolment.cdc_mailto import identity_by_mail_message
from enrolment.identity_checks import checks, parts, sandbox, standing
from enrolment.identity_checks.checks import IdentityError, Status
from enrolment.identity_checks.forms import IdentityForm, form_for, posted_form
from enrolment.identity_checks.uploads import DocumentUploadHandler
from enrolment.models import IdentityCheck


@csrf_exempt  # the token is checked in `_page`, once files are sure to stay in memory and within bounds
def page(request: AuthenticatedRequest) -> HttpResponse:
    """Where the check stands, or the form to send one."""
    request.upload_handlers = [DocumentUploadHandler(request)]
    return _page(request)


@csrf_exempt
def edit(request: AuthenticatedRequest) -> HttpResponse:
    """The form of a check under way, to replace what was sent."""
    request.upload_handlers = [DocumentUploadHandler(request)]
    return _edit(request)


@require_POST
def withdraw(request: AuthenticatedRequest) -> HttpResponse:
    """Take everything back: copies and what was typed are deleted at once."""
    if checks.withdraw(request.user, timezone.now()):
        messages.success(request, "Vos documents et ce que vous aviez saisi sont supprimés.")
    return redirect("enrolment:identity")


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _page(request: AuthenticatedRequest) -> HttpResponse:
    if request.method == "POST":
        return _take_in(request)
    check = standing.latest_check(request.user)
    if check and check.status in {Status.APPROVED, Status.PENDING}:
        return _show_status(request, check)
    if request.user.certified_by == User.Certification.FRANCECONNECT:
        return render(request, "enrolment/identity/not_needed.html", {"come_back": asked_next(request)})
    return _show_form(request, form_for(request.user), check, parts.asked(request))


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _edit(request: AuthenticatedRequest) -> HttpResponse:
    if request.method == "POST":
        return _take_in(request)
    check = standing.latest_check(request.user)
    may = check and (
        check.status == Status.PENDING or (check.status == Status.APPROVED and not standing.is_settled(request.user))
    )
    if not may:
        return redirect("enrolment:identity")
    return _show_form(request, form_for(request.user), check, parts.asked(request))


def _take_in(request: AuthenticatedRequest) -> HttpResponse:
    user, now, part = request.user, timezone.now(), parts.asked(request)
    wait = throttling.take("documents", str(user.pk), now) if request.FILES else throttling.NONE
    files = MultiValueDict() if wait else request.FILES
    form = posted_form(user, request.POST, files, parts.judged_with(part))
    if wait:
        form.add_error(None, f"Trop de fichiers envoyés : réessayez dans {throttling.in_words(wait)}.")
    with sandbox.budget():
        valid = form.is_valid()
    unfinished = part is not None and part is not parts.LAST
    if unfinished or not valid:
        checks.prepare(user, form.kind, form.typed, form.files_taken, now)
        form.hold(checks.documents_held(user, form.kind))
    if not valid:
        return _show_form(request, form, standing.latest_check(user), parts.to_mend(form, part), status=422)
    if part and unfinished:
        return redirect(parts.url(request, parts.following(part)))
    try:
        checks.submit_documents(user, form.details, form.files_taken, now)
    except IdentityError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "Votre pièce d'identité est envoyée à l'ADM79.")
    return redirect(with_next(reverse("enrolment:identity"), asked_next(request)))


def _show_form(
    request: AuthenticatedRequest,
    form: IdentityForm,
    check: IdentityCheck | None,
    part: parts.Part | None,
    status: int = 200,
) -> HttpResponse:
    part = part or parts.PARTS[0]
    form.shown = part.fields
    context = {
        "form": form,
        "check": check,
        "come_back": asked_next(request),
        "message_to_cdc": identity_by_mail_message(request.user),
        "step": part,
        "step_count": f"Étape {parts.PARTS.index(part) + 1} sur {len(parts.PARTS)}",
        "progress": parts.progress(request, part),
        "here": parts.url(request, part),
    }
    return render(request, f"enrolment/identity/{part.name}.html", context, status=status)


def _show_status(request: AuthenticatedRequest, check: IdentityCheck) -> HttpResponse:
    now = timezone.now()
    dossier = standing.waiting_dossier(request.user)
    context = {
        "check": check,
        "usual_days": standing.usual_days(now),
        "dossier": dossier,
        "last_day": last_day_to_send(dossier.session) if dossier else None,
        "come_back": asked_next(request),
        "kept_days": checks.DOCUMENTS_KEPT.days,
        "settled": standing.is_settled(request.user),
    }
    return render(request, "enrolment/identity/status.html", context)
