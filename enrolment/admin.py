"""Where Django finds the admin of dossiers, identity checks and rights."""

from enrolment import reasons_admin as reasons
from enrolment.assisted import admin as assisted
from enrolment.desk import answers_admin as answers
from enrolment.desk import sessions_admin as sessions
from enrolment.desk import trainings_admin as trainings
from enrolment.funding import edof_admin as edof
from enrolment.identity_checks import admin as identity_checks
from enrolment.people import admin as people
from enrolment.rights import admin as rights

__all__ = [
    "answers",
    "assisted",
    "edof",
    "identity_checks",
    "people",
    "reasons",
    "rights",
    "sessions",
    "trainings",
]
