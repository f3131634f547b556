"""« Mode d'emploi »: the handbook of the desk, one page an act, to read in the admin and to print.

Each page is a template of its name in ``templates/handbook/``: when to do it, the steps, what happens then, what goes
wrong. To add one: a line here, a template; the pages of the act link to it by its name.
"""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from enrolment.dossiers.transitions import TAKING_BACK

ALL = "tout"


@dataclass(frozen=True)
class Page:
    """One act: its name in addresses, its title, whose role it is."""

    name: str
    title: str
    role: str

    @property
    def template(self) -> str:
        """Where its text is."""
        return f"handbook/{self.name}.html"


PAGES = (
    Page("au-telephone", "Une personne au téléphone", "Inscriptions"),
    Page("ouvrir-un-dossier", "Ouvrir un dossier pour quelqu'un", "Inscriptions"),
    Page("repondre", "Répondre à une demande", "Inscriptions"),
    Page("revenir-sur-une-decision", "Revenir sur une décision", "Inscriptions"),
    Page("identite", "Vérifier une identité", "Vérification d'identité"),
    Page("mandat", "Reconnaître un mandat", "Inscriptions"),
    Page("droits", "Noter ou corriger des droits", "Inscriptions"),
    Page("mon-compte-formation", "Ce qui se passe sur Mon Compte Formation", "Inscriptions"),
    Page("edof", "Ce que dit EDOF", "Inscriptions"),
    Page("deplacer-une-session", "Déplacer ou annuler une session", "Inscriptions"),
    Page("jour-de-la-formation", "Les feuilles et les convocations", "Inscriptions"),
    Page("presence", "Noter la présence", "Inscriptions"),
    Page("publier", "Publier une formation", "Catalogue"),
    Page("annee", "Reprendre une année", "Catalogue"),
    Page("chiffres", "Les chiffres pour le conseil d'administration", "Responsable"),
    Page("mail-non-parti", "Un mail n'est pas arrivé", "Inscriptions"),
    Page("numero-pris", "« Mon numéro est déjà pris »", "Inscriptions"),
    Page("telephone-perdu", "Téléphone perdu, arrivée ou départ d'un collègue", "Responsable"),
)
BY_NAME = {page.name: page for page in PAGES}

OF_ACTS = {
    ("enrolment_enrolment", "mcf"): "mon-compte-formation",
    ("enrolment_enrolment", "signed"): "mon-compte-formation",
    ("enrolment_enrolment", "leave-agreement"): "mon-compte-formation",
    ("catalogue_session", "presence"): "presence",
    ("catalogue_session", "convoke"): "jour-de-la-formation",
    ("catalogue_session", "message"): "jour-de-la-formation",
    ("accounts_user", "correct"): "droits",
    ("accounts_user", "read"): "droits",
    ("accounts_user", "prepare"): "ouvrir-un-dossier",
    ("accounts_user", "resend"): "mail-non-parti",
    ("accounts_user", "lost-telephone"): "telephone-perdu",
    **{("enrolment_enrolment", name.value): "revenir-sur-une-decision" for name in TAKING_BACK},
}
"""By model and button, the page of an act; any other of the model has the model's own page."""

OF_MODELS = {
    "accounts_correctionrequest": "identite",
    "accounts_emailchange": "mail-non-parti",
    "accounts_identitycase": "numero-pris",
    "accounts_mandate": "mandat",
    "accounts_mandatedeclaration": "mandat",
    "accounts_user": "au-telephone",
    "catalogue_session": "deplacer-une-session",
    "catalogue_training": "publier",
    "core_outgoingmail": "mail-non-parti",
    "enrolment_assistedenrolment": "ouvrir-un-dossier",
    "enrolment_edofdifference": "edof",
    "enrolment_enrolment": "repondre",
    "enrolment_identitycheck": "identite",
    "enrolment_ledgerentry": "droits",
    "enrolment_rightsreading": "droits",
    "admin_logentry": "telephone-perdu",
}
"""By model (``app_model``), the page that its lists and files lead to."""

OF_ADDRESSES = {
    "answer": "repondre",
    "answers": "repondre",
    "assisted-letter": "ouvrir-un-dossier",
    "find": "au-telephone",
    "identity-account": "numero-pris",
    "identity-examiner": "identite",
    "identity-find-number": "numero-pris",
    "figures": "chiffres",
    "figures-list": "chiffres",
    "catalogue_training_renewal": "annee",
    "catalogue_training_renew": "annee",
}
"""By the name of an address of its own."""


def address_for(request: HttpRequest) -> str:
    """The page of the handbook about what *request* shows; the list of pages when there is none."""
    match = request.resolver_match
    name = match.url_name or "" if match else ""
    model, _, page = name.rpartition("_")
    act = (model, str(match.kwargs.get("name", ""))) if match and page == "act" else ("", "")
    found = OF_ADDRESSES.get(name) or OF_ACTS.get(act) or OF_MODELS.get(model)
    return reverse("admin:handbook-page", args=[found]) if found else reverse("admin:handbook")


def page(request: HttpRequest, shown: dict[str, Any], name: str = "") -> HttpResponse:
    """The list of the pages, one of them, or all to print; *shown* is what every page of the admin shows."""
    if name in {"", ALL}:
        template = "admin/handbook/all.html" if name else "admin/handbook/list.html"
        return TemplateResponse(request, template, {**shown, "title": "Mode d'emploi", "pages": PAGES})
    if name not in BY_NAME:
        raise Http404
    found = BY_NAME[name]
    following = PAGES[PAGES.index(found) + 1 :][:1]
    context = {**shown, "title": found.title, "page": found, "following": following}
    return TemplateResponse(request, "admin/handbook/page.html", context)
