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


class TestTheWholeListAsThePersonReadsIt:
    """Every task with its words, who acts, how far it is, by when and how long it takes."""

    def test_before_the_dossier_is_opened(self):
        made = checklist(replace(FACTS, franceconnect=True, mandate_known=False))
        assert made.time_left == "Il vous reste 10 jours pour envoyer votre demande."
        assert made.tasks == (
            Task(
                "identity",
                "Envoyer votre pièce d'identité, ou utiliser FranceConnect",
                Actor.YOU,
                Progress.TODO,
                LAST - timedelta(days=3),
                "10 minutes",
                "Il vous reste 7 jours pour envoyer votre pièce d'identité.",
            ),
            Task("check", "Vérifier votre identité", Actor.ADM79, Progress.LATER, LAST, "en général 3 jours"),
            Task("open", "Créer votre dossier d'inscription", Actor.YOU, Progress.TODO, LAST),
            Task("prove", "Vous identifier à nouveau", Actor.YOU, Progress.LATER, LAST),
            Task("information", "Vérifier vos informations", Actor.YOU, Progress.LATER, LAST),
            Task("send", "Envoyer votre demande", Actor.YOU, Progress.LATER, LAST),
            Task(
                "mandate",
                "Faire reconnaître votre mandat",
                Actor.YOU,
                Progress.TODO,
                LAST,
                "",
                "Ce site n'a pas encore retrouvé votre mandat. Cela n'empêche pas d'envoyer votre demande à temps.",
            ),
        )

    def test_while_adm79_looks_at_the_document(self):
        asked = {"identity": Identity.PENDING, "identity_asked_on": LAST - timedelta(days=3), "identity_days": 1}
        made = checklist(replace(FACTS, **asked, today=LAST - timedelta(days=2)))
        assert made.time_left == "Il vous reste 2 jours pour envoyer votre demande."
        assert made.tasks[:3] == (
            Task("identity", "Envoyer votre pièce d'identité", Actor.YOU, Progress.DONE),
            Task(
                "check",
                "Vérifier votre identité",
                Actor.ADM79,
                Progress.WAITING,
                LAST,
                "en général 1 jour",
                "Votre pièce d'identité est reçue. Vous recevrez un mail dès qu'elle est vérifiée.",
            ),
            Task("open", "Créer votre dossier d'inscription", Actor.YOU, Progress.TODO, LAST),
        )

    def test_without_franceconnect_nor_time(self):
        made = checklist(replace(FACTS, today=LAST - timedelta(days=2)))
        assert made.tasks[:2] == (
            Task(
                "identity",
                "Envoyer votre pièce d'identité",
                Actor.YOU,
                Progress.TOO_LATE,
                LAST - timedelta(days=3),
                "10 minutes",
                "La vérification prend en général 3 jours : elle ne peut plus finir avant le dernier jour d'envoi.",
            ),
            Task("check", "Vérifier votre identité", Actor.ADM79, Progress.LATER, LAST, "en général 3 jours"),
        )

    @pytest.mark.parametrize(
        ("stage", "answer"),
        [
            (
                Stage.SENT,
                Task(
                    "answer",
                    "Répondre à votre demande",
                    Actor.ADM79,
                    Progress.WAITING,
                    None,
                    "en général 2 jours ouvrés",
                    "Vous recevrez sa réponse par mail.",
                ),
            ),
            (
                Stage.WAITING_LIST,
                Task(
                    "answer",
                    "Attendre une place",
                    Actor.ADM79,
                    Progress.WAITING,
                    None,
                    "",
                    "La session est complète. Si une place se libère, elle va au premier de la liste, ou lui est "
                    "proposée.",
                ),
            ),
            (
                Stage.ACCEPTED,
                Task(
                    "answer",
                    "Répondre à votre demande",
                    Actor.ADM79,
                    Progress.DONE,
                    None,
                    "en général 2 jours ouvrés",
                    "",
                ),
            ),
        ],
    )
    def test_after_sending(self, stage, answer):
        sent_on = LAST - timedelta(days=12)
        made = checklist(replace(FACTS, stage=stage, sent_on=sent_on))
        assert made.time_left == ""
        assert made.tasks == (Task("send", "Envoyer votre demande", Actor.YOU, Progress.DONE, sent_on), answer)


def test_a_check_that_should_end_on_the_very_last_day_is_in_time():
    asked = {"identity": Identity.PENDING, "identity_asked_on": LAST - timedelta(days=3)}
    assert tasks(**asked, today=LAST - timedelta(days=1))[1][Key.CHECK].progress == Progress.WAITING
    late = asked | {"identity_asked_on": LAST - timedelta(days=2)}
    assert tasks(**late, today=LAST - timedelta(days=1))[1][Key.CHECK].progress == Progress.TOO_LATE


def test_on_the_last_day_one_can_still_send():
    _, by_key = tasks(identity=Identity.VERIFIED, today=LAST)
    assert by_key[Key.OPEN].progress == Progress.TODO
    _, by_key = tasks(identity=Identity.VERIFIED, today=LAST + timedelta(days=1))
    assert by_key[Key.OPEN].progress == Progress.TOO_LATE
