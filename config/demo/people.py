"""The invented officials of the demo.

Their numbers are computed, nobody's, and not the published examples: with those anybody may try to open an account.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Colleague:
    """A member of staff with one role, besides who has them all."""

    username: str
    role: str
    first_name: str
    name: str


COLLEAGUES = (
    Colleague("catalogue", "Catalogue", "Claire", "Fournier"),
    Colleague("inscriptions", "Inscriptions", "Inès", "Renaud"),
    Colleague("identite", "Vérification d'identité", "Hugo", "Masson"),
    Colleague("responsable", "Responsable", "Odile", "Lambert"),
)
"""One a role, so that each can be tried."""

STAFF_USERNAME = "bureau"


@dataclass(frozen=True)
class Official:
    """An invented official: who they are, where they were elected, how far their identity check has got."""

    nir: str
    birth_name: str
    first_names: str
    sex: Literal["F", "M"]
    birth_date: date
    birth_place: str
    function: str
    commune: str
    """COG code of the commune of the mandate, where they also live."""
    postal_code: str
    street_number: str
    street_name: str
    mobile: str
    email: str
    identity: Literal["approved", "none", "pending"]
    usual_name: str = ""
    elected_on: date = date(2020, 5, 18)
    has_dossiers: bool = False


OFFICIALS = (
    Official(
        nir="253072B07313140",
        birth_name="Mattei",
        usual_name="Chauvin",
        first_names="Jeanne Marie",
        sex="F",
        birth_date=date(1953, 7, 21),
        birth_place="Casamaccioli",
        function="Maire",
        commune="79049",
        postal_code="79300",
        street_number="4",
        street_name="des Tilleuls",
        mobile="+33639980001",
        email="jeanne.chauvin@exemple.invalid",
        identity="approved",
    ),
    Official(
        nir="295109912613173",
        birth_name="Papadakis",
        first_names="Irène",
        sex="F",
        birth_date=date(1995, 10, 3),
        birth_place="Grèce",
        function="Conseillère municipale",
        commune="79191",
        postal_code="79000",
        street_number="27",
        street_name="du Port",
        mobile="+33639980002",
        email="irene.papadakis@exemple.invalid",
        identity="none",
    ),
    Official(
        nir="150317800613141",
        birth_name="Texier",
        first_names="Gérard",
        sex="M",
        birth_date=date(1950, 4, 2),
        birth_place="Adainville",
        function="Adjoint au maire",
        commune="79202",
        postal_code="79200",
        street_number="1",
        street_name="de la Mairie",
        mobile="+33639980003",
        email="mairie@exemple.invalid",
        identity="pending",
    ),
    Official(
        nir="253072A07313113",
        birth_name="Poli",
        first_names="Lucie",
        sex="F",
        birth_date=date(1953, 7, 9),
        birth_place="Ajaccio",
        function="Conseillère municipale",
        commune="79270",
        postal_code="79400",
        street_number="15",
        street_name="du Chambon",
        mobile="+33639980004",
        email="mairie@exemple.invalid",
        identity="approved",
        has_dossiers=True,
    ),
)
