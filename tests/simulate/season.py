"""A season of trainings, played by everybody at once: what may happen, and what must hold after each of it.

Nothing here asks the code under test for the rule: what is counted is counted from the rows, with words of its own.
"""

import smtplib
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.claims import takeover
from accounts.claims.takeover import TakeoverError, WaitsForStaffError
from accounts.identity import nir as nir_rules
from accounts.identity.certified import CertifiedIdentity, IdentityTakenError
from accounts.models import Mandate, User
from accounts.signup.service import AlreadyRegisteredError, create_account
from catalogue.models import Session
from config.periodic import JOBS
from core import outbox
from core.models import OutgoingMail
from enrolment.dossiers import agreement, session_changes, workflow
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.funding import marks
from enrolment.models import Enrolment, Milestone
from enrolment.rights import readings
from tests import factories, worker
from tests.enrolment.helpers import ANSWERS, sending, verify_identity
from tests.simulate import truths

PARIS = ZoneInfo("Europe/Paris")
BEGINNINGS = (
    datetime(2026, 10, 23, 9, tzinfo=PARIS),  # winter time comes on the 25th
    datetime(2026, 11, 27, 23, 30, tzinfo=PARIS),  # the barème of December
    datetime(2027, 3, 26, 12, tzinfo=PARIS),  # summer time on the 28th, the yearly credit on the 30th
)
HOPS = {
    "ten minutes": timedelta(minutes=10),
    "three hours": timedelta(hours=3),
    "a day": timedelta(days=1),
    "four days": timedelta(days=4),
    "nine days": timedelta(days=9),
}
FUNDINGS = ("dif", "public", "both", "self")
AMOUNTS = st.sampled_from(
    [Decimal(0), Decimal("0.01"), Decimal("99.99"), Decimal(200), Decimal("350.50"), Decimal(800)]
)
STAFF_ACTS = (
    *(TransitionName.ACCEPT, TransitionName.ACCEPT, TransitionName.REFUSE, TransitionName.CANCEL_BY_STAFF),
    *(TransitionName.ATTEND, TransitionName.MISS, TransitionName.GIVE_SEAT, TransitionName.BACK_TO_SENT),
    *(TransitionName.BACK_TO_WAITING, TransitionName.BACK_TO_ACCEPTED),
    *(TransitionName.UNDO_ATTEND, TransitionName.UNDO_MISS),
)
PEOPLE, SESSIONS, DOSSIERS = st.integers(0, 3), st.integers(0, 3), st.integers(0, 11)


class Season(RuleBasedStateMachine):
    """Four officials, four sessions of one to three seats, one of ADM79, a timer, a worker, a mail server."""

    def __init__(self) -> None:
        super().__init__()
        self.held = ExitStack()
        self.held.enter_context(transaction.atomic())
        self.mail_is_dead = self.opened = False
        self.held.enter_context(mock.patch.object(EmailBackend, "send_messages", self._server()))
        mail.outbox = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.held.close()
        mail.outbox = []

    def _server(self) -> Callable[..., int]:
        original = EmailBackend.send_messages

        def send_messages(backend: EmailBackend, messages: Any) -> int:
            if self.mail_is_dead:
                raise smtplib.SMTPServerDisconnected("gone")
            return original(backend, messages)

        return send_messages

    @initialize(begin=st.sampled_from(BEGINNINGS), price=st.sampled_from([Decimal(200), Decimal("333.33")]))
    def a_season_begins(self, begin: datetime, price: Decimal) -> None:
        self.clock = self.held.enter_context(time_machine.travel(begin, tick=False))
        factories.ScaleFactory()
        factories.ScaleFactory(
            effective_from=date(2026, 12, 1), yearly_credit=Decimal(600), cap=Decimal(1200), hourly_cap=Decimal(100)
        )
        self.staff = factories.StaffFactory(is_superuser=True)
        numbers = [factories.make_nir(order=order) for order in range(1, 5)]  # of women born in Niort in March 1958
        self.people = [
            factories.OfficialFactory(nir=numbers[0], email="a@courriel.example", rights=0),
            factories.OfficialFactory(nir=numbers[1], email="b@courriel.example", rights=0, birth_name="Bernard"),
            factories.OfficialFactory(nir=numbers[2], email="mairie@courriel.example", rights=0, birth_name="Petit"),
            factories.UserFactory(nir=numbers[3], email="mairie@courriel.example", birth_name="Sansmandat"),
        ]
        Mandate.objects.filter(user=self.people[2]).update(end=begin.date() + timedelta(days=10))
        training = factories.TrainingFactory(price=price)
        self.sessions = [
            factories.SessionFactory(training=training, start=begin.date() + timedelta(days=days), seats=seats)
            for days, seats in ((12, 1), (14, 2), (30, 1), (45, 3))
        ]
        self.proved_holder: dict[str, int] = {}

    # Time -----------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return timezone.now()

    @rule(hop=st.sampled_from(sorted(HOPS)))
    def time_passes(self, hop: str) -> None:
        self.clock.move_to(self.now + HOPS[hop])

    @rule(after=st.sampled_from([-1, 1]))
    def midnight_comes(self, after: int) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time.min, PARIS)
        self.clock.move_to(midnight.astimezone(UTC) + timedelta(seconds=after))

    @rule(hours=st.sampled_from([-25, -1]))
    def the_clock_jumps_back(self, hours: int) -> None:
        self.clock.move_to(self.now + timedelta(hours=hours))

    @rule()
    def the_timer_comes(self) -> None:
        for job in JOBS.values():
            job(self.now)

    @rule()
    def the_timer_comes_twice_at_once(self) -> None:
        for job in JOBS.values():
            job(self.now)
            job(self.now)

    # Officials ------------------------------------------------------------------------------------

    def _session(self, number: int) -> Session:
        return Session.objects.select_related("training").get(pk=self.sessions[number].pk)

    def _person(self, number: int) -> User:
        return User.objects.get(pk=self.people[number].pk)

    def _dossier(self, number: int) -> Enrolment | None:
        rows = Enrolment.objects.select_related("session__training", "user").order_by("created_at", "id")
        found = list(rows[:12])
        return found[number % len(found)] if found else None

    @rule(who=PEOPLE, where=SESSIONS)
    def a_dossier_is_opened(self, who: int, where: int) -> None:
        self.opened |= bool(_try(workflow.create, self._person(who), self._session(where), self.now))

    @precondition(lambda self: self.opened)
    @rule(number=DOSSIERS, funding=st.sampled_from(FUNDINGS), risk=st.booleans(), stale=st.booleans())
    def a_request_is_sent(self, number: int, funding: str, risk: bool, stale: bool) -> None:
        dossier = self._dossier(number)
        if dossier is None or dossier.user is None:
            return
        answers = {**ANSWERS, "funding": funding, "accepts_mcf_risk": risk}
        what = sending(dossier.session, dossier.user, answers=answers, **truths.agreed_at_the_step(dossier, funding))
        if stale:
            what = sending(dossier.session, dossier.user, answers=answers, rights=Decimal("0.01"))
        was_sent = dossier.sent_at
        sent = _try(workflow.submit, dossier, dossier.user, self.now, what)
        assert not (stale and sent and not was_sent), "sums that nobody agreed to were sent"

    @precondition(lambda self: self.opened)
    @rule(number=DOSSIERS, who=PEOPLE)
    def somebody_gives_up(self, number: int, who: int) -> None:
        dossier, person = self._dossier(number), self._person(who)
        if dossier is not None:
            given_up = _try(workflow.cancel, dossier, person, self.now)
            assert given_up is None or dossier.user_id == person.pk, "somebody else's dossier was given up"

    @precondition(lambda self: self.opened)
    @rule(number=DOSSIERS)
    def a_seat_offered_is_taken(self, number: int) -> None:
        dossier = self._dossier(number)
        if dossier and dossier.user:
            _try(workflow.take_offer, dossier, dossier.user, self.now)

    @rule(who=PEOPLE, amount=AMOUNTS, days_ago=st.integers(0, 3))
    def an_amount_is_read(self, who: int, amount: Decimal, days_ago: int) -> None:
        person = self._person(who)
        readings.note(person, amount, timezone.localdate() - timedelta(days=days_ago), person, self.now)

    @precondition(lambda self: self.opened)
    @rule(number=DOSSIERS)
    def new_sums_are_agreed(self, number: int) -> None:
        dossier = self._dossier(number)
        if dossier and dossier.user and (found := agreement.quote_for(dossier, timezone.localdate())):
            _try(agreement.agree, dossier, dossier.user, self.now, found.agreed)

    @precondition(lambda self: self.opened)
    @rule(number=DOSSIERS, funding=st.sampled_from(FUNDINGS), risk=st.booleans())
    def the_funding_changes(self, number: int, funding: str, risk: bool) -> None:
        dossier = self._dossier(number)
        if dossier is None or dossier.user is None:
            return
        found = agreement.quote_if(dossier, funding, timezone.localdate())
        if found:
            more = {"funding": funding, "reason": "Autre choix.", "accepts_risk": risk, "seen": found.agreed}
            _try(agreement.change_funding, dossier, dossier.user, self.now, **more)

    @precondition(lambda self: self.opened)
    @rule(number=DOSSIERS, milestone=st.sampled_from(sorted(Milestone.values)), back=st.booleans())
    def something_happens_on_mcf(self, number: int, milestone: str, back: bool) -> None:
        dossier = self._dossier(number)
        if dossier is None or dossier.user is None:
            return
        if back:
            marks.take_back(dossier.user, milestone, dossier.user, self.now, enrolment=dossier)
        else:
            marks.say(dossier.user, milestone, timezone.localdate(), dossier.user, self.now, enrolment=dossier)

    @rule(who=PEOPLE)
    def an_identity_is_verified(self, who: int) -> None:
        person = self._person(who)
        if not person.identity_checks.exists():
            verify_identity(person)

    # Somebody with another's number ---------------------------------------------------------------

    @rule(who=PEOPLE, proved=st.booleans(), name=st.sampled_from(["MOREAU", "AUTRE"]))
    def somebody_claims_a_number(self, who: int, proved: bool, name: str) -> None:
        number = nir_rules.parse(self.people[who].nir)
        contact = {"birth_name": name, "email": "intrus@courriel.example", "mobile": "+33612345678"}
        identity = None
        if proved:
            born = {"birthdate": "1958-03-14", "sex": "F", "birthplace": "79191", "birth_country": "99100"}
            known = {
                "issuer": "https://fc.example",
                "sub": f"{who}-{name}",
                "birth_name": name,
                "first_names": "Jeanne",
            }
            identity = CertifiedIdentity(**known, **born)
        password = None if proved else "Prairie-Verte79"
        held = User.objects.filter(nir_digest=nir_rules.digest(number)).exists()
        try:
            with transaction.atomic():
                made = create_account(
                    number, contact, password=password, now=self.now, identity=identity, take_over=True
                )
        except (AlreadyRegisteredError, WaitsForStaffError, IdentityTakenError):
            return
        assert proved or not held, "a declared claim took a number that somebody has"
        made.nir = self.people[who].nir
        self.people[who] = made
        if proved:
            self.proved_holder[made.nir_digest or ""] = made.pk

    @rule(who=PEOPLE, act=st.sampled_from(["release", "restore", "move"]))
    def staff_settle_a_number(self, who: int, act: str) -> None:
        # Never by their keys, which are drawn anew when a season is played again.
        frozen = User.objects.exclude(frozen_at=None).filter(closed_at=None)
        frozen = frozen.order_by("frozen_at", "frozen_nir_digest", "date_joined").first()
        with transaction.atomic():
            try:
                if act == "release":
                    digest = self._person(who).nir_digest
                    takeover.release(self._person(who), self.staff, "Pièce vue.", self.now)
                    self.proved_holder.pop(digest or "", None)
                elif frozen and act == "restore":
                    takeover.restore(frozen, self.staff, "Pièce vue.", self.now)
                    self.proved_holder.pop(User.objects.get(pk=frozen.pk).nir_digest or "", None)
                elif frozen:
                    takeover.move_dossiers(frozen, self.staff, "Pièce vue.", self.now)
            except TakeoverError:
                transaction.set_rollback(True)

    # ADM79 ----------------------------------------------------------------------------------------

    @precondition(lambda self: self.opened)
    @rule(number=DOSSIERS, name=st.sampled_from(STAFF_ACTS), reason=st.sampled_from(["Parce que.", " "]))
    def staff_press_a_button(self, number: int, name: TransitionName, reason: str) -> None:
        dossier = self._dossier(number)
        if dossier is not None:
            _try(workflow.perform, name, dossier, self.staff, self.now, role=Role.STAFF, reason=reason)

    @rule(where=SESSIONS, days=st.sampled_from([-9, -1, 1, 20]))
    def a_session_moves(self, where: int, days: int) -> None:
        session = self._session(where)
        start = session.start + timedelta(days=days)
        _try(session_changes.move_session, session, start, start, self.staff, self.now)

    @rule(where=SESSIONS)
    def a_session_is_called_off(self, where: int) -> None:
        _try(session_changes.cancel_session, self._session(where), self.staff, self.now, "Faute d'inscrits.")

    @rule(where=SESSIONS, more=st.sampled_from([-1, 1]))
    def seats_are_changed(self, where: int, more: int) -> None:
        session = self._session(where)
        if session.seats_taken <= session.seats + more and not session.cancelled_at:
            session.seats += more
            session.save(update_fields=["seats"])
            session_changes.call_waiting(session, self.now)

    # Mails ----------------------------------------------------------------------------------------

    @rule(dead=st.booleans())
    def the_mail_server_dies_or_comes_back(self, dead: bool) -> None:
        self.mail_is_dead = dead

    @rule()
    def the_worker_works(self) -> None:
        worker.run_tasks()

    @rule(taken=st.booleans())
    def the_worker_is_killed(self, taken: bool) -> None:
        """Between claiming a task and sending, before or after it marked the mail as its own."""
        row = DBTaskResult.objects.ready().first()
        if row is None:
            return
        DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.RUNNING, started_at=self.now)
        if taken and row.task_path == outbox.deliver.module_path:
            OutgoingMail.objects.filter(pk=row.args_kwargs["args"][0], sent_at=None).update(taken_at=self.now)

    # What must hold -------------------------------------------------------------------------------

    @invariant()
    def everything_holds(self) -> None:
        if not hasattr(self, "sessions"):
            return
        truths.seats_are_those_of_dossiers()
        truths.no_cent_is_lost()
        truths.one_live_dossier_each()
        truths.journals_are_whole()
        truths.each_mail_leaves_once()
        truths.nothing_past_is_open(self.people)
        truths.each_dossier_goes_on_or_is_over(self.people)
        for digest, holder in self.proved_holder.items():
            assert User.objects.get(nir_digest=digest).pk == holder, "a proved number went to somebody else"


def _try[**P, T](act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What the act returns; None when it is refused, and then nothing has changed."""
    before = truths.everything()
    try:
        return act(*args, **kwargs)
    except RefusedError:
        assert truths.everything() == before, f"{act} was refused and has changed something"
        return None
