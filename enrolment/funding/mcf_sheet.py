"""« Ma fiche pour Mon Compte Formation »: what it asks to open an account, in its order, with the person's values.

The order and the traps are those of Mon Compte Formation's own creation of an account. Never the social-security
number: this site does not know it.
"""

from dataclasses import dataclass

from accounts.contact import addresses, phones
from accounts.models import Diploma, User


@dataclass(frozen=True)
class Line:
    """One thing asked there: its name, the person's values (each to copy by itself), what to watch out for.

    *edit*: the page where a value that is missing here is filled in, by its name.
    """

    name: str
    hint: str = ""
    values: tuple[str, ...] = ()
    edit: str = ""


def lines(user: User) -> tuple[Line, ...]:
    """The fiche of this person."""
    birth = "Jamais le nom d'usage : c'est l'erreur la plus courante, et le compte reste alors introuvable."
    if user.usual_name:
        birth = birth.replace("le nom d'usage", f"le nom d'usage ({user.usual_name})")
    phone = phones.shown(user.mobile or user.landline)
    diploma = str(user.get_diploma_display()) if user.diploma != Diploma.UNSPECIFIED else ""
    return (
        Line(
            "Numéro de sécurité sociale, avec la clé",
            "15 caractères, sur votre carte Vitale ; ce site ne le garde pas.",
        ),
        Line("Nom de naissance", birth, _known(user.birth_name), "accounts:profile-correction"),
        Line("Adresse mail personnelle", "", _known(user.email), "accounts:email"),
        Line(
            "Mot de passe, à inventer",
            "12 caractères, avec une majuscule, une minuscule, un chiffre et un caractère spécial. Ce n'est pas celui "
            "de ce site.",
        ),
        Line("Code à six chiffres", "Il arrive par mail, à l'adresse ci-dessus : gardez votre messagerie ouverte."),
        Line("Téléphone", "", _known(phone), "accounts:profile-contact"),
        Line("Adresse postale", "", tuple(addresses.lines(user)), "accounts:profile-address"),
        Line(
            "Diplôme le plus élevé, et son année",
            "" if diploma else "« Non renseigné » convient à un agent public de catégorie A ou B.",
            _known(diploma),
            "accounts:profile-usual-name",
        ),
        Line("Catégorie socioprofessionnelle", "À choisir dans leur liste."),
        Line("Conditions générales", "À accepter."),
    )


def _known(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
