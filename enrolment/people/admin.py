"""The page of a person in the admin: all on one screen, and the acts that mend it, each with its consequences."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.mandates import recognition
from accounts.mandates.recognition import MandateError
from accounts.models import Mandate, User
from accounts.profile.admin import BOUNCED, AccountAdmin
from accounts.requests import AuthenticatedRequest
from core import french, outbox
from core.admin.actions import Button, ConfirmForm
from core.admin.consequences import Consequences
from core.text import clean
from enrolment.assisted import preparing
from enrolment.assisted.admin import write_down
from enrolment.assisted.forms import RequestForm
from enrolment.assisted.preparing import AssistedError
from enrolment.models import LIVE_STATES, AssistedEnrolment, RightsReading
from enrolment.people import page
from enrolment.people.asked import Asked
from enrolment.people.finder import people_of
from enrolment.rights import ledger, readings
from enrolment.rights.ledger import NotEnoughRightsError
from enrolment.rights.readings import ReadingError, position_of
from enrolment.rights.staff_forms import CorrectionForm, ReadingForm

PREPARE = Button(
    "prepare",
    "Préparer un dossier",
    RequestForm,
    "La personne reçoit un lien, par mail ou par lettre : elle se connecte, prouve son identité et envoie elle-même. "
    "Rien ne part sans elle.",
    permission="enrolment.add_assistedenrolment",
)
READ = Button(
    "read", "Noter un montant lu", ReadingForm, permission="enrolment.add_rightsreading", preview=True, sensitive=True
)
CORRECT = Button(
    "correct",
    "Corriger les crédits calculés",
    CorrectionForm,
    permission="enrolment.add_ledgerentry",
    preview=True,
    sensitive=True,
)
RESEND = Button(
    "resend",
    "Renvoyer les mails qui ne sont pas partis",
    what="Ils repartent vers l'adresse notée quand ils ont été demandés. Vérifiez-la d'abord avec la personne.",
    permission="core.change_outgoingmail",
)
OF_MANDATE = "mandate-"
"""Beginning of the name of the button that confirms one mandate; the rest is its number."""
AT_TOP = frozenset({"lost-telephone", PREPARE.name, READ.name, CORRECT.name})
"""The buttons above the page; the others stand in the part that they are about."""


@admin.register(User)
class PersonDesk(AccountAdmin):
    refusals = (NotEnoughRightsError, ReadingError, MandateError, AssistedError)
    search_help_text = "Nom, commune, téléphone, adresse mail : l'ordre, les accents et les espaces ne comptent pas."
    change_form_template = "admin/accounts/user/change_form.html"

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Of an official, what the screen above says already is folded away."""
        found = super().get_fieldsets(request, obj)
        if obj is None or obj.is_staff:
            return found
        folded = {"classes": ["collapse"]}
        return [(name, options if "email" in options["fields"] else {**options, **folded}) for name, options in found]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """As the box of the header finds people."""
        asked = Asked.read(clean(search_term))
        return (queryset & people_of(asked) if search_term.strip() else queryset), False

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        person = self.get_object(request, unquote(object_id)) if request.method == "GET" else None
        shown = self._shown(request, person) if person and not person.is_staff else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def _shown(self, request: AuthenticatedRequest, person: User) -> dict[str, Any]:
        pressable = self.allowed(request, person)
        at_top = [(button, url) for button, url in pressable if button.name in AT_TOP]
        elsewhere = {button.name: url for button, url in pressable}
        claims = {name: url for name, url in elsewhere.items() if name.startswith(OF_MANDATE)}
        found = page.page_of(person, request.user, timezone.now())
        found["claimed"] = [
            (mandate, how, claims.get(f"{OF_MANDATE}{mandate.pk}", "")) for mandate, how in found.get("claimed", ())
        ]
        title = {"title": str(person), "subtitle": None}
        return {**title, "person_page": found, "acting_buttons": at_top, **_in_mails(elsewhere)}

    def buttons(self, obj: User) -> list[Button]:
        if obj.is_staff or not obj.is_active:
            return super().buttons(obj)
        waiting = [*recognition.declared_by(obj), *recognition.proposed_to(obj)]
        failed = page.mails_to(obj).exclude(given_up_at=None).exists()
        return [PREPARE, READ, CORRECT, *map(_confirm, waiting), *([RESEND] if failed else []), *super().buttons(obj)]

    def form_for(self, request: Any, obj: User, button: Button) -> forms.Form:
        posted = request.POST if request.method == "POST" else None
        if button == CORRECT:
            return CorrectionForm(posted, user=obj)
        if button == READ:
            return ReadingForm(posted, initial={"read_on": timezone.localdate()})
        return super().form_for(request, obj, button)

    def version(self, obj: User) -> str:
        """The balance counts too: it is what the consequences were said of."""
        return f"{super().version(obj)}-{obj.rights_balance}"

    def consequences(self, request: Any, obj: User, button: Button, form: forms.Form) -> Consequences | None:
        if button == CORRECT and form.is_bound:
            return _before_and_after(obj, form.cleaned_data["amount"])
        if button == READ and form.is_bound:
            return _once_read(obj, form.cleaned_data["amount"], form.cleaned_data["read_on"], request.user)
        return None

    def after(self, request: Any, obj: User, button: Button) -> str:
        """What was prepared asks for its link next."""
        if button != PREPARE:
            return super().after(request, obj, button)
        prepared = AssistedEnrolment.objects.filter(for_user=obj, opened_by=request.user).latest("opened_at")
        return reverse("admin:enrolment_assistedenrolment_change", args=[prepared.pk])

    def carry_out(self, request: AuthenticatedRequest, obj: User, button: Button, form: forms.Form) -> str:
        given, now = form.cleaned_data, timezone.now()
        if button == CORRECT:
            ledger.correct(obj, given["amount"], given["reason"], request.user, now)
            after = french.euros(ledger.credited_rights(obj))
            return f"{french.euros(given['amount'])}, motif : {given['reason']} Crédits calculés : {after}."
        if button == READ:
            noted = readings.note(obj, given["amount"], given["read_on"], request.user, now, by_staff=True)
            return f"{french.euros(noted.amount)} lus le {french.day(noted.read_on, weekday=False)}."
        if button == PREPARE and isinstance(form, RequestForm):
            prepared = preparing.prepare(given["session"], form.request, {}, "", request.user, now, for_user=obj)
            write_down(request.user, prepared)
            return "C'est préparé. Donnez maintenant le lien à la personne."
        if button == RESEND:
            sent = sum(outbox.revive(mail) for mail in page.mails_to(obj).exclude(given_up_at=None))
            return f"{french.plural(sent, 'mail')} remis à l'envoi."
        if button.name.startswith(OF_MANDATE):
            mandate = Mandate.objects.get(pk=int(button.name.removeprefix(OF_MANDATE)))
            recognition.attach(mandate, obj)
            return f"Mandat confirmé : {mandate}."
        return super().carry_out(request, obj, button, form)


def _in_mails(pressable: dict[str, str]) -> dict[str, str]:
    """The addresses of the buttons that stand beside the mails; empty for one that cannot be pressed."""
    return {"resend_url": pressable.get(RESEND.name, ""), "bounced_url": pressable.get(BOUNCED.name, "")}


def _confirm(mandate: Mandate) -> Button:
    what = f"{mandate} devient le mandat de cette personne, qui le lit sur « Mes droits » ; les crédits suivent."
    return Button(
        f"{OF_MANDATE}{mandate.pk}", f"Confirmer : {mandate}", ConfirmForm, what, permission="accounts.change_mandate"
    )


def _before_and_after(person: User, amount: Decimal) -> Consequences:
    before, after = person.rights_balance, person.rights_balance + amount
    facts = (
        f"Crédits calculés avant : {french.euros(before)}.",
        f"Crédits calculés après : {french.euros(after)}.",
        "Ce n'est pas un solde : la personne lit toujours ses droits sur Mon Compte Formation.",
    )
    return Consequences(facts=facts)


def _once_read(person: User, amount: Decimal, on: date, by: User) -> Consequences:
    """What would be known once it is noted: written for a look, and taken back."""
    today, now = timezone.localdate(), timezone.now()
    before = page.known(position_of(person, today))
    with transaction.atomic():
        RightsReading.objects.create(user=person, amount=amount, read_on=on, at=now, by=by, by_staff=True)
        after = page.known(position_of(person, today))
        transaction.set_rollback(True)
    live = person.enrolments.filter(state__in=LIVE_STATES).count()
    told = (f"{french.plural(live, 'dossier')} en cours : montants recalculés, et acceptés de nouveau s'ils changent.",)
    return Consequences(facts=(f"Avant : {before}", f"Après : {after}", *(told if live else ())))
