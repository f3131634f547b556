"""The help, from one source: a topic is a template of `templates/help/`, on a page, beside a step, after a refusal.

A topic begins with its title, `<h3 id="…">`, whose anchor is the topic's name with dashes. To add one: write the
template, name it in a chapter. What every topic may use: whom to reach, the rules in force, whether FranceConnect is
there. The words explained in place are those of `config/glossary.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape
from types import MappingProxyType

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from accounts.franceconnect.availability import enabled
from catalogue.sessions.deadline import WORKING
from catalogue.sessions.in_force import delay_in_words
from catalogue.trainings.deep_links import MCF_LOGIN_URL
from config.context_processors import reach
from core.text import normalise
from enrolment.models import Milestone

type Facts = tuple[tuple[str, str | bool], ...]


@dataclass(frozen=True)
class Topic:
    """One thing explained: its *anchor* on the page, its *title*, its HTML with and without it, its words to search."""

    anchor: str
    title: str
    html: SafeString
    body: SafeString
    words: str


@dataclass(frozen=True)
class Chapter:
    """Some topics under a heading; *folded*: a list of titles to open."""

    anchor: str
    title: str
    names: tuple[str, ...]
    folded: bool = False

    @property
    def topics(self) -> list[Topic]:
        """Its topics, without those that do not apply here (FranceConnect where there is none)."""
        return [told for name in self.names if (told := topic(name))]


GUIDE = (
    Chapter("dif-elus", "Découvrir le DIF élus", ("le_dif_elus",)),
    Chapter(
        "connexion",
        "1. Se connecter ou créer son compte",
        (
            "avec_franceconnect",
            "franceconnect",
            "sans_franceconnect",
            "vitale",
            "mot_de_passe",
            "creer_un_compte",
            "nom",
            "contact",
            "adresse",
        ),
    ),
    Chapter("droits", "2. Comprendre ses droits", ("mes_droits",)),
    Chapter("trouver", "3. Trouver une formation", ("fiche", "chercher")),
    Chapter(
        "inscription",
        "4. S'inscrire à temps",
        ("delai", "s_inscrire", "de_nouveau", "informations", "financement", "envoi", "verification", "photos"),
    ),
)
"""`/aide/`, in order."""


SCREEN_BY_SCREEN = (
    Chapter(
        "ecrans",
        "Les écrans, dans l'ordre",
        (
            "mcf_connexion",
            "mcf_creation",
            "mcf_droits",
            "mcf_recherche",
            "mcf_formation",
            "mcf_identite",
            "mcf_demande",
            "mcf_proposition",
            "mcf_valide",
        ),
    ),
)
TROUBLES = (
    Chapter(
        "erreurs-compte",
        "Se connecter, ouvrir son compte",
        (
            "nom_de_naissance",
            "ne_vont_pas_ensemble",
            "numero_refuse",
            "mot_de_passe_refuse",
            "trop_d_essais",
            "lien_expire",
            "mail",
            "deja_un_compte",
            "numero_pris",
            "compte_ferme",
            "partage",
            "piece_refusee",
        ),
        folded=True,
    ),
    Chapter(
        "erreurs-franceconnect",
        "Avec FranceConnect",
        (
            "franceconnect_interrompu",
            "franceconnect_recommencer",
            "franceconnect_en_panne",
            "autre_personne",
            "nom_different",
        ),
        folded=True,
    ),
    Chapter(
        "erreurs-inscription",
        "S'inscrire, se faire payer",
        (
            "pas_trouvee",
            "trop_tard",
            "session_complete",
            "session_annulee",
            "formation_retiree",
            "mandat_inconnu",
            "mandat_termine",
            "compte_elu",
            "financement_change",
            "dossier_change",
            "et_ensuite",
        ),
        folded=True,
    ),
    Chapter(
        "erreurs-site",
        "Le site et l'ordinateur",
        (
            "deconnecte",
            "formulaire_perime",
            "saisie_perdue",
            "page_introuvable",
            "acces_refuse",
            "pas_directement",
            "demande_incomprise",
            "site_en_panne",
        ),
        folded=True,
    ),
)


@dataclass(frozen=True)
class Part:
    """A page of help beside `/aide/`, which lists its topics under *anchor* and *heading*, after the word *aside*.

    *name* is that of its address; *title* and *lead* open it, *description* tells search engines about it, *words* are
    those of the glossary that it uses.
    """

    name: str
    anchor: str
    heading: str
    aside: str
    title: str
    lead: str
    description: str
    words: tuple[str, ...]
    chapters: tuple[Chapter, ...]


PARTS = MappingProxyType(
    {
        "mcf": Part(
            "help-mcf",
            "mon-compte-formation",
            "5. Se faire payer par le DIF élus : Mon Compte Formation, écran par écran",
            "Chaque écran est dessiné : son nom, son bouton, et quoi faire si vous ne voyez rien.",
            "Mon Compte Formation, écran par écran",
            "Le paiement par le DIF élus se demande sur Mon Compte Formation, un site de l'État. Ces dessins sont de "
            "l'ADM79 : ils montrent où regarder. L'écran de l'État peut différer un peu.",
            "Les écrans de Mon Compte Formation dessinés un par un pour les élues et élus : quel bouton presser, et "
            "quoi faire si vous ne voyez rien.",
            (
                "dif",
                "mcf",
                "cpf",
                "franceconnect",
                "franceconnect-plus",
                "caisse-des-depots",
                "organisme",
                "proposition",
            ),
            SCREEN_BY_SCREEN,
        ),
        "messages": Part(
            "help-messages",
            "erreurs",
            "Quand quelque chose ne va pas",
            "Retrouvez le message que vous avez lu, ou cherchez un de ses mots ci-dessus.",
            "Aide : quand quelque chose ne va pas",
            "Retrouvez le message que vous avez lu, et appuyez dessus. Dans presque tous les cas, rien de ce que vous "
            "aviez saisi n'est perdu.",
            "Le site affiche un message, refuse un numéro, un mot de passe, une photo ? Ce qui s'est passé, ce qu'il "
            "faut faire, qui appeler.",
            ("dif", "mcf", "franceconnect", "franceconnect-plus", "caisse-des-depots", "organisme", "rne"),
            TROUBLES,
        ),
    }
)
"""By the word that their addresses are made with; their topics keep their anchors on `/aide/`, where they lead on."""
CHAPTERS = (*GUIDE, *(chapter for part in PARTS.values() for chapter in part.chapters))
"""All the help. Mails and paper hold anchors of `/aide/`: each stays there for ever, told or leading on."""
PAGES = MappingProxyType(
    dict.fromkeys((name for chapter in GUIDE for name in chapter.names), "help")
    | {name: part.name for part in PARTS.values() for chapter in part.chapters for name in chapter.names}
)
"""By topic, the name of the address where it is told."""

BY_FIELD = MappingProxyType(
    {
        "nir": "numero_refuse",
        "birth_name": "nom",
        "usual_name": "nom",
        "password": "mot_de_passe_refuse",
        "new_password": "mot_de_passe_refuse",
        "postal_code": "adresse",
        "city": "adresse",
        "city_name": "adresse",
        "street_name": "adresse",
        "mobile": "contact",
        "landline": "contact",
        "email": "contact",
        "front": "piece_refusee",
        "back": "piece_refusee",
        "mandate": "mandat_inconnu",
        "terms": "creer_un_compte",
    }
)
"""The topic that helps with a mistake in a field, by the field's name."""

SCREENS = MappingProxyType(
    {
        Milestone.ACCOUNT: ("mcf_connexion", "mcf_creation"),
        Milestone.RIGHTS_SEEN: ("mcf_connexion", "mcf_droits"),
        Milestone.IDENTITY: ("mcf_identite",),
        Milestone.REQUESTED: ("mcf_recherche", "mcf_formation", "mcf_demande"),
        Milestone.PROPOSED: ("mcf_demande", "mcf_proposition"),
        Milestone.VALIDATED: ("mcf_proposition", "mcf_valide"),
        Milestone.PAID: ("mcf_valide",),
    }
)
"""By milestone of Mon Compte Formation, the screens that one needs there."""

LONGEST_QUERY = 100
"""Characters of a search in the help."""

TITLE = re.compile(r'<h3 id="([a-z0-9-]+)">(.*?)</h3>(.*)', re.DOTALL)


def topic(name: str) -> Topic | None:
    """The topic *name* as it stands today; None where it does not apply. Raises ``TemplateDoesNotExist``."""
    facts = facts_in_force()
    return _draw(name, facts) if settings.DEBUG else _topic(name, facts)


def address(name: str) -> str:
    """Where the topic *name* is told: « /aide/messages/#trop-tard »."""
    return f"{reverse(PAGES[name])}#{name.replace('_', '-')}"


def rules_in_words() -> dict[str, str | bool]:
    """The rules that settings may change, as the pages say them."""
    return {
        "deadline": delay_in_words(),
        "deadline_in_working_days": settings.ENROLMENT_DEADLINE_UNIT == WORKING,
        "mcf_login_url": MCF_LOGIN_URL,
    }


def facts_in_force() -> Facts:
    """All that a topic may say of this site, comparable."""
    facts = {**reach(), **rules_in_words(), "cdc_email": settings.CDC_EMAIL, "franceconnect_enabled": enabled()}
    return tuple(facts.items())


def found(query: str) -> list[Chapter]:
    """The chapters, of every page, with the topics that hold every word of *query*."""
    wanted = normalise(query).split()
    kept = [replace(each, names=tuple(_holding(each, wanted)), folded=False) for each in CHAPTERS]
    return [chapter for chapter in kept if chapter.names]


def _holding(chapter: Chapter, wanted: list[str]) -> Iterator[str]:
    for name in chapter.names:
        told = topic(name)
        if told and all(word in told.words for word in wanted):
            yield name


@lru_cache(maxsize=500)
def _topic(name: str, facts: Facts) -> Topic | None:
    return _draw(name, facts)


def _draw(name: str, facts: Facts) -> Topic | None:
    html = render_to_string(f"help/{name}.html", dict(facts))
    match = TITLE.search(html)
    if match is None or not match[3].strip():
        return None
    whole, body = SafeString(html.strip()), SafeString(match[3].strip())
    return Topic(match[1], unescape(match[2]), whole, body, normalise(unescape(strip_tags(html))))
