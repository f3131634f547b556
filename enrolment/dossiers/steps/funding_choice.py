"""« Qui paie la formation ? »: the funding, chosen before the sums; Mon Compte Formation concerns only the DIF."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import capfirst

from catalogue.sessions import in_force
from catalogue.sessions.clocks import Stretch
from core.forms.base import BaseForm
from core.journeys.step import Row
from enrolment.dossiers.path import DossierStep
from enrolment.models import WITH_DIF, Funding

RISK = {
    Stretch.RISKY: "J'ai compris que le délai de Mon Compte Formation est court : le DIF élus ne paiera peut-être pas.",
    Stretch.LATE: "J'ai compris que cette session ne devrait plus être payée par le DIF élus.",
}
"""What is ticked to choose the DIF once its prudent day is past."""
WORDS = {
    Funding.DIF: "Vos droits individuels d'élu paient la formation, par Mon Compte Formation. Vous y créez vous-même "
    "votre demande, puis vous validez la proposition de l'organisme.",
    Funding.PUBLIC: "La collectivité paie directement l'organisme de formation, sur son budget de formation des élus. "
    "Il faut son accord signé ; rien ne se fait sur Mon Compte Formation.",
    Funding.BOTH: "Le DIF élus paie ce qu'il peut, la collectivité paie le reste. Il faut votre demande sur Mon Compte "
    "Formation et l'accord signé de la collectivité.",
    Funding.SELF: "Vous payez l'organisme de formation. Il n'y a rien d'autre à faire, ni sur Mon Compte Formation "
    "ni à la mairie.",
}
"""What each funding is and asks, in two sentences, under its name."""
CHOICES = [
    (value, format_html("<span><b>{}</b> <small>{}</small></span>", capfirst(label), WORDS[Funding(value)]))
    for value, label in Funding.choices
]


class FundingChoiceForm(BaseForm):
    """One funding; the DIF of a late session with its tick, and none of an ended mandate."""

    funding = forms.ChoiceField(label="Qui paie la formation ?", choices=CHOICES, widget=forms.RadioSelect)
    accepts_mcf_risk = forms.BooleanField(required=False)
    required_messages = {"funding": "Choisissez qui paie la formation."}

    def __init__(self, *args: Any, stretch: Stretch, dif_usable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stretch = stretch
        if not dif_usable:
            left = [(value, label) for value, label in CHOICES if value not in WITH_DIF]
            self.fields["funding"].choices = left  # type: ignore[attr-defined]
        if stretch == Stretch.FINE or not dif_usable:
            del self.fields["accepts_mcf_risk"]
        else:
            tick = self.fields["accepts_mcf_risk"]
            tick.label = RISK[stretch]
            tick.help_text = "À cocher seulement si vous choisissez le DIF élus."
            tick.one_of = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The tick goes with the DIF, and only with it."""
        cleaned = super().clean() or self.cleaned_data
        with_dif = cleaned.get("funding") in WITH_DIF
        if with_dif and "accepts_mcf_risk" in self.fields and not cleaned.get("accepts_mcf_risk"):
            self.add_error("accepts_mcf_risk", "Cochez cette case, ou choisissez un autre financement.")
        cleaned["accepts_mcf_risk"] = with_dif and bool(cleaned.get("accepts_mcf_risk"))
        return cleaned


class FundingChoiceStep(DossierStep):
    """The third step."""

    name = "choix-du-financement"
    title = "Qui paie la formation"
    task = "Choisir qui paie la formation"
    form_class = FundingChoiceForm
    template = "enrolment/steps/funding_choice.html"

    def form_kwargs(self) -> dict[str, Any]:
        session, today = self.journey.enrolment.session, self.journey.today
        usable = self.journey.position.dif_usable
        first = Funding.DIF if usable else Funding.PUBLIC
        stretch = in_force.clocks_of(session).stretch(today)
        return {"stretch": stretch, "dif_usable": usable, "initial": {"funding": first}}

    def context(self) -> dict[str, Any]:
        return {"position": self.journey.position, "fitting": self.journey.fitting_sessions()}

    def stands(self) -> bool:
        """What has changed since is refused by the workflow, in words of their own (``dif_may_pay``, the clock)."""
        return True

    def is_complete(self) -> bool:
        """Chosen, and still to be had today: a page shows what has changed since; a POST is told so in full."""
        return super().is_complete() and (self.journey.request.method != "GET" or self.bound.is_valid())

    def values(self) -> dict[str, Any]:
        """The choice as it was made; the workflow judges it again."""
        chosen = self.raw.get("funding", [""])[0]
        known = chosen if chosen in Funding.values else Funding.DIF.value
        return {"funding": known, "accepts_mcf_risk": known in WITH_DIF and bool(self.raw.get("accepts_mcf_risk"))}

    def rows(self) -> list[Row]:
        """Who pays, on the check page."""
        return [self.row("Qui paie", capfirst(Funding(self.values()["funding"]).label))]
