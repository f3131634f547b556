"""The table of transitions, whole: whoever changes it changes this copy too, knowingly."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from enrolment.dossiers import guards
from enrolment.dossiers.guards import DossierFacts
from enrolment.dossiers.refusals import RefusedError
from enrolment.dossiers.transitions import TRANSITIONS, allowed_from, label_of
from enrolment.dossiers.vocabulary import Effect, Role
from enrolment.models import State

TABLE = {
    "send": (
        "Envoyer la demande",
        ["draft"],
        "sent",
        "official",
        [
            "session_holds",
            "training_offered",
            "in_time",
            "proved",
            "answers_complete",
            "dif_may_pay",
            "mcf_clock_known",
            "rights_as_agreed",
            "seat_left",
        ],
        ["take_seat", "reserve_rights"],
        "request_sent",
        False,
    ),
    "queue": (
        "Entrer en liste d'attente",
        ["draft"],
        "waiting",
        "official",
        [
            "session_holds",
            "training_offered",
            "in_time",
            "proved",
            "answers_complete",
            "dif_may_pay",
            "mcf_clock_known",
            "rights_as_agreed",
            "session_full",
        ],
        [],
        "request_waiting",
        False,
    ),
    "promote": (
        "Donner la place libérée",
        ["waiting"],
        "sent",
        "system",
        ["session_holds", "in_time", "seat_left"],
        ["take_seat", "reserve_rights", "ask_sums"],
        "seat_freed",
        False,
    ),
    "accept": (
        "Accepter la demande",
        ["sent"],
        "accepted",
        "staff",
        ["session_holds", "not_begun"],
        [],
        "request_accepted",
        False,
    ),
    "refuse": (
        "Refuser la demande",
        ["sent", "waiting"],
        "refused",
        "staff",
        [],
        ["free_seat", "release_rights", "call_next"],
        "request_refused",
        True,
    ),
    "cancel": (
        "Annuler ma demande",
        ["accepted", "draft", "sent", "waiting"],
        "cancelled",
        "official",
        ["not_begun"],
        ["free_seat", "release_rights", "call_next"],
        "request_cancelled",
        False,
    ),
    "cancel_by_staff": (
        "Annuler la demande",
        ["accepted", "sent", "waiting"],
        "cancelled",
        "staff",
        [],
        ["free_seat", "release_rights", "call_next"],
        "request_cancelled_by_staff",
        True,
    ),
    "cancel_with_session": (
        "Annuler avec la session",
        ["accepted", "draft", "sent", "waiting"],
        "cancelled",
        "system",
        ["session_called_off"],
        ["free_seat", "release_rights"],
        "session_cancelled",
        True,
    ),
    "attend": (
        "Noter la présence",
        ["accepted"],
        "attended",
        "staff",
        ["begun"],
        ["use_rights"],
        "attended",
        False,
    ),
    "miss": (
        "Noter l'absence",
        ["accepted"],
        "absent",
        "staff",
        ["begun"],
        ["release_rights"],
        "absent",
        False,
    ),
    "lapse": (
        "Clore, délai dépassé",
        ["draft"],
        "lapsed",
        "system",
        ["out_of_time"],
        [],
        "lapsed",
        False,
    ),
    "close_line": (
        "Clore la liste d'attente",
        ["waiting"],
        "lapsed",
        "system",
        ["begun"],
        [],
        "lapsed",
        False,
    ),
    "offer": (
        "Proposer la place libérée",
        ["waiting"],
        "waiting",
        "system",
        ["session_holds", "out_of_time", "not_begun", "not_offered", "seat_left"],
        ["note_offer"],
        "seat_offered",
        False,
    ),
    "take_offer": (
        "Prendre la place proposée",
        ["waiting"],
        "sent",
        "official",
        ["offered", "session_holds", "not_begun", "seat_left"],
        ["take_seat", "reserve_rights", "ask_sums"],
        "seat_freed",
        False,
    ),
    "give_seat": (
        "Donner une place",
        ["waiting"],
        "sent",
        "staff",
        ["session_holds", "not_begun", "seat_left"],
        ["take_seat", "reserve_rights", "ask_sums"],
        "seat_freed",
        False,
    ),
    "back_to_sent": (
        "Revenir sur cette décision",
        ["cancelled", "refused"],
        "sent",
        "staff",
        [
            "decided_from_sent",
            "answers_complete",
            "session_holds",
            "not_begun",
            "no_newer_dossier",
            "seat_left",
        ],
        ["take_seat", "reserve_rights"],
        "decision_taken_back",
        True,
    ),
    "back_to_waiting": (
        "Revenir sur cette décision",
        ["cancelled", "refused"],
        "waiting",
        "staff",
        ["decided_from_waiting", "answers_complete", "session_holds", "not_begun", "no_newer_dossier", "in_time"],
        [],
        "decision_taken_back",
        True,
    ),
    "back_to_accepted": (
        "Revenir sur cette décision",
        ["cancelled"],
        "accepted",
        "staff",
        [
            "decided_from_accepted",
            "answers_complete",
            "session_holds",
            "not_begun",
            "no_newer_dossier",
            "seat_left",
        ],
        ["take_seat", "reserve_rights"],
        "decision_taken_back",
        True,
    ),
    "undo_attend": (
        "Revenir sur cette décision",
        ["attended"],
        "accepted",
        "staff",
        ["no_newer_dossier"],
        ["give_back_use"],
        "decision_taken_back",
        True,
    ),
    "undo_miss": (
        "Revenir sur cette décision",
        ["absent"],
        "accepted",
        "staff",
        ["no_newer_dossier"],
        ["reserve_rights"],
        "decision_taken_back",
        True,
    ),
    "undo_accept": (
        "Revenir sur cette décision",
        ["accepted"],
        "sent",
        "staff",
        ["not_told", "session_holds", "not_begun"],
        [],
        "decision_taken_back",
        True,
    ),
}
"""By name: label, sources, target, role, guards, effects, mail, whether it says why."""

TODAY = date(2026, 11, 25)
ALL_WELL = DossierFacts(
    today=TODAY,
    last_day=TODAY,
    start=TODAY + timedelta(days=11),
    session_cancelled=False,
    training_withdrawn=False,
    seats_left=1,
    rights_agreed=Decimal(200),
    rights_expected=Decimal(200),
    proof_holds=True,
    answers_complete=True,
)


def test_the_table_is_this_one():
    table = {
        each.name.value: (
            each.label,
            sorted(each.sources),
            each.target.value,
            each.role.value,
            [guard.__name__ for guard in each.guards],
            [effect.value for effect in each.effects],
            each.mail,
            each.needs_reason,
        )
        for each in TRANSITIONS.values()
    }
    assert table == TABLE
    assert list(table) == list(TABLE)
    assert {name.value for name in TRANSITIONS} == set(TABLE)


@pytest.mark.parametrize(
    ("guard", "holds", "fails", "cause"),
    [
        ("in_time", {}, {"last_day": TODAY - timedelta(days=1)}, "too_late"),
        ("session_holds", {}, {"session_cancelled": True}, "session_cancelled"),
        ("training_offered", {}, {"training_withdrawn": True}, "training_withdrawn"),
        ("seat_left", {}, {"seats_left": 0}, "full"),
        ("session_full", {"seats_left": 0}, {"seats_left": 1}, "not_full"),
        ("proved", {}, {"proof_holds": False}, "not_proved"),
        ("answers_complete", {}, {"answers_complete": False}, "incomplete"),
        ("rights_as_agreed", {}, {"rights_expected": Decimal("199.99")}, "rights_changed"),
        ("rights_as_agreed", {}, {"public_expected": Decimal("0.01")}, "rights_changed"),
        ("dif_may_pay", {}, {"dif_usable": False}, "dif_ended"),
        ("mcf_clock_known", {}, {"mcf_clock_known": False}, "mcf_clock"),
        ("not_begun", {"start": TODAY + timedelta(days=1)}, {"start": TODAY}, "begun"),
        ("begun", {"start": TODAY}, {"start": TODAY + timedelta(days=1)}, "not_begun"),
        ("out_of_time", {"last_day": TODAY - timedelta(days=1)}, {"last_day": TODAY}, "still_time"),
        ("no_newer_dossier", {}, {"newer_dossier": True}, "newer_dossier"),
        ("not_told", {}, {"told": True}, "told"),
        ("offered", {"offered": True}, {}, "not_offered"),
        ("not_offered", {}, {"offered": True}, "offered"),
        ("session_called_off", {"session_cancelled": True}, {}, "session_holds"),
    ],
)
def test_each_guard_holds_up_to_its_border_and_says_why_beyond(guard, holds, fails, cause):
    rule = getattr(guards, guard)
    rule(DossierFacts(**{**vars(ALL_WELL), **holds}))
    with pytest.raises(RefusedError) as refused:
        rule(DossierFacts(**{**vars(ALL_WELL), **fails}))
    assert refused.value.cause == cause


def test_what_each_may_do_in_a_state():
    assert [each.name for each in allowed_from(State.SENT, Role.STAFF)] == ["accept", "refuse", "cancel_by_staff"]
    assert [each.name for each in allowed_from("accepted", Role.OFFICIAL)] == ["cancel"]
    assert [each.name for each in allowed_from(State.DRAFT, Role.OFFICIAL)] == ["send", "queue", "cancel"]
    assert [each.name for each in allowed_from(State.ATTENDED, Role.STAFF)] == ["undo_attend"]
    assert allowed_from(State.LAPSED, Role.STAFF) == []


def test_people_read_labels_never_keys():
    assert label_of("send") == "Envoyer la demande"
    assert (label_of("create"), label_of("move")) == ("Créer le dossier", "Déplacer la session")
    assert [role.label for role in Role] == ["élu", "ADM79", "site"]
    assert [effect.label for effect in Effect] == [
        "libère la place",
        "prend une place",
        "rend les droits réservés",
        "réserve les droits",
        "note que la place est proposée",
        "demande de confirmer le financement",
        "utilise les droits",
        "réserve à nouveau les droits utilisés",
        "appelle le premier de la liste d'attente",
    ]
