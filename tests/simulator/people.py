"""The invented people of the simulator, with the social-security number that goes with each.

Every number is computed or published as an example by python-stdnum; none is anybody's.
"""

from dataclasses import dataclass

from stdnum.fr import nir

FRANCE = "99100"


def with_key(nir13: str) -> str:
    """The 13 characters of a number followed by its two-digit key."""
    return nir13 + nir.calc_check_digits(nir13)


@dataclass(frozen=True)
class Person:
    """One identity as FranceConnect certifies it, and what the demo says of it.

    ``birthplace`` is a COG code, empty for someone born abroad; ``nir`` has its key (15 characters).
    """

    key: str
    given_name: str
    family_name: str
    gender: str
    birthdate: str
    nir: str
    email: str
    preferred_username: str = ""
    birthplace: str = ""
    birthcountry: str = FRANCE
    birthplace_name: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        """« Claire Anne DUBOIS (nom d'usage : MOREAU) »."""
        usual = f" (nom d'usage : {self.preferred_username})" if self.preferred_username else ""
        return f"{self.given_name} {self.family_name}{usual}"

    def claims(self) -> dict[str, str]:
        """The claims that FranceConnect would give; an unknown one is absent, except an empty birthplace."""
        claims = {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "gender": self.gender,
            "birthdate": self.birthdate,
            "birthplace": self.birthplace,
            "birthcountry": self.birthcountry,
            "email": self.email,
        }
        if self.preferred_username:
            claims["preferred_username"] = self.preferred_username
        return claims


PEOPLE = (
    Person(
        key="claire",
        given_name="Claire Anne",
        family_name="DUBOIS",
        preferred_username="MOREAU",
        gender="female",
        birthdate="1965-12-08",
        birthplace="79049",
        birthplace_name="Bressuire",
        email="claire.moreau@exemple.invalid",
        nir="265127904912368",
        note="Elle a un nom d'usage.",
    ),
    Person(
        key="amel",
        given_name="Amel",
        family_name="BEN SALAH",
        gender="female",
        birthdate="1975-12-03",
        birthcountry="99351",
        birthplace_name="Tunisie",
        email="amel.bensalah@exemple.invalid",
        nir="275129935102072",
        note="Elle est née à l'étranger.",
    ),
    Person(
        key="michel",
        given_name="Michel Jean",
        family_name="GUÉRIN",
        gender="male",
        birthdate="1970-05-17",
        birthplace="79191",
        birthplace_name="Niort",
        email="mairie@exemple.invalid",
        nir="170057919100185",
        note="Il n'a pas de nom d'usage ; son adresse mail est celle de la mairie.",
    ),
    Person(
        key="irene",
        given_name="Irène",
        family_name="PAPADAKIS",
        gender="female",
        birthdate="1995-10-03",
        birthcountry="99126",
        birthplace_name="Grèce",
        email="irene.papadakis@exemple.invalid",
        nir=with_key("2951099126131"),
        note="Elle a déjà un compte dans la démonstration, avec un mot de passe (.demo/accounts.json) : à relier.",
    ),
    Person(
        key="paul",
        given_name="Paul",
        family_name="RENAUD",
        gender="male",
        birthdate="1982-07-14",
        birthplace="86194",
        birthplace_name="Poitiers",
        email="paul.renaud@exemple.invalid",
        nir="180029741103689",
        note="Son identité ne concorde pas avec ce numéro : la création du compte doit l'expliquer.",
    ),
    Person(
        key="awa",
        given_name="Awa",
        family_name="DIOP",
        gender="female",
        birthdate="1958-00-00",
        birthcountry="99341",
        birthplace_name="Sénégal",
        email="awa.diop@exemple.invalid",
        nir=with_key("2583099341005"),
        note="Le jour et le mois de sa naissance ne sont pas connus.",
    ),
)
