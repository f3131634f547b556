"""Enrolment listens to what happens to accounts: a mandate confirmed, an account closed."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    """Dossiers, rights, identity checks."""

    name = "enrolment"
    verbose_name = "Inscriptions"

    def ready(self) -> None:
        from accounts.claims.takeover import account_in_use, dossiers_move
        from accounts.mandates.recognition import mandate_changed, mandate_confirmed, mandate_lost
        from accounts.profile.closing import account_closing, account_locks
        from accounts.profile.export import account_export
        from accounts.signup.finish import account_made
        from catalogue.search.rights import known_with
        from catalogue.sessions.requests import count_with
        from enrolment.assisted import finishing
        from enrolment.closing import leave, locks, personal_data
        from enrolment.dossiers import moving
        from enrolment.dossiers.agreement import quote_after, quote_soon
        from enrolment.dossiers.facts import waiting_requests
        from enrolment.identity_checks import checks
        from enrolment.rights.readings import amount_read, known_balance
        from enrolment.rights.yearly_credit import credit_after_confirmation, take_back_after_loss

        known_with(known_balance)
        amount_read.connect(quote_after, dispatch_uid="quote again after an amount is read")
        account_made.connect(finishing.account_made, dispatch_uid="account made of a prepared enrolment")
        count_with(waiting_requests())
        account_locks.connect(locks, dispatch_uid="what a closing account changes")
        account_export.connect(checks.personal_data, dispatch_uid="export identity checks")
        mandate_confirmed.connect(credit_after_confirmation, dispatch_uid="credit after confirmation")
        mandate_lost.connect(take_back_after_loss, dispatch_uid="take back after a mandate is lost")
        for changed in (mandate_confirmed, mandate_lost, mandate_changed):
            changed.connect(quote_soon, dispatch_uid="quote again after a mandate has changed")
        account_in_use.connect(moving.is_in_use, dispatch_uid="account with something pending")
        dossiers_move.connect(moving.move, dispatch_uid="dossiers of an account taken over")
        account_export.connect(personal_data, dispatch_uid="export dossiers and rights")
        account_closing.connect(leave, dispatch_uid="dossiers of a closing account")
