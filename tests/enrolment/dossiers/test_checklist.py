"""What is left to do, by whom and by when, counted back from the last day to send."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.dossiers.checklist import Facts, Identity, Stage, StepTask, checklist, time_left
from enrolment.tasks import Actor, Key, Progress, Task

LAST = date(2026, 12, 10)
FACTS = Facts(
    today=LAST - timedelta(days=10),
    last_day=LAST,
    identity=Identity.NONE,
    identity_days=3,
    identity_asked_on=None,
    franceconnect=False,
    mandate_known=True,
    stage=Stage.NONE,
    steps=(
        StepTask("prove", "Vous identifier à nouveau", proves=True),
        StepTask("information", "Vérifier vos informations"),
        StepTask("send", "Envoyer votre demande"),
    ),
)


def steps_done(*names):
    return tuple(replace(step, done=step.name in names) for step in FACTS.steps)


def tasks(**changes):
    made = checklist(replace(FACTS, **changes))
    return made, {task.key: task for task in made.tasks}


def test_the_identity_document_is_due_before_the_check_has_to_end():
    made, by_key = tasks()
    assert by_key[Key.IDENTITY].by == LAST - timedelta(days=3)
    assert by_key[Key.IDENTITY].words == "Il vous reste 7 jours pour envoyer votre pièce d'identité."
    assert by_key[Key.CHECK].actor == Actor.ADM79
    assert by_key[Key.CHECK].usual == "en général 3 jours"
    assert made.next_task.key == Key.IDENTITY
    assert by_key[Key.SEND].by == LAST
    assert by_key[Key.SEND].progress == Progress.LATER


@pytest.mark.parametrize(
    ("days_left", "words"),
    [
        (3, "C'est le dernier jour pour envoyer votre pièce d'identité : avant minuit."),
        (4, "Il vous reste 1 jour pour envoyer votre pièce d'identité."),
    ],
)
def test_the_last_days_are_said_in_words(days_left, words):
    assert tasks(today=LAST - timedelta(days=days_left))[1][Key.IDENTITY].words == words


def test_when_there_is_no_time_for_the_check_it_says_so_now():
    made, by_key = tasks(today=LAST - timedelta(days=2))
    assert made.no_time
    assert not made.franceconnect_saves
    assert by_key[Key.IDENTITY].progress == Progress.TOO_LATE
    assert "ne peut plus finir" in by_key[Key.IDENTITY].words
    assert tasks(today=LAST - timedelta(days=2), franceconnect=True)[0].franceconnect_saves


def test_a_check_under_way_waits_for_adm79():
    made, by_key = tasks(identity=Identity.PENDING, identity_asked_on=LAST - timedelta(days=10))
    assert by_key[Key.IDENTITY].progress == Progress.DONE
    assert by_key[Key.CHECK].progress == Progress.WAITING
    assert made.waiting == by_key[Key.CHECK]
    assert "reçue" in made.waiting.words
    assert not made.no_time
    assert tasks(identity=Identity.PENDING, identity_asked_on=LAST - timedelta(days=2), today=LAST)[0].no_time


def test_with_franceconnect_the_dossier_waits_for_no_check():
    assert tasks(franceconnect=True, stage=Stage.DRAFT)[1]["prove"].progress == Progress.TODO
    assert tasks(franceconnect=False, stage=Stage.DRAFT)[1]["prove"].progress == Progress.LATER


def test_one_step_of_the_dossier_is_to_do_at_a_time():
    _, by_key = tasks(identity=Identity.VERIFIED, stage=Stage.DRAFT)
    assert by_key["prove"].progress == Progress.TODO
    assert {by_key[key].progress for key in ("information", "send")} == {Progress.LATER}


def test_a_verified_identity_or_a_live_proof_has_no_check_left():
    assert Key.IDENTITY not in tasks(identity=Identity.VERIFIED)[1]
    assert Key.IDENTITY not in tasks(steps=steps_done("prove"))[1]


def test_a_refused_document_is_to_be_sent_again():
    assert tasks(identity=Identity.REFUSED)[1][Key.IDENTITY].title == "Envoyer de nouveau votre pièce d'identité"


def test_what_is_done_is_ticked():
    done = steps_done("prove", "information")
    _, by_key = tasks(identity=Identity.VERIFIED, stage=Stage.DRAFT, steps=done)
    ticked = {key for key, task in by_key.items() if task.progress == Progress.DONE}
    assert ticked == {Key.OPEN, "prove", "information"}


def test_an_unknown_mandate_is_said_and_does_not_block():
    made, by_key = tasks(mandate_known=False, identity=Identity.VERIFIED)
    assert made.tasks[-1].key == Key.MANDATE
    assert made.next_task.key == Key.OPEN
    assert by_key[Key.OPEN].progress == Progress.TODO


@pytest.mark.parametrize(
    ("stage", "answer"),
    [(Stage.SENT, Progress.WAITING), (Stage.WAITING_LIST, Progress.WAITING), (Stage.ACCEPTED, Progress.DONE)],
)
def test_after_sending_one_waits_and_does_what_the_funding_asks(stage, answer):
    paying = Task(Key.MCF, "Créer votre demande", Actor.YOU, Progress.TODO, date(2026, 11, 26))
    made, by_key = tasks(stage=stage, paying=(paying,))
    assert by_key[Key.ANSWER].progress == answer
    assert made.next_task == paying
    assert (made.waiting is None) == (stage == Stage.ACCEPTED)


@given(
    days=st.integers(-5, 40),
    identity=st.sampled_from(Identity),
    stage=st.sampled_from(Stage),
    franceconnect=st.booleans(),
    identity_days=st.integers(1, 20),
)
def test_no_task_is_ever_due_after_the_last_day(days, identity, stage, franceconnect, identity_days):
    facts = replace(
        FACTS,
        today=LAST - timedelta(days=days),
        identity=identity,
        stage=stage,
        franceconnect=franceconnect,
        identity_days=identity_days,
    )
    made = checklist(facts)
    assert all(task.by is None or task.by <= LAST for task in made.tasks)
    todo = [task for task in made.tasks if task.actor == Actor.YOU and task.by and task.progress == Progress.TODO]
    assert all(task.by >= facts.today for task in todo if task.key != Key.MANDATE)


def test_time_that_is_over_says_nothing():
    assert time_left(LAST + timedelta(days=1), LAST, "envoyer") == ""
