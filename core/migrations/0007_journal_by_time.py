"""An index on the moment of the journal's entries, which the list is sorted by: the table is Django's own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0006_mails_held"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX journal_by_time ON django_admin_log (action_time)",
            "DROP INDEX journal_by_time",
        ),
    ]
