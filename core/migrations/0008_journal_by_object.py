"""An index on what the journal's entries are about, which each page of the admin asks for: the table is Django's own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0007_journal_by_time")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX journal_by_object ON django_admin_log (object_id, content_type_id, action_time)",
            "DROP INDEX journal_by_object",
        ),
    ]
