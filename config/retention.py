"""The one table of what is kept and until when: enforced by ``run_periodic``, printed on the privacy page."""

from datetime import datetime

from accounts.retention import RETENTIONS as ACCOUNTS
from catalogue.retention import RETENTIONS as CATALOGUE
from core.retention import RETENTIONS as CORE
from enrolment.retention import RETENTIONS as ENROLMENT

RETENTIONS = (*CORE, *ENROLMENT, *CATALOGUE, *ACCOUNTS)


def enforce(now: datetime) -> dict[str, int]:
    """Delete all that has had its time. Return how many rows, by the tables."""
    return {", ".join(retention.tables): retention.purge(now) for retention in RETENTIONS if retention.purge}
