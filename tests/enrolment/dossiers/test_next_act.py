"""One sentence, one day, one button: what comes next in a dossier."""

from datetime import date, timedelta

import pytest

from core.leaves import Kind
from enrolment.dossiers.checklist import Checklist, Facts, Identity, Stage, StepTask, checklist
from enrolment.dossiers.next_act import most_urgent_first, next_act
from enrolment.models import Funding, State
from enrolment.tasks import Actor, Key, Progress, Task
from tests.factories import EnrolmentFactory, SessionFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
STEPS = (StepTask("identification", "Vous identifier à nouveau", proves=True), StepTask("envoi", "Envoyer"))


def act(stage=Stage.DRAFT, state=State.DRAFT, *, identity=Identity.VERIFIED, days=20, franceconnect=False, **more):
    """The next act of a dossier whose last day is *days* from today."""
    facts = Facts(
        today=TODAY,
        last_day=TODAY + timedelta(days=days),
        identity=identity,
        identity_days=3,
        identity_asked_on=None,
        franceconnect=franceconnect,
        mandate_known=True,
        stage=stage,
        steps=(
            StepTask("identification", "Vous identifier à nouveau", proves=True),
            StepTask("envoi", "Envoyer votre demande"),
        ),
        **more,
    )
    enrolment = EnrolmentFactory(session=SessionFactory(start=TODAY + timedelta(days=days + 11)))
    enrolment.state = state
    return next_act(enrolment, checklist(facts))


def test_a_dossier_on_its_way_asks_to_be_sent():
    found = act()
    assert found.mine
    assert found.sentence == "envoyez votre demande d'inscription"
    assert found.by == TODAY + timedelta(days=20)
    assert found.url.endswith("/identification/")
    assert found.leaf(TODAY).kind == Kind.LAST_DAY


def test_the_leaf_is_of_the_earliest_day_that_binds_the_funding():
    """The session begins 31 days from now; on Mon Compte Formation one asks 17 working days before it."""
    found = act()
    leaf = found.leaf(TODAY)
    assert leaf.day < found.by
    assert "sur Mon Compte Formation" in leaf.words
    found.enrolment.funding = Funding.PUBLIC
    assert found.leaf(TODAY).day == found.by
    assert not found.leaf(TODAY).what


def test_without_a_verified_identity_the_document_comes_first():
    found = act(identity=Identity.NONE)
    assert found.sentence == "envoyez votre pièce d'identité"
    assert found.by == TODAY + timedelta(days=17)
    assert found.url.startswith("/identite/")


def test_while_adm79_checks_the_person_waits():
    found = act(identity=Identity.PENDING)
    assert not found.mine
    assert found.sentence == "l'ADM79 vérifie votre identité"
    assert found.leaf(TODAY).kind == Kind.EVENT


def test_a_check_that_cannot_end_in_time_leads_to_another_date():
    found = act(identity=Identity.NONE, days=1)
    assert found.mine
    assert found.sentence == "choisissez une autre date de formation"
    assert found.url.startswith("/formations/")


def test_or_to_franceconnect_where_there_is_one():
    found = act(identity=Identity.NONE, days=1, franceconnect=True)
    assert found.sentence == "continuez avec FranceConnect"
    assert found.by == TODAY + timedelta(days=1)


def test_a_request_sent_waits_for_the_answer_and_shows_the_session():
    found = act(Stage.SENT, State.SENT, sent_on=TODAY)
    assert not found.mine
    assert found.sentence == "l'ADM79 va vous répondre"
    assert found.leaf(TODAY).kind == Kind.EVENT


def test_what_is_left_on_mon_compte_formation_is_the_act_as_soon_as_the_request_has_left():
    by = date(2026, 12, 1)
    asked = "créez votre demande sur Mon Compte Formation"
    paying = (Task(Key.MCF, "Créer votre demande", Actor.YOU, Progress.TODO, by, request=asked),)
    for stage, state in ((Stage.SENT, State.SENT), (Stage.ACCEPTED, State.ACCEPTED)):
        found = act(stage, state, sent_on=TODAY, paying=paying)
        assert found.mine
        assert found.sentence == asked
        assert found.url.endswith("/mon-compte-formation/")
        assert found.by == by


def test_who_must_act_comes_before_who_waits_then_the_earliest_last_day():
    waits, later, sooner = act(Stage.SENT, State.SENT, sent_on=TODAY), act(days=30), act(days=5)
    assert most_urgent_first([waits, later, sooner]) == [sooner, later, waits]


def test_new_sums_are_confirmed_before_anything_else():
    enrolment = EnrolmentFactory()
    enrolment.state, enrolment.sums_to_agree = State.SENT, True
    found = next_act(enrolment, Checklist(()))
    assert found.mine
    assert found.sentence == "confirmez votre financement"
    assert found.url.endswith("/accord/")
