"""The words of the field, and what each means: told at the end of `/aide/`, and where they are first met."""

from dataclasses import dataclass
from types import MappingProxyType

from core.text import normalise


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
        "franceconnect": Word(
            "FranceConnect",
            "Le service de l'État par lequel on s'identifie avec un compte que l'on a déjà : impots.gouv.fr, Ameli, La "
            "Poste…",
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
        "organisme": Word("Organisme de formation", "L'organisme agréé qui donne la formation."),
        "bareme": Word("Barème", "Les montants du DIF élus : le crédit de chaque année, et le plafond du compte."),
        "rne": Word("Répertoire national des élus", "La liste publique des mandats, que l'État tient."),
        "convention": Word(
            "Convention",
            "Le contrat entre l'organisme de formation et la collectivité qui paie.",
        ),
        "fiche": Word("Fiche formation", "La page imprimée par l'ADM79 pour chaque formation."),
        "session": Word("Session", "Une date et un lieu où une formation a lieu."),
    }
)
"""By the name that templates use: ``{% term "dif" %}``."""


def found(query: str) -> list[Word]:
    """The words of the glossary that hold every word of *query*, itself or in what they mean; all without one."""
    wanted = normalise(query).split()
    return [each for each in WORDS.values() if all(word in normalise(f"{each.word} {each.meaning}") for word in wanted)]
