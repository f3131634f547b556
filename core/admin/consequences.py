"""What an act would do, shown before it is confirmed."""

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from core.models import OutgoingMail
from core.outbox import compose


@dataclass(frozen=True)
class MailPreview:
    """A mail as it would leave; *to* says in words who would receive it."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class Consequences:
    """What an act would change (*facts*), what is unusual about it (*warnings*), the mails that would leave.

    Sentences for staff, in French. The numbers are those of the moment: ``digest`` tells whether they still hold
    when the act is confirmed.
    """

    facts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    mails: tuple[MailPreview, ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same facts and warnings. The mails follow from them, and may carry the hour."""
        return salted_hmac(
            "core.admin.consequences", repr((self.facts, self.warnings)), algorithm="sha256"
        ).hexdigest()[:20]


def preview(template: str, context: dict[str, object], to: str) -> MailPreview:
    """The mail *template* (below ``templates/emails``) as it would leave, without writing or sending anything."""
    mail = OutgoingMail(template=template, recipient="apercu@exemple.invalid")
    mail.context = context
    message = compose(mail)
    return MailPreview(to=to, subject=str(message.subject), body=str(message.body).strip())
