"""Enrolment listens to what happens to accounts: a mandate confirmed, an account closed."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    """Dossiers, rights, identity checks."""

    name = "enrolment"
    verbose_name = "Inscriptions"

    def ready(self) -> None:
        from accounts.closing import account_closing
        from accounts.export import account_export
        from accounts.mandates import mandate_confirmed
        from enrolment import identity
        from enrolment.closing import leave, personal_data
        from enrolment.yearly_credit import credit_after_confirmation

        account_closing.connect(identity.forget, dispatch_uid="forget identity checks")
        account_export.connect(identity.personal_data, dispatch_uid="export identity checks")
        mandate_confirmed.connect(credit_after_confirmation, dispatch_uid="credit after confirmation")
        account_export.connect(personal_data, dispatch_uid="export dossiers and rights")
        account_closing.connect(leave, dispatch_uid="dossiers of a closing account")
