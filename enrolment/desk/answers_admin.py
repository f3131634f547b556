"""« Répondre aux demandes »: one request after the other, answered on one screen."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.requests import AuthenticatedRequest
from core.admin.actions import OWN, Button
from enrolment.desk import answers
from enrolment.dossiers.admin import EnrolmentAdmin
from enrolment.dossiers.decisions import ANSWERS
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.vocabulary import TransitionName
from enrolment.models import Enrolment, State

STREAM = "suite"
"""Posted by the queue: the answer goes back to it, and opens the next request."""


@admin.register(Enrolment)
class EnrolmentDesk(EnrolmentAdmin):
    """The admin of dossiers, with the queue."""

    answer_template = "desk/answer.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("repondre/", view(self.answers), name="answers"),
            path("repondre/<uuid:enrolment_id>/", view(self.answer), name="answer"),
            path("<uuid:enrolment_id>/annuler-envoi/", view(self.recall), name="answer-recall"),
            *super().get_urls(),
        ]

    def answers(self, request: HttpRequest) -> HttpResponse:
        """The first request of the queue; posted, the answer to all that are ticked."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._answer_many(request)
        first = answers.queue().first()
        if first:
            return HttpResponseRedirect(reverse("admin:answer", args=[first.pk]))
        return TemplateResponse(request, self.answer_template, self._around(request))

    def _answer_many(self, request: HttpRequest) -> HttpResponse:
        name = request.POST.get("action", "")
        chosen = Enrolment.objects.filter(pk__in=_keys(request)).select_related("user", "session").order_by("sent_at")
        if name not in ANSWERS or not chosen:
            messages.warning(request, "Cochez au moins une demande.")
            return HttpResponseRedirect(reverse("admin:answers"))
        return self.act_on_many(request, chosen, name) or HttpResponseRedirect(reverse("admin:answers"))

    def answer(self, request: HttpRequest, enrolment_id: uuid.UUID) -> HttpResponse:
        """One request with all that an answer needs; answered already, who did it and what."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, get_object_or_404(self.get_queryset(request), pk=enrolment_id))

    def recall(self, request: AuthenticatedRequest, enrolment_id: uuid.UUID) -> HttpResponse:
        """« Annuler l'envoi »."""
        enrolment = get_object_or_404(Enrolment, pk=enrolment_id)
        if not self.has_change_permission(request, enrolment):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:answer", args=[enrolment.pk]))
        try:
            with transaction.atomic():
                answers.recall(enrolment, request.user, timezone.now())
                self.log_change(request, enrolment, "Envoi annulé, réponse reprise.")
        except RefusedError as error:
            messages.warning(request, f"{error} Rien n'est annulé.")
        else:
            messages.success(request, "Envoi annulé : aucun mail ne part, et la demande attend de nouveau sa réponse.")
        return HttpResponseRedirect(reverse("admin:answer", args=[enrolment.pk]))

    # What the buttons do otherwise when they are pressed in the queue ----------------------------------

    def after(self, request: Any, obj: Any, button: Button) -> str:
        if STREAM not in request.POST:
            return super().after(request, obj, button)
        following = answers.next_after(obj)
        return reverse("admin:answer", args=[following.pk]) if following else reverse("admin:answers")

    def ask(self, request: HttpRequest, obj: Any, button: Button, form: forms.Form, **more: Any) -> HttpResponse:
        if STREAM not in request.POST:
            return super().ask(request, obj, button, form, **more)
        obj.refresh_from_db()
        return self._page(request, obj, {button.name: form}, **more)

    def _gone(self, request: HttpRequest, obj: Any, name: str) -> HttpResponse:
        if STREAM not in request.POST:
            return super()._gone(request, obj, name)
        typed = [str(value) for key, value in request.POST.items() if key not in OWN | {STREAM, "phrase"} and value]
        return self._page(request, obj, status=409, gone=True, typed=typed)

    # The page ---------------------------------------------------------------------------------------

    def _page(
        self, request: HttpRequest, obj: Enrolment, bound: dict[str, forms.Form] | None = None, **more: Any
    ) -> HttpResponse:
        status = more.pop("status", 200)
        obj = (
            self.get_queryset(request)
            .select_related("user", "session__training__body", "session__place__commune")
            .get(pk=obj.pk)
        )
        today = timezone.localdate()
        context = self._around(request, obj) | answers.page_of(obj, today) | more
        context |= {"original": obj, "since": answers.waiting_since(obj, today), "version": self.version(obj)}
        context["acts"] = [self._act_of(request, obj, button, bound or {}) for button in self._answers_of(request, obj)]
        if obj.state != State.SENT or more.get("refused") or more.get("changed"):
            context["meanwhile"] = self.meanwhile(obj)
        return TemplateResponse(request, self.answer_template, context, status=status)

    def _answers_of(self, request: HttpRequest, obj: Enrolment) -> list[Button]:
        if obj.state != State.SENT:
            return []
        return [each for each in self.buttons(obj) if each.name in ANSWERS and self.may(request, each, obj)]

    def _act_of(
        self, request: HttpRequest, obj: Enrolment, button: Button, bound: dict[str, forms.Form]
    ) -> dict[str, Any]:
        form = bound.get(button.name) or button.form_class()
        found = self.consequences(
            request, obj, button, form if form.is_bound and form.is_valid() else button.form_class()
        )
        seen = found.digest if found else ""
        main = button.name == TransitionName.ACCEPT
        return {
            "button": button,
            "form": form,
            "url": self.url("act", obj, button.name),
            "seen": seen,
            "main": main,
        } | {"consequences": found}

    def _around(self, request: HttpRequest, current: Enrolment | None = None) -> dict[str, Any]:
        """What stands around the request: the queue, and the answers that can still be taken back."""
        rows = list(answers.queue().select_related("user", "session__training")[: answers.SHOWN])
        following = answers.next_after(current) if current else None
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Répondre aux demandes",
            "queue": rows,
            "queue_count": answers.queue().count(),
            "held": answers.held_by(request.user, timezone.now()) if request.user.is_authenticated else [],
            "following": following,
            "stream": STREAM,
            "many": self.bulk_buttons() if self.has_change_permission(request) else [],
        }


def _keys(request: HttpRequest) -> list[uuid.UUID]:
    """The dossiers ticked; what is no key is left out."""
    found = []
    for value in request.POST.getlist("_selected_action"):
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found
