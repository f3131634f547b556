"""The name under which the guided path knows the message about a missing account."""

from enrolment.cdc_mailto import missing_account_message

__all__ = ["missing_account_message"]
