"""A home address: its parts, and the lines as they stand on an envelope (norme AFNOR NF Z10-011)."""

from typing import Protocol

from core.text import normalise

FRANCE = "France"
FIELDS = (
    "street_number",
    "repetition",
    "street_type",
    "street_name",
    "address_extra",
    "locality",
    "postal_code",
    "city",
    "commune",
    "country",
)
"""The fields of an account that make its address."""
REPETITIONS = ("Bis", "Ter", "Quater", "Quinquies", *"ABCDEFGH")
STREET_TYPES = (
    "Allée",
    "Avenue",
    "Boulevard",
    "Carrefour",
    "Chaussée",
    "Chemin",
    "Cité",
    "Clos",
    "Corniche",
    "Côte",
    "Cour",
    "Cours",
    "Domaine",
    "Esplanade",
    "Faubourg",
    "Ferme",
    "Grande rue",
    "Hameau",
    "Impasse",
    "Lieu-dit",
    "Lotissement",
    "Mail",
    "Montée",
    "Parc",
    "Parvis",
    "Passage",
    "Place",
    "Pont",
    "Promenade",
    "Quai",
    "Quartier",
    "Résidence",
    "Rond-point",
    "Route",
    "Rue",
    "Ruelle",
    "Sente",
    "Sentier",
    "Square",
    "Traverse",
    "Venelle",
    "Village",
    "Villa",
    "Voie",
    "Zone d'activités",
    "Zone artisanale",
    "Zone industrielle",
)


FRENCH_LANDS = frozenset(
    {
        "",
        "fr",
        "fra",
        "f",
        "france",
        "la france",
        "metropole",
        "metropolitaine",
        "republique francaise",
        "outre mer",
        "corse",
        "guadeloupe",
        "martinique",
        "guyane",
        "guyane francaise",
        "reunion",
        "la reunion",
        "ile de la reunion",
        "mayotte",
        "saint pierre et miquelon",
        "saint barthelemy",
        "saint martin",
        "nouvelle caledonie",
        "polynesie francaise",
        "wallis et futuna",
    }
)
"""What is written under « Pays » for an address of France, normalised."""


class Address(Protocol):
    """What an account and a form both have."""

    street_number: str
    repetition: str
    street_type: str
    street_name: str
    address_extra: str
    locality: str
    postal_code: str
    city: str
    country: str


def is_france(country: str) -> bool:
    """Whether this country's name means France, lands overseas included; nothing typed means it too."""
    name = normalise(country)
    return name in FRENCH_LANDS or name.removeprefix("france ") in FRENCH_LANDS


def lines(address: Address) -> list[str]:
    """The lines of the envelope under the name, without the empty ones."""
    number = " ".join(filter(None, [address.street_number, address.repetition.lower()]))
    street = " ".join(filter(None, [number, address.street_type.lower(), address.street_name]))
    town = f"{address.postal_code} {address.city.upper()}".strip()
    country = "" if is_france(address.country) else address.country.upper()
    return [line for line in (address.address_extra, street, address.locality, town, country) if line]
