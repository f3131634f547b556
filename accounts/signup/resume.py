"""Taking up a half-made account again, on a computer that several people may share."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from accounts.signup.journey import SignupJourney
from accounts.signup.steps import STEPS
from core import text, throttling
from core.forms.base import BaseForm
from core.forms.fields import text_field
from core.journeys import browser
from core.journeys.limits import kept_until
from core.models import Draft


class ResumeForm(BaseForm):
    """Whose half-made account it is, on a computer that several people may share."""

    birth_name = text_field(
        "Nom de naissance",
        "Saisissez le nom de naissance que vous aviez indiqué",
        max_length=100,
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )


def recognise(request: HttpRequest, form: ResumeForm, drafts: list[Draft]) -> Draft | None:
    """The draft in which the birth name typed was typed before; throttled against who tries names."""
    key = browser.owner(request)
    wait = throttling.take("draft", key, timezone.now())
    if wait:
        form.add_error("birth_name", f"Trop d'essais : réessayez dans {throttling.in_words(wait)}, ou recommencez")
        return None
    for draft in drafts:
        typed = draft.answers.get(STEPS[0].name, {}).get("raw", {}).get("birth_name", [""])[0]
        if text.same_name(typed, form.cleaned_data["birth_name"]):
            throttling.clear("draft", key)
            return draft
    form.add_error("birth_name", "Ce nom n'est pas celui qui avait été saisi : vérifiez-le, ou recommencez")
    return None


def take_up(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Go on where the draft was left, towards the page asked for now if there is one."""
    journey = SignupJourney(request, draft.pk)
    draft.keep(extra=draft.extra | journey.extra_values())
    draft.changed_at = timezone.now()
    draft.expires_at = kept_until(draft, journey.expiry(draft.changed_at), draft.changed_at)
    draft.save(update_fields=["content", "changed_at", "expires_at"])
    return HttpResponseRedirect((journey.first_incomplete() or journey.steps[-1]).url)
