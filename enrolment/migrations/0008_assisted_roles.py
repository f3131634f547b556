"""Who may prepare an enrolment for somebody who calls: « Inscriptions » and « Responsable »."""

from django.db import migrations

ROLES = ("Inscriptions", "Responsable")
VERBS = ("view", "add", "change")


def give(apps, schema_editor):
    """Give the permissions, which Django itself only makes once all migrations are done."""
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="enrolment", model="assistedenrolment"
    )
    for group in Group.objects.filter(name__in=ROLES):
        for verb in VERBS:
            codename = f"{verb}_assistedenrolment"
            permission, _ = Permission.objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": codename}
            )
            group.permissions.add(permission)


def take_back(apps, schema_editor):
    """Take them away."""
    apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="enrolment", content_type__model="assistedenrolment"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0007_assisted")]
    operations = [migrations.RunPython(give, take_back)]
