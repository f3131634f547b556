"""Texts that staff write: a draft, its preview, its publication; what is published is only read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe

from core import french
from core.admin.actions import Button, ButtonsAdmin
from core.admin.consequences import Consequences, MailPreview
from core.models import Announcement, MailPhrase, OutgoingMail
from core.models.words import Published
from core.outbox import compose
from core.words import phrases
from core.words.phrases import Phrase

PUBLISH, AGAIN, WITHDRAW = "publish", "again", "withdraw"
TEMPLATE = "admin/words/act.html"


class WordsAdmin(ButtonsAdmin):
    """What the three kinds of texts have in common."""

    actions: Any = None
    copied: tuple[str, ...] = ()
    """The fields that a new version begins with."""

    def preview(self, obj: Any) -> dict[str, Any]:
        """What the page shows before it is published, for ``admin/words/act.html``."""
        return {}

    def facts(self, obj: Any) -> tuple[str, ...]:
        """What publishing it would change."""
        return ()

    def mails(self, obj: Any) -> tuple[MailPreview, ...]:
        """The mails it would change, as they would leave."""
        return ()

    def publish(self, obj: Any) -> None:
        """Set what publishing sets."""
        obj.published_at = timezone.now()
        obj.save()

    def buttons(self, obj: Any) -> list[Button]:
        permission = f"{self.opts.app_label}.change_{self.opts.model_name}"
        if obj.is_draft:
            return [Button(PUBLISH, "Publier", permission=permission, template=TEMPLATE)]
        return [Button(AGAIN, "En faire une nouvelle version", permission=permission, template=TEMPLATE)]

    def consequences(self, request: Any, obj: Any, button: Button, form: forms.Form) -> Consequences | None:
        if button.name != PUBLISH:
            return None
        return Consequences(("Une fois publié, ce texte ne change plus.", *self.facts(obj)), mails=self.mails(obj))

    def ask(self, request: HttpRequest, obj: Any, button: Button, form: forms.Form, **more: Any) -> HttpResponse:
        return super().ask(request, obj, button, form, shown=self.preview(obj), **more)

    def carry_out(self, request: Any, obj: Any, button: Button, form: forms.Form) -> str:
        if button.name == PUBLISH:
            self.publish(obj)
            return "Publié."
        draft = self.model(**{name: getattr(obj, name) for name in self.copied})
        draft.save()
        return f"Nouvelle version à écrire : n° {draft.pk}."

    def after(self, request: Any, obj: Any, button: Button) -> str:
        return self.url("changelist") if button.name == AGAIN else super().after(request, obj, button)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Written: look at it as it will be read, then publish it or not."""
        return HttpResponseRedirect(self.url("act", obj, PUBLISH))

    response_post_save_change = response_post_save_add

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)

    @admin.display(description="état", ordering="published_at")
    def state(self, obj: Published) -> str:
        at = obj.published_at
        return f"publié le {french.day(timezone.localdate(at), weekday=False)}" if at else "brouillon"


@admin.register(Announcement)
class AnnouncementAdmin(WordsAdmin):
    list_display = ("__str__", "where", "starts_on", "ends_on", "state", "withdrawn_at")
    fields = ("text", "where", "starts_on", "ends_on")
    copied = ("text", "where", "starts_on", "ends_on")

    def buttons(self, obj: Announcement) -> list[Button]:
        found = super().buttons(obj)
        if obj.is_draft or obj.withdrawn_at or obj.ends_on < timezone.localdate():
            return found
        what = "L'annonce ne se voit plus, dès maintenant."
        return [
            Button(WITHDRAW, "Retirer", what=what, permission="core.change_announcement", template=TEMPLATE),
            *found,
        ]

    def preview(self, obj: Announcement) -> dict[str, Any]:
        return {"changes": "", "html": mark_safe(linebreaks(obj.text, autoescape=True))}  # noqa: S308  escaped here

    def facts(self, obj: Announcement) -> tuple[str, ...]:
        where = obj.get_where_display()
        return (f"Elle se voit {where}, {french.span(obj.starts_on, obj.ends_on)} ; chacun peut la masquer.",)

    def carry_out(self, request: Any, obj: Announcement, button: Button, form: forms.Form) -> str:
        if button.name != WITHDRAW:
            return super().carry_out(request, obj, button, form)
        obj.withdrawn_at = timezone.now()
        obj.save(update_fields=["withdrawn_at"])
        return "Annonce retirée."


class MailPhraseForm(forms.ModelForm):
    """The mail is chosen by its subject."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            choices = [("", "—"), *phrases.kinds().items()]
            self.fields["kind"] = forms.ChoiceField(label="Mail", choices=choices)


@admin.register(MailPhrase)
class MailPhraseAdmin(WordsAdmin):
    form = MailPhraseForm
    list_display = ("subject", "state", "counts")
    fields = ("kind", "opening", "closing")
    copied = ("kind", "opening", "closing")

    @admin.display(description="mail")
    def subject(self, obj: MailPhrase) -> str:
        return phrases.kinds().get(obj.kind, obj.kind)

    def get_fields(self, request: HttpRequest, obj: MailPhrase | None = None) -> Any:
        """The mail is said by its subject, where it is only read too."""
        return self.fields if obj is None or obj.is_draft else ("subject", *self.fields[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "subject")

    def about(self, obj: MailPhrase) -> str:
        return f"« {self.subject(obj)} »"

    @admin.display(description="en vigueur", boolean=True)
    def counts(self, obj: MailPhrase) -> bool:
        return not obj.is_draft and self._last(obj.kind) == obj

    def facts(self, obj: MailPhrase) -> tuple[str, ...]:
        last = self._last(obj.kind)
        if not obj.opening.strip() and not obj.closing.strip():
            return ("Rien n'est ajouté à ce mail.",)
        return ("Elle remplace la précédente dans les mails qui partent ensuite.",) if last else ()

    def mails(self, obj: MailPhrase) -> tuple[MailPreview, ...]:
        """The mail as an example of it would leave."""
        mail = OutgoingMail(template=obj.kind, recipient="apercu@exemple.invalid")
        mail.context = phrases.example()
        message = compose(mail, Phrase(obj.opening.strip(), obj.closing.strip()))
        return (MailPreview("une personne inventée", str(message.subject), str(message.body).strip()),)

    @staticmethod
    def _last(kind: str) -> MailPhrase | None:
        rows: QuerySet[MailPhrase] = MailPhrase.objects.filter(kind=kind).exclude(published_at=None)
        return rows.order_by("-published_at", "-pk").first()
