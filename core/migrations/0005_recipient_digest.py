"""A digest of the address stays with a mail that has left: staff see what was sent to somebody, and when."""

from django.db import migrations, models

from core.models import OutgoingMail


def fill(apps, schema_editor):
    """Digest the addresses of the mails that have not left."""
    mails = apps.get_model("core", "OutgoingMail").objects
    for mail in mails.exclude(recipient="").order_by("pk").iterator():
        mails.filter(pk=mail.pk).update(recipient_digest=OutgoingMail.digest_of(mail.recipient))


class Migration(migrations.Migration):
    dependencies = [("core", "0004_step_counts")]
    operations = [
        migrations.AddField(
            "outgoingmail",
            "recipient_digest",
            models.CharField("empreinte du destinataire", blank=True, db_index=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
