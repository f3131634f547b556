"""The staff's office for enrolment; Django finds the admins through this package."""

from enrolment.admin import dossiers, identity, ledger, sessions

__all__ = ["dossiers", "identity", "ledger", "sessions"]
