"""Ready-made messages that the person sends from their own mail, for what only the Caisse des dépôts can mend."""

from urllib.parse import quote

from django.conf import settings

from accounts.models import User


def mailto(to: str, subject: str, body: str) -> str:
    """An address that opens the person's own mail with the message ready; nothing leaves by itself."""
    return f"mailto:{to}?subject={quote(subject)}&body={quote(body)}"


def missing_account_message(user: User) -> str:
    """« Mon compte élu n'apparaît pas », to the CDC. Without the NIR: the person adds what they are asked for."""
    body = (
        "Bonjour,\n\n"
        "Mon compte élu (DIF élus) n'apparaît pas lorsque je me connecte à Mon Compte Formation.\n\n"
        f"Nom de naissance : {user.birth_name}\n"
        f"Nom d'usage : {user.usual_name}\n"
        f"Prénoms : {user.first_names}\n"
        "Mandat et collectivité : \n"
        "Date de début du mandat : \n\n"
        "Pouvez-vous faire le nécessaire ou me dire ce qui manque ?\n\n"
        f"{user.get_full_name()}\n"
    )
    return mailto(settings.CDC_EMAIL, "Mon compte élu n'apparaît pas", body)


def identity_by_mail_message(user: User) -> str:
    """The guide's own way of proving one's identity: both sides of the document, to the CDC, with the seven items."""
    born = f"{user.birth_date:%d/%m/%Y}" if user.birth_date else ""
    body = (
        "Bonjour,\n\n"
        "Je souhaite faire vérifier mon identité pour m'inscrire à une formation d'élu, sans FranceConnect. "
        "Vous trouverez en pièce jointe le recto et le verso de ma carte nationale d'identité, "
        "ou la page de mon passeport.\n\n"
        f"Nom de naissance : {user.birth_name}\n"
        f"Nom d'usage ou marital : {user.usual_name}\n"
        f"Prénom(s) : {user.first_names}\n"
        f"Date de naissance : {born}\n"
        f"Lieu de naissance : {user.birth_place}\n"
        f"Nationalité : {user.nationality}\n\n"
        f"{user.get_full_name()}\n"
    )
    return mailto(settings.CDC_EMAIL, "Vérification de mon identité", body)
