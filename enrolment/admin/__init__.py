"""ADM79's office: identity checks, dossiers, rights."""

from enrolment.admin import identity  # noqa: F401  registers its admin
