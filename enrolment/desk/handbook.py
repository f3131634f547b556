"""« Mode d'emploi »: the handbook of the desk, one page an act, to read in the admin and to print.

Each page is a template of its name in ``templates/handbook/``: when to do it, the steps, what happens then, what goes
wrong. To add one: a line here, a template; the pages of the act link to it by its name.
"""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

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
