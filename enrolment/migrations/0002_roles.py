"""The roles of ADM79's staff: groups that exist everywhere, each with what its work needs and nothing more."""

from django.db import migrations

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"

CATALOGUE = {
    ("catalogue", "training"): (VIEW, ADD, CHANGE, DELETE),
    ("catalogue", "session"): (VIEW, ADD, CHANGE, DELETE),
    **{
        ("catalogue", model): (VIEW, ADD, CHANGE)
        for model in ("place", "trainer", "subject", "trainingbody", "synonym", "scale")
    },
    ("catalogue", "unansweredsearch"): (VIEW, DELETE),
    ("accounts", "commune"): (VIEW,),
}
ENROLMENTS = {
    ("enrolment", "enrolment"): (VIEW, CHANGE),
    ("enrolment", "ledgerentry"): (VIEW, ADD),
    ("enrolment", "rightsreading"): (VIEW, ADD),
    ("enrolment", "milestonemark"): (VIEW,),
    ("enrolment", "fundingagreement"): (VIEW,),
    ("accounts", "mandatedeclaration"): (VIEW, CHANGE),
    ("enrolment", "identitycheck"): (VIEW,),
    ("catalogue", "session"): (VIEW,),
    ("catalogue", "training"): (VIEW,),
    ("accounts", "user"): (VIEW, CHANGE, "find_number"),
    ("accounts", "identitycase"): (VIEW, CHANGE),
    ("accounts", "emailchange"): (VIEW,),
    ("accounts", "mandate"): (VIEW, ADD, CHANGE),
    ("accounts", "correctionrequest"): (VIEW, CHANGE),
    ("accounts", "commune"): (VIEW,),
    ("core", "outgoingmail"): (VIEW, CHANGE),
}
IDENTITY = {
    ("enrolment", "identitycheck"): (VIEW, "decide"),
    ("accounts", "user"): (VIEW,),
}
HEAD = {
    ("accounts", "user"): (VIEW, ADD, CHANGE, "manage_staff"),
    ("admin", "logentry"): (VIEW,),
}
ROLES = {
    "Catalogue": (CATALOGUE,),
    "Inscriptions": (ENROLMENTS,),
    "Vérification d'identité": (IDENTITY,),
    "Responsable": (CATALOGUE, ENROLMENTS, IDENTITY, HEAD),
}


def make_roles(apps, schema_editor):
    """Make each group, and the permissions that Django itself only makes once all migrations are done."""
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for role, parts in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        for part in parts:
            for (app, model), verbs in part.items():
                kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
                for verb in verbs:
                    codename = verb if "_" in verb else f"{verb}_{model}"
                    permission, _ = Permission.objects.get_or_create(
                        content_type=kind, codename=codename, defaults={"name": codename}
                    )
                    group.permissions.add(permission)


def forget_roles(apps, schema_editor):
    """Take the groups away; people keep their accounts."""
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0001_initial"),
        ("core", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, forget_roles)]
