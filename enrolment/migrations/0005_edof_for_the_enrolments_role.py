"""Who answers requests looks into what differs from EDOF."""

from django.db import migrations

ROLES = ("Inscriptions", "Responsable")
VERBS = ("view", "change")


def give(apps, schema_editor):
    """Give the permissions, which Django itself only makes once all migrations are done."""
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="enrolment", model="edofdifference"
    )
    for verb in VERBS:
        codename = f"{verb}_edofdifference"
        permission, _ = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": codename}
        )
        for group in Group.objects.filter(name__in=ROLES):
            group.permissions.add(permission)


def take_back(apps, schema_editor):
    """Nobody looks into it any more."""
    apps.get_model("auth", "Permission").objects.filter(codename__endswith="_edofdifference").delete()


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0004_edof_differences")]
    operations = [migrations.RunPython(give, take_back)]
