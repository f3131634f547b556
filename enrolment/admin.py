"""Where Django finds the admin of dossiers, identity checks and rights."""

from enrolment.dossiers import admin as dossiers
from enrolment.dossiers import sessions_admin as sessions
from enrolment.identity_checks import admin as identity_checks
from enrolment.rights import admin as rights

__all__ = ["dossiers", "identity_checks", "rights", "sessions"]
