"""Both tracks: milestones × funding × clock × readiness → what is next, who acts, by when, in what words."""

from datetime import date
from decimal import Decimal

import pytest

from catalogue.models import Session
from catalogue.sessions.clocks import Rules, clocks
from enrolment.dossiers import tracks
from enrolment.dossiers.checklist import Checklist
from enrolment.funding.milestones import Mark, McfFacts, track
from enrolment.models import Enrolment, State
from enrolment.tasks import Actor, Key, Progress, Task

START = date(2026, 12, 21)
BOTH = clocks(START, Rules(11, "calendar", 17, 11))
EARLY, RISKY, LATE = date(2026, 11, 20), date(2026, 11, 30), date(2026, 12, 7)
SAID = Mark(date(2026, 11, 18))
READY = {"account": SAID, "rights_seen": SAID, "identity": SAID}
ASKED = {**READY, "requested": SAID}
HERE, YOU, BODY, MCF = (each.label for each in (Actor.ADM79, Actor.YOU, Actor.BODY, Actor.MCF))
PRUDENT, VALIDATED = date(2026, 11, 26), date(2026, 12, 4)
"""17 and 11 working days before 21 December 2026."""


def dossier(funding: str, state: State = State.SENT, **fields) -> Enrolment:
    public = {"public_agreed": Decimal(200)} if funding in {"public", "both"} else {}
    return Enrolment(
        session=Session(start=START, end=START), state=state, funding=funding, price=Decimal(200), **public | fields
    )


def money(funding, marks=None, today=EARLY, *, signed=None, **fields):
    enrolment = dossier(funding, **fields)
    facts = McfFacts(today=today, clocks=BOTH, start=START, seated=enrolment.holds_a_seat, marks=marks or {})
    return tracks.funding(enrolment, track(facts) if enrolment.uses_dif else None, signed)


THERE = " sur Mon Compte Formation"
UNREADY = {**READY, "identity": Mark(SAID.on, passed=False)}
PROPOSED = {**ASKED, "proposed": SAID}
LATELY = {**ASKED, "proposed": Mark(date(2026, 12, 3))}
AGAIN = "reprenez votre financement"
DIF = [
    # what is said there (readiness first), the day → who, what, until when; what else is said
    ({}, EARLY, [(YOU, f"ouvrir votre compte{THERE}", PRUDENT)], ""),
    ({"account": SAID}, EARLY, [(YOU, f"voir votre compte élu et son montant{THERE}", PRUDENT)], ""),
    (UNREADY, EARLY, [(YOU, f"préparer votre identité{THERE}", PRUDENT)], ""),
    (UNREADY, LATE, [(YOU, AGAIN, None)], "ne devrait plus être payée"),
    (READY, EARLY, [(YOU, f"créer votre demande{THERE}", PRUDENT)], ""),
    (READY, RISKY, [(YOU, f"créer votre demande{THERE}", VALIDATED)], ""),
    (READY, LATE, [(YOU, AGAIN, None)], "ne devrait plus être payée"),
    (ASKED, EARLY, [(BODY, f"doit faire sa proposition{THERE}", date(2026, 11, 20))], ""),
    (ASKED, RISKY, [(BODY, f"doit faire sa proposition{THERE}", None)], "Le dernier jour est passé"),
    (PROPOSED, EARLY, [(YOU, f"valider la proposition{THERE}", date(2026, 11, 24))], ""),
    (PROPOSED, RISKY, [(YOU, f"valider la proposition{THERE}", None)], "Le dernier jour est passé"),
    (LATELY, RISKY, [(YOU, f"valider la proposition{THERE}", VALIDATED)], ""),
    (LATELY, LATE, [(YOU, f"valider la proposition{THERE}", None)], "Le dernier jour est passé"),
    ({**PROPOSED, "validated": SAID}, EARLY, [], "Vous n'avez plus rien à faire"),
    ({**PROPOSED, "validated": SAID}, START, [(MCF, "doit payer la formation", None)], ""),
    ({**PROPOSED, "validated": SAID, "paid": SAID}, START, [], "Vous n'avez plus rien à faire"),
    ({**ASKED, "refused": SAID}, EARLY, [(YOU, AGAIN, None)], "L'organisme a refusé"),
    ({**ASKED, "fallen": SAID}, RISKY, [(YOU, AGAIN, None)], "est tombée"),
    ({**ASKED, "cancelled": SAID}, LATE, [(YOU, AGAIN, None)], "est annulée"),
]


def told(side):
    return [(each.actor.label, each.words, each.by) for each in side.next]


@pytest.mark.parametrize(("marks", "today", "expected", "note"), DIF)
def test_the_dif_by_milestone_readiness_and_clock(marks, today, expected, note):
    side = money("dif", marks, today)
    assert side.state == "Par mon DIF élus"
    assert told(side) == expected
    assert note in side.note if note else not side.note


@pytest.mark.parametrize(("marks", "today", "expected", "note"), DIF)
def test_with_a_commune_for_the_rest_its_agreement_comes_besides(marks, today, expected, note):
    sign = (YOU, "faites signer l'accord de votre collectivité", START)
    assert told(money("both", marks, today)) == [*expected, sign]
    assert told(money("both", marks, today, signed=date(2026, 11, 19))) == expected


@pytest.mark.parametrize("today", [EARLY, RISKY, LATE, START])
@pytest.mark.parametrize("marks", [{}, READY, ASKED, {**ASKED, "fallen": SAID}])
@pytest.mark.parametrize("signed", [None, date(2026, 11, 19)])
@pytest.mark.parametrize("funding", ["public", "self"])
def test_another_funding_never_names_mon_compte_formation(funding, signed, marks, today):
    side = money(funding, marks, today, signed=signed)
    said = " ".join([side.state, side.note, *(each.sentence for each in side.next)])
    assert "Mon Compte Formation" not in said
    assert "DIF" not in said
    must_sign = funding == "public" and not signed
    assert [each.actor for each in side.next] == ([Actor.YOU] if must_sign else [])


def test_nothing_is_asked_there_while_one_waits_for_a_seat():
    side = money("dif", READY, state=State.WAITING)
    assert side.next == ()
    assert side.note.startswith("Rien à demander sur Mon Compte Formation")


def test_readiness_is_prepared_while_one_waits():
    assert told(money("dif", {}, state=State.WAITING))[0][1].startswith("ouvrir votre compte")


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED])
@pytest.mark.parametrize(("marks", "there"), [(ASKED, True), (READY, False), ({**ASKED, "cancelled": SAID}, False)])
def test_what_ends_here_is_to_be_cancelled_there_when_it_was_asked(state, marks, there):
    side = money("dif", marks, state=state)
    assert side.next == ()
    assert side.note == ("Annulez aussi votre demande sur Mon Compte Formation." if there else "")


def test_new_sums_come_before_the_request_that_is_made_for_them():
    words = [each.words for each in money("dif", READY, sums_to_agree=True).next]
    assert words[0] == "acceptez ou changez les nouveaux montants"
    assert words[1].startswith("créer votre demande")


def test_each_sentence_says_who_and_until_when():
    (waits,) = money("dif", ASKED).next
    assert waits.sentence.replace("\xa0", " ") == (
        "L'organisme de formation doit faire sa proposition sur Mon Compte Formation, au plus tard le "
        "vendredi 20 novembre 2026."
    )
    (acts,) = money("dif", READY).next
    assert acts.sentence.replace("\xa0", " ") == f"créer votre demande{THERE}, au plus tard le jeudi 26 novembre 2026."


# The seat ------------------------------------------------------------------------------------------

LAST = date(2026, 12, 10)
SEND = Task("information", "Informations", Actor.YOU, Progress.TODO, LAST)
SHOW = Task(Key.IDENTITY, "Pièce", Actor.YOU, Progress.TODO, date(2026, 12, 7))
CHECK = Task(Key.CHECK, "Vérifier", Actor.ADM79, Progress.WAITING, LAST)


@pytest.mark.parametrize(
    ("state", "checklist", "expected"),
    [
        (State.DRAFT, Checklist((SEND,)), [(YOU, "envoyez votre demande", LAST)]),
        (State.DRAFT, Checklist((SHOW, SEND)), [(YOU, "faites vérifier votre identité", date(2026, 12, 7))]),
        (State.DRAFT, Checklist((CHECK,)), [(HERE, "vérifie votre identité", None)]),
        (State.DRAFT, Checklist((), no_time=True), [(YOU, "choisissez une autre date de formation", None)]),
        (
            State.DRAFT,
            Checklist((), no_time=True, franceconnect_saves=True),
            [(YOU, "continuez avec FranceConnect, sans attendre la vérification", LAST)],
        ),
        (State.SENT, Checklist(()), [(HERE, "répond à votre demande, en général sous 2 jours ouvrés", None)]),
        (State.WAITING, Checklist(()), [(HERE, "vous écrit si une place se libère", None)]),
        (State.ACCEPTED, Checklist(()), []),
        (State.REFUSED, Checklist(()), []),
        (State.CANCELLED, Checklist(()), []),
        (State.LAPSED, Checklist(()), []),
        (State.ATTENDED, Checklist(()), []),
        (State.ABSENT, Checklist(()), []),
    ],
)
def test_the_seat_by_state(state, checklist, expected):
    assert told(tracks.seat(dossier("dif", state), checklist, LAST)) == expected


def test_every_state_says_where_the_seat_stands():
    assert {tracks.seat(dossier("dif", state), Checklist(()), LAST).state for state in State} == {
        "À envoyer", "Envoyée", "En liste d'attente", "Acceptée", "Refusée", "Annulée", "Délai dépassé",
        "Formation suivie", "Absence",
    }  # fmt: skip
