"""The phrases to begin with, and who of the staff may edit them."""

from django.db import migrations

PHRASES = {
    "refuse": (
        "Cette formation s'adresse à d'autres élus.",
        "Nous n'avons pas pu vérifier votre mandat.",
        "La session est complète.",
        "Vous avez déjà suivi cette formation.",
        "Une autre session vous est proposée à la place.",
    ),
    "cancel_by_staff": (
        "Vous nous avez dit ne plus pouvoir venir.",
        "Nous n'avons pas reçu la confirmation de votre financement.",
        "Votre demande sur Mon Compte Formation a été annulée.",
    ),
    "cancel_session": (
        "L'intervenant ne peut pas venir.",
        "Il n'y a pas assez d'inscrits.",
        "La salle n'est plus disponible.",
    ),
    "take_back": (
        "Nous nous sommes trompés de dossier.",
        "Nous avons reçu depuis ce qui manquait.",
        "Une place s'est libérée.",
    ),
    "refuse_document": (
        "La photo est floue, sombre ou coupée : on ne peut pas tout lire.",
        "Il manque une face de la carte.",
        "La pièce n'est plus valable.",
        "Ce document n'est ni une carte nationale d'identité ni un passeport.",
        "Ce que vous avez saisi n'est pas ce qui est écrit sur la pièce.",
        "La pièce est au nom d'une autre personne.",
    ),
}
"""By act; the order is that of the list."""
RIGHTS = {
    "Inscriptions": ("view", "add", "change", "delete"),
    "Responsable": ("view", "add", "change", "delete"),
    "Vérification d'identité": ("view",),
}


def begin(apps, schema_editor):
    """Write the phrases, and give the roles their permissions, which Django makes only after all migrations."""
    phrase = apps.get_model("enrolment", "ReasonPhrase")
    for act, texts in PHRASES.items():
        for order, text in enumerate(texts):
            phrase.objects.get_or_create(act=act, text=text, defaults={"order": order})
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="enrolment", model="reasonphrase"
    )
    for role, verbs in RIGHTS.items():
        group = Group.objects.filter(name=role).first()
        for verb in verbs if group else ():
            codename = f"{verb}_reasonphrase"
            permission, _ = Permission.objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": codename}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0009_desk_answers")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
