"""Who may write the staff's words, and who sees what people wait for."""

from django.db import migrations

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"
WORDS = {
    ("core", "announcement"): (VIEW, ADD, CHANGE, DELETE),
    ("core", "mailphrase"): (VIEW, ADD, CHANGE, DELETE),
    ("accounts", "termsversion"): (VIEW, ADD, CHANGE, DELETE),
}
DEMAND = {("catalogue", "interest"): (VIEW,)}
MORE = {"Catalogue": (DEMAND,), "Inscriptions": (DEMAND,), "Responsable": (DEMAND, WORDS)}


def give(apps, schema_editor):
    """Add the permissions to the groups, made now if Django has not made them yet."""
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for role, parts in MORE.items():
        group = Group.objects.get(name=role)
        for part in parts:
            for (app, model), verbs in part.items():
                kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
                for verb in verbs:
                    codename = f"{verb}_{model}"
                    permission, _ = Permission.objects.get_or_create(
                        content_type=kind, codename=codename, defaults={"name": codename}
                    )
                    group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0005_edof_for_the_enrolments_role"),
        ("core", "0003_words"),
        ("accounts", "0002_terms"),
        ("catalogue", "0005_demand"),
    ]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
