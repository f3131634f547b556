"""The line of folded words by which staff find a person, filled for the people who are there."""

from django.db import migrations, models

from accounts.models.finding import line_of

BATCH = 500


def fill(apps, schema_editor):
    """Write the line of every account."""
    user = apps.get_model("accounts", "User")
    people = []
    for person in user.objects.order_by("pk").iterator(BATCH):
        person.found_by = line_of(person)
        people.append(person)
        if len(people) == BATCH:
            user.objects.bulk_update(people, ["found_by"])
            people = []
    user.objects.bulk_update(people, ["found_by"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_terms")]
    operations = [
        migrations.AddField(
            "user",
            "found_by",
            models.TextField(
                "mots qui retrouvent la personne",
                blank=True,
                default="",
                editable=False,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
