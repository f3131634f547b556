"""Links to Mon Compte Formation: what staff paste from the browser is checked, never built.

One training there is ``https://www.moncompteformation.gouv.fr/espace-prive/html/#/formation/recherche/<SIRET>_<ref>/<SIRET>_<ref>``,
with an optional ``?contexteFormation=…`` inside the fragment. No session is named in it.
"""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from stdnum.fr import siret as stdnum_siret

HOSTS = frozenset({"moncompteformation.gouv.fr", "www.moncompteformation.gouv.fr"})
PATH = "/espace-prive/html/"
ROUTE = re.compile(r"/formation/recherche/(?P<body>\d+)_[^/?#\s]+/(?P<action>\d+)_[^/?#\s]+/?")


def validate_siret(value: str) -> None:
    """Refuse a SIRET that does not have 14 digits with their check digit. Raises ValidationError."""
    digits = value.replace(" ", "")
    if not digits.isdigit() or len(digits) != 14:
        raise ValidationError("Le SIRET a 14 chiffres.", code="siret_length")
    if not stdnum_siret.is_valid(digits):
        raise ValidationError(
            f"Le SIRET {digits} comporte une faute : sa clé de contrôle n'est pas bonne.", code="siret_key"
        )


def validate_mcf_url(value: str) -> None:
    """Refuse what is not the address of one training on Mon Compte Formation. ValidationError with one code a cause."""
    parts = urlsplit(value.strip())
    if parts.scheme != "https":
        raise ValidationError("L'adresse commence par « https:// ».", code="scheme")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.hostname not in HOSTS or port is not None or parts.username is not None:
        raise ValidationError("L'adresse doit être sur le site www.moncompteformation.gouv.fr.", code="host")
    if parts.path not in {PATH, PATH.rstrip("/")}:
        raise ValidationError(
            f"Après le nom du site, l'adresse continue par « {PATH}#/formation/recherche/… ».", code="path"
        )
    route = parts.fragment.partition("?")[0]
    if not route:
        raise ValidationError("L'adresse est coupée : il manque ce qui suit le signe « # ».", code="fragment")
    match = ROUTE.fullmatch(route)
    if match is None:
        raise ValidationError(
            "L'adresse n'est pas celle d'une formation : ouvrez la formation sur Mon Compte Formation puis copiez "
            "l'adresse qui contient « #/formation/recherche/ ».",
            code="route",
        )
    for siret in {match["body"], match["action"]}:
        validate_siret(siret)
