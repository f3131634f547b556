"""What has to happen by itself, job by job; ``manage.py run_periodic`` runs them all."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.claims import unused
from accounts.contact import email_confirmation
from catalogue.demand import interests
from config import retention
from core import long_tasks, outbox, statistics
from enrolment import periodic
from enrolment.desk import mailings, today
from enrolment.identity_checks import deciding
from enrolment.rights import yearly_credit

JOBS: dict[str, Callable[[datetime], Any]] = {
    "tâches reprises": outbox.requeue_lost_tasks,
    "travaux longs repris": long_tasks.requeue_lost,
    "dossiers clos, délai dépassé": periodic.lapse_overdue,
    "sessions où une place s'est libérée": periodic.fill_free_seats,
    "dossiers rappelés": periodic.remind,
    "rappels de Mon Compte Formation": periodic.remind_of_mcf,
    "financements à confirmer": periodic.quote_everybody_again,
    "comptes crédités": yearly_credit.credit_everybody,
    "vérifications d'identité expirées": deciding.expire,
    "élus prévenus d'une session ouverte": interests.tell_of_openings,
    "sessions rappelées": mailings.remind_of_sessions,
    "mails du matin": today.send_morning_mail,
    "adresses mail changées par l'ADM79": email_confirmation.carry_out_changes,
    "propriétaires de comptes inutilisés prévenus": unused.warn_unused,
    "purges": retention.enforce,
    "statistiques de la base": statistics.take_at_night,
}
"""In this order: a seat is given before anybody is reminded, and what is purged is past serving."""
