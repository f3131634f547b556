"""The help, from one source: a topic is a template of `templates/help/`, on `/aide/`, beside a step, after a refusal.

A topic begins with its title, `<h3 id="…">`, whose anchor is the topic's name with dashes. To add one: write the
template, name it in a chapter. What every topic may use: whom to reach, the rules in force, whether FranceConnect is
there. The words explained in place (``WORDS``) are the glossary at the end of the page.
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
    """Some topics under a heading; *aside* says a word about all of them; *folded*: a list of titles to open."""

    anchor: str
    title: str
    names: tuple[str, ...]
    aside: str = ""
    folded: bool = False

    @property
    def topics(self) -> list[Topic]:
        """Its topics, without those that do not apply here (FranceConnect where there is none)."""
        return [told for name in self.names if (told := topic(name))]


CHAPTERS = (
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
    Chapter(
        "mon-compte-formation",
        "5. Se faire payer par le DIF élus : Mon Compte Formation, écran par écran",
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
        "Ces dessins sont de l'ADM79 : ils montrent où regarder. L'écran de l'État peut différer un peu.",
        folded=True,
    ),
    Chapter(
        "erreurs",
        "Quand quelque chose ne va pas",
        (
            "nom_de_naissance",
            "ne_vont_pas_ensemble",
            "numero_refuse",
            "mot_de_passe_refuse",
            "trop_d_essais",
            "lien_expire",
            "deconnecte",
            "formulaire_perime",
            "saisie_perdue",
            "deja_un_compte",
            "numero_pris",
            "compte_ferme",
            "franceconnect_interrompu",
            "franceconnect_recommencer",
            "franceconnect_en_panne",
            "autre_personne",
            "nom_different",
            "trop_tard",
            "session_complete",
            "session_annulee",
            "formation_retiree",
            "financement_change",
            "mandat_termine",
            "mandat_inconnu",
            "dossier_change",
            "piece_refusee",
            "compte_elu",
            "pas_trouvee",
            "et_ensuite",
            "mail",
            "partage",
            "page_introuvable",
            "acces_refuse",
            "pas_directement",
            "demande_incomprise",
            "site_en_panne",
        ),
        "Retrouvez le message que vous avez lu, ou cherchez un de ses mots ci-dessus.",
        folded=True,
    ),
)
"""`/aide/`, in order. The anchors stand in mails and on paper: stable for ever."""


@dataclass(frozen=True)
class Word:
    """A word of the field and what it means, in one or two sentences."""

    word: str
    meaning: str


WORDS = MappingProxyType(
    {
        "dif": Word(
            "DIF élus (ou DIFE)",
            "Droit individuel à la formation des élus : une somme en euros, créditée chaque année, pour se former à "
            "son mandat.",
        ),
        "compte-elu": Word(
            "Mon Compte Élu",
            "Le côté « élu » de Mon Compte Formation, le site de l'État où l'on voit son DIF élus.",
        ),
        "mcf": Word(
            "Mon Compte Formation",
            "Le site de l'État où se demande le paiement par le DIF élus. Il n'est pas tenu par l'ADM79.",
        ),
        "cpf": Word("CPF", "Compte personnel de formation, lié au travail. À ne pas confondre avec le DIF élus."),
        "caisse-des-depots": Word(
            "Caisse des dépôts", "L'établissement public qui tient ces droits et paie les formations."
        ),
        "nir": Word(
            "Numéro de sécurité sociale (NIR)",
            "Les 13 caractères de votre carte Vitale ; la clé, ce sont les 2 chiffres qui suivent.",
        ),
        "nom-de-naissance": Word("Nom de naissance", "Le nom que vous portiez à la naissance, avant tout mariage."),
        "nom-d-usage": Word(
            "Nom d'usage",
            "Le nom que vous portez si ce n'est pas votre nom de naissance : celui de votre époux, par exemple.",
        ),
        "franceconnect-plus": Word(
            "FranceConnect+",
            "Une preuve d'identité plus forte que FranceConnect, avec L'Identité Numérique La Poste ou France "
            "Identité. Mon Compte Formation la demande pour créer une demande.",
        ),
        "proposition": Word(
            "Proposition de l'organisme",
            "La réponse de l'organisme de formation à votre demande, sur Mon Compte Formation. Il vous reste à la "
            "valider.",
        ),
        "convention": Word(
            "Convention",
            "Le contrat entre l'organisme de formation et la collectivité qui paie.",
        ),
        "fiche": Word("Fiche formation", "La page imprimée par l'ADM79 pour chaque formation."),
        "session": Word("Session", "Une date et un lieu où une formation a lieu."),
    }
)
"""By the name that templates use: ``{% term "dif" %}``."""

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
    """Where the topic *name* is told: « /aide/#trop-tard »."""
    return f"{reverse('help')}#{name.replace('_', '-')}"


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
    """The chapters with the topics that hold every word of *query*; all of them without one."""
    wanted = normalise(query).split()
    if not wanted:
        return list(CHAPTERS)
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
