"""Every mail about a dossier, for each funding, milestone and stretch of Mon Compte Formation's clock: what it says."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from enrolment.dossiers import notifications
from enrolment.funding import marks
from enrolment.models import Enrolment, State
from tests.enrolment.helpers import ANSWERS, send
from tests.factories import EnrolmentFactory, OfficialFactory, SessionFactory

pytestmark = pytest.mark.django_db

SENT_ON = "2026-11-16T12:00:00+01:00"
START = date(2026, 12, 21)
FINE, RISKY, LATE = "2026-11-20T12:00:00+01:00", "2026-11-30T12:00:00+01:00", "2026-12-07T12:00:00+01:00"
"""Before the 26th of November (17 working days), before the 4th of December (11), after."""
NOTHING, ASKED, PROPOSED = (), ("requested",), ("requested", "proposed")
DONE, FALLEN = ("requested", "proposed", "validated"), ("requested", "fallen")
SEATED = ("request_sent", "request_accepted", "seat_freed", "session_moved", "convocation", "session_reminder")
ENDED = ("request_refused", "request_cancelled", "request_cancelled_by_staff", "session_cancelled")
OTHERS = ("request_waiting", "agreement_left", "attended", "absent", "lapsed", "decision_taken_back", "message")
DAY = {"where": "Salle des fêtes, Niort", "access": "", "bring": "", "calendar_url": "/calendrier/", "attachments": []}
LAST_DAY = re.compile(r"(?:avant|au plus tard) le \w+ (\d+)(?:er)? (\w+) (\d{4})")


def dossier(funding="dif", said=NOTHING, state=State.SENT) -> Enrolment:
    """Sent on the 16th of November by somebody whose address is confirmed; told of the 18th on MCF."""
    with time_machine.travel(SENT_ON, tick=False):
        official = OfficialFactory(email_confirmed_at=timezone.now())
        public = Decimal(200) if funding == "public" else Decimal(0)
        rights = Decimal(200) if funding == "dif" else Decimal(0)
        answers = {**ANSWERS, "email": official.email, "funding": funding}
        enrolment = EnrolmentFactory(user=official, session=SessionFactory(start=START))
        enrolment = send(enrolment, answers=answers, rights=rights, public=public)
    with time_machine.travel("2026-11-18T12:00:00+01:00", tick=False):
        for milestone in said:
            marks.say(official, milestone, timezone.localdate(), official, timezone.now(), enrolment=enrolment)
    Enrolment.objects.filter(pk=enrolment.pk).update(state=state)
    enrolment.refresh_from_db()
    return enrolment


def body(template, enrolment, now) -> str:
    with time_machine.travel(now, tick=False):
        more = {"reason": "Salle fermée", "changes": ["Le lieu"], "words": "Un mot", "text": "Venez tôt.", **DAY}
        (mail,) = notifications.mail_as_it_would_leave(template, enrolment, **more)
    return f"{mail.subject}\n{mail.body}".replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("now", [FINE, LATE])
@pytest.mark.parametrize("funding", ["public", "self"])
def test_no_mail_names_mon_compte_formation_to_who_chose_another_funding(funding, now):
    enrolment = dossier(funding, ASKED)
    for template in (*SEATED, *ENDED, *OTHERS):
        if template == "agreement_left" and funding == "self":
            continue
        said = body(template, enrolment, now)
        assert "Mon Compte Formation" not in said, template
        assert "DIF" not in said, template


WORDS = [
    (NOTHING, FINE, "Créez votre demande sur Mon Compte Formation au plus tard le jeudi 26 novembre 2026."),
    (NOTHING, RISKY, "Créez votre demande sur Mon Compte Formation au plus tard le vendredi 4 décembre 2026."),
    (NOTHING, LATE, "Votre demande ne devrait plus être payée par le DIF élus"),
    (ASKED, FINE, "Validez ensuite la proposition au plus tard le vendredi 4 décembre 2026."),
    (
        PROPOSED,
        FINE,
        "Validez la proposition de l'organisme sur Mon Compte Formation au plus tard le mardi 24 novembre 2026.",
    ),
    (PROPOSED, RISKY, "Validez la proposition de l'organisme sur Mon Compte Formation. Le dernier jour est passé"),
    (DONE, FINE, "il ne reste rien à faire sur Mon Compte Formation"),
    (DONE, LATE, "il ne reste rien à faire sur Mon Compte Formation"),
    (FALLEN, FINE, "Votre demande est tombée sur Mon Compte Formation"),
]


@pytest.mark.parametrize(("said", "now", "words"), WORDS)
@pytest.mark.parametrize("template", ["request_sent", "request_accepted", "seat_freed"])
def test_whom_the_dif_pays_is_told_what_is_left_to_do_there(template, said, now, words):
    told = body(template, dossier("dif", said), now)
    assert words in told
    assert "Demande possible ici" not in told  # it is sent


@pytest.mark.parametrize("said", [NOTHING, ASKED, PROPOSED, DONE, FALLEN])
@pytest.mark.parametrize("now", [FINE, RISKY, LATE])
def test_no_mail_gives_a_last_day_that_is_past_as_if_it_were_open(said, now):
    enrolment = dossier("dif", said)
    today = date.fromisoformat(now[:10])
    for template in (*SEATED, *OTHERS):
        for day, month, year in LAST_DAY.findall(body(template, enrolment, now)):
            by = date(int(year), {"novembre": 11, "décembre": 12}[month], int(day))
            assert by >= today, template


@pytest.mark.parametrize(("said", "there"), [(NOTHING, False), (ASKED, True), (DONE, True), (FALLEN, False)])
@pytest.mark.parametrize("template", ENDED)
def test_what_ends_here_is_to_be_cancelled_there_only_when_it_was_asked_there(template, said, there):
    told = body(template, dossier("dif", said, State.CANCELLED), FINE)
    assert ("Mon Compte Formation" in told) is there
