"""Where Django finds the admin of dossiers, identity checks and rights."""

from enrolment.assisted import admin as assisted
from enrolment.desk import sessions_admin as sessions
from enrolment.desk import trainings_admin as trainings
from enrolment.dossiers import admin as dossiers
from enrolment.funding import edof_admin as edof
from enrolment.identity_checks import admin as identity_checks
from enrolment.people import admin as people
from enrolment.rights import admin as rights

__all__ = ["assisted", "dossiers", "edof", "identity_checks", "people", "rights", "sessions", "trainings"]
