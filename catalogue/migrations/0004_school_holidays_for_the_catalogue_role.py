"""Who writes the catalogue copies the school calendar."""

from django.db import migrations

ROLES = ("Catalogue", "Responsable")
VERBS = ("view", "add", "change", "delete")


def give(apps, schema_editor):
    """Give the permissions, which Django itself only makes once all migrations are done."""
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="catalogue", model="schoolholiday"
    )
    for verb in VERBS:
        codename = f"{verb}_schoolholiday"
        permission, _ = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": codename}
        )
        for group in Group.objects.filter(name__in=ROLES):
            group.permissions.add(permission)


def take_back(apps, schema_editor):
    """Nobody copies it any more."""
    apps.get_model("auth", "Permission").objects.filter(codename__endswith="_schoolholiday").delete()


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_years"), ("enrolment", "0002_roles")]
    operations = [migrations.RunPython(give, take_back)]
