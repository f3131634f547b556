"""Each mail tells the truth of the state that it comes from: nothing is given back that was not held."""

from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone

from enrolment.dossiers import workflow
from enrolment.dossiers.transitions import TAKING_BACK, TRANSITIONS
from enrolment.dossiers.vocabulary import Role, TransitionName
from enrolment.models import Enrolment, State
from enrolment.rights import ledger
from tests.enrolment.dossiers.test_transitions import dossier_in, session_for
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

Name = TransitionName
SEAT = "Votre place est rendue"
RIGHTS = "Ce site ne réserve plus vos droits"
NONE_RESERVED = "aucun droit n'était réservé"
UNMOVED = "ien n'est retenu ici sur vos droits"
EVERY = (SEAT, RIGHTS, NONE_RESERVED, UNMOVED)

SAID = {
    (Name.PROMOTE, State.WAITING): ("Une place s'est libérée", ()),
    (Name.GIVE_SEAT, State.WAITING): ("Une place s'est libérée", ()),
    (Name.ACCEPT, State.SENT): ("L'ADM79 accepte votre demande", ()),
    (Name.REFUSE, State.SENT): ("n'a pas pu accepter", (RIGHTS,)),
    (Name.REFUSE, State.WAITING): ("n'a pas pu accepter", (NONE_RESERVED,)),
    (Name.CANCEL, State.DRAFT): ("Vous avez annulé", ()),
    (Name.CANCEL, State.WAITING): ("Vous avez annulé", (NONE_RESERVED,)),
    (Name.CANCEL, State.SENT): ("Vous avez annulé", (SEAT, RIGHTS)),
    (Name.CANCEL, State.ACCEPTED): ("Vous avez annulé", (SEAT, RIGHTS)),
    (Name.CANCEL_BY_STAFF, State.SENT): ("L'ADM79 a annulé", (RIGHTS,)),
    (Name.CANCEL_BY_STAFF, State.WAITING): ("L'ADM79 a annulé", (NONE_RESERVED,)),
    (Name.CANCEL_BY_STAFF, State.ACCEPTED): ("L'ADM79 a annulé", (RIGHTS,)),
    (Name.CANCEL_WITH_SESSION, State.DRAFT): ("n'aura pas lieu", ()),
    (Name.CANCEL_WITH_SESSION, State.WAITING): ("n'aura pas lieu", (NONE_RESERVED,)),
    (Name.CANCEL_WITH_SESSION, State.SENT): ("n'aura pas lieu", (RIGHTS,)),
    (Name.CANCEL_WITH_SESSION, State.ACCEPTED): ("n'aura pas lieu", (RIGHTS,)),
    (Name.ATTEND, State.ACCEPTED): ("a noté votre présence", ()),
    (Name.MISS, State.ACCEPTED): ("a noté votre absence", (RIGHTS,)),
    (Name.LAPSE, State.DRAFT): ("n'est pas parti", (UNMOVED,)),
    (Name.CLOSE_LINE, State.WAITING): ("Aucune place ne s'est libérée", (UNMOVED,)),
    (Name.OFFER, State.WAITING): ("Une place vient de se libérer", ()),
    (Name.TAKE_OFFER, State.WAITING): ("Une place s'est libérée", ()),
}
"""What each mail says it is about, and what it says of seat and rights; it says nothing else of them."""

ROLES = {
    **dict.fromkeys(
        (Name.ACCEPT, Name.GIVE_SEAT, Name.REFUSE, Name.CANCEL_BY_STAFF, Name.ATTEND, Name.MISS), Role.STAFF
    ),
    Name.CANCEL: Role.OFFICIAL,
    Name.TAKE_OFFER: Role.OFFICIAL,
}


def mail_after(name, enrolment, run_tasks):
    role = ROLES.get(name, Role.SYSTEM)
    by = {Role.OFFICIAL: enrolment.user, Role.STAFF: StaffFactory(), Role.SYSTEM: None}[role]
    workflow.perform(name, enrolment, by, timezone.now(), role=role, reason="Salle fermée")
    run_tasks()
    (message,) = mail.outbox
    return message.body, message.alternatives[0].content.replace("&#x27;", "'")


@pytest.mark.parametrize(("name", "state"), SAID)
def test_a_mail_says_what_was_given_back_and_nothing_that_was_not(name, state, run_tasks):
    about, back = SAID[name, state]
    enrolment = dossier_in(state, session_for(name))
    if name is Name.TAKE_OFFER:
        Enrolment.objects.filter(pk=enrolment.pk).update(offered_at=timezone.now())
    for text in mail_after(name, enrolment, run_tasks):
        assert about in text
        assert [words for words in EVERY if words in text] == [words for words in EVERY if words in back]
        assert ("200,00" in text) == (RIGHTS in back or name is Name.ATTEND)


@pytest.mark.parametrize("name", [Name.REFUSE, Name.CANCEL, Name.CANCEL_WITH_SESSION])
def test_who_agreed_to_use_no_rights_gets_none_back(name, run_tasks):
    enrolment = dossier_in(State.SENT, session_for(name))
    ledger.release(enrolment, timezone.now())
    Enrolment.objects.filter(pk=enrolment.pk).update(rights_agreed=Decimal(0), rights_used=Decimal(0))
    for text in mail_after(name, enrolment, run_tasks):
        assert RIGHTS not in text
        assert NONE_RESERVED not in text


def test_every_transition_with_a_mail_is_here_from_each_of_its_states():
    asked = {(each.name, state) for each in TRANSITIONS.values() for state in each.sources if each.mail}
    asked -= {(name, state) for name, state in asked if name in TAKING_BACK}  # test_taking_back
    assert asked - {(Name.SEND, State.DRAFT), (Name.QUEUE, State.DRAFT)} == set(SAID)
