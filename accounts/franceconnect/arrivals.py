"""What it means here that somebody comes back from FranceConnect.

Known: logged in. Unknown: the identity waits for its account, which the person proves once (``link``) or creates.
Back in order to enrol: it must be the same person, proved just now, and this is noted for that dossier.
"""

from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.franceconnect import client, tokens
from accounts.franceconnect.attempts import Attempt, Purpose
from accounts.franceconnect.client import Authentication
from accounts.franceconnect.errors import (
    ClosedAccountError,
    FranceConnectError,
    LostError,
    OtherPersonError,
    RefusedError,
    UnavailableError,
    UnverifiedError,
)
from accounts.identity import certified, reauthentication
from accounts.identity.certified import CertifiedIdentity, IdentityTakenError, Pending
from accounts.login import fresh_proof
from accounts.login.service import ID_TOKEN, log_in
from accounts.models import FranceConnectIdentity, IdentityCase, User
from core import outbox, sealed, text
from core.redirects import with_next

NAME_ACCEPTED_FOR = timedelta(days=30)
"""So long after staff accepted another name, its owner may link FranceConnect."""

PROVIDER_ERRORS: dict[str, type[FranceConnectError]] = {
    "access_denied": RefusedError,
    "login_required": RefusedError,
    "consent_required": RefusedError,
    "interaction_required": RefusedError,
    "invalid_scope": UnavailableError,
    "invalid_request": UnavailableError,
    "unauthorized_client": UnavailableError,
    "server_error": UnavailableError,
    "temporarily_unavailable": UnavailableError,
}
"""What FranceConnect answers instead of a code, and what it means for the person."""


def receive(request: HttpRequest, attempt: Attempt) -> str:
    """Take the provider's answer in; the address to go to. Raises FranceConnectError."""
    if not attempt.is_fresh:
        raise LostError("state_stale")
    error = request.GET.get("error")
    if error is not None:
        raise PROVIDER_ERRORS.get(error, UnavailableError)(
            f"provider_{error}" if error in PROVIDER_ERRORS else "provider_other_error"
        )
    code = request.GET.get("code")
    if not code:
        raise UnverifiedError("no_code")
    authentication = client.authenticate(request, code, attempt)
    if attempt.purpose.wants_fresh_login and isinstance(request.user, User):
        return _come_back(request, request.user, attempt, authentication)
    return _come_in(request, attempt, authentication)


def _come_in(request: HttpRequest, attempt: Attempt, authentication: Authentication) -> str:
    known = _known(authentication.identity)
    if known is None:
        return _wait_for_account(request, attempt, authentication)
    if not known.user.is_active:
        raise ClosedAccountError("account_closed")
    log_in(request, known.user, method="franceconnect")
    sealed.write(request.session, ID_TOKEN, authentication.id_token)
    _seen_again(known, authentication.identity)
    reauthentication.note_way(request, attempt.next, "franceconnect", timezone.now())
    return attempt.next


def _come_back(request: HttpRequest, user: User, attempt: Attempt, authentication: Authentication) -> str:
    """Who is logged in proves again that it is them: for one dossier, or before what cannot be undone."""
    if authentication.proved_at < attempt.at - tokens.LEEWAY:
        raise UnverifiedError("authentication_not_fresh")
    known = _known(authentication.identity)
    linked = FranceConnectIdentity.objects.filter(user=user).exists()
    if known is None and not linked and attempt.purpose == Purpose.ENROL:
        return _wait_for_account(request, attempt, authentication)
    if known is None or known.user != user:
        raise OtherPersonError("other_person")
    sealed.write(request.session, ID_TOKEN, authentication.id_token)
    _seen_again(known, authentication.identity)
    if attempt.purpose == Purpose.PROVE:
        fresh_proof.remember(request, timezone.now())
    else:
        reauthentication.store(request, attempt.dossier, "franceconnect", timezone.now())
    return attempt.next


def _known(identity: CertifiedIdentity) -> FranceConnectIdentity | None:
    rows = FranceConnectIdentity.objects.select_related("user")
    return rows.filter(issuer=identity.issuer, sub=identity.sub).first()


def _seen_again(known: FranceConnectIdentity, identity: CertifiedIdentity) -> None:
    """Take over what FranceConnect says today: a civil status that changed keeps nobody out."""
    with transaction.atomic():
        known.last_login_at = timezone.now()
        known.save(update_fields=["last_login_at"])
        certified.refresh(known.user, identity)


def _wait_for_account(request: HttpRequest, attempt: Attempt, authentication: Authentication) -> str:
    context = {"next": attempt.next, "dossier": attempt.dossier, "id_token": authentication.id_token}
    certified.keep(request, authentication.identity, context)
    sealed.write(request.session, ID_TOKEN, authentication.id_token)
    return with_next(reverse("franceconnect:link"), attempt.next)


class NameAnswer(Enum):
    """What the name that FranceConnect gives means for the account that was proved."""

    SAME = auto()
    ASK = auto()
    """Another name, the birth agrees: the person confirms, staff see it."""
    WAIT = auto()
    """Another name and nothing of the birth to go by: staff look first."""


def judge_name(user: User, identity: CertifiedIdentity, now: datetime) -> NameAnswer:
    """Whether linking would give the account another name, and who has a say in it."""
    if not (user.birth_name and identity.birth_name) or text.same_name(user.birth_name, identity.birth_name):
        return NameAnswer.SAME  # a name that FranceConnect does not tell changes nothing
    accepted = IdentityCase.objects.filter(
        kind=IdentityCase.Kind.NAME_CHANGED, user=user, settled_at__gt=now - NAME_ACCEPTED_FOR
    )
    born_alike = identity.birth_date is not None and user.birth_date in {None, identity.birth_date}
    return NameAnswer.ASK if born_alike or accepted.exists() else NameAnswer.WAIT


@transaction.atomic
def ask_staff_about_name(user: User, identity: CertifiedIdentity, now: datetime) -> None:
    """Put the name to staff, once while the question is open."""
    User.objects.lock(user)
    kind = IdentityCase.Kind.NAME_WAITS
    if IdentityCase.objects.filter(kind=kind, user=user, settled_at=None).exists():
        return
    case = IdentityCase(kind=kind, user=user, at=now)
    case.facts = {"Nom du compte": user.get_full_name(), "Selon FranceConnect": identity.display_name}
    case.save(force_insert=True)
    outbox.send_later("identity/case", settings.ADM79_EMAIL, {"what": case.get_kind_display()}, key=f"case:{case.pk}")


def link(request: HttpRequest, user: User, waiting: Pending, *, doubtful: bool) -> str:
    """Link the waiting identity to the account that its owner just proved, and log in; the address to go to.

    *doubtful*: the place of birth that the number tells could not be compared with FranceConnect's.

    The owner is told by mail: it is a new way into the account. Raises OtherPersonError when the identity belongs
    to another account, or when another account than the one logged in was proved in order to enrol.
    """
    dossier = waiting.context["dossier"]
    if dossier and request.user.is_authenticated and request.user != user:
        raise OtherPersonError("other_account")
    try:
        with transaction.atomic():
            user = User.objects.lock(user)
            _note_new_name(user, waiting.identity)
            certified.attach(user, waiting.identity, doubtful=doubtful)
            outbox.send_later("franceconnect/linked", user.email, {})
    except IdentityTakenError as error:
        raise OtherPersonError("identity_taken") from error
    certified.forget(request)
    log_in(request, user, method="franceconnect")
    sealed.write(request.session, ID_TOKEN, waiting.context["id_token"])
    if dossier:
        reauthentication.store(request, dossier, "franceconnect", timezone.now())
    return str(waiting.context["next"])


def _note_new_name(user: User, identity: CertifiedIdentity) -> None:
    """Staff find that the person confirmed another name."""
    if judge_name(user, identity, timezone.now()) is not NameAnswer.SAME:
        case = IdentityCase(kind=IdentityCase.Kind.NAME_CHANGED, user=user)
        case.facts = {"Nom du compte": user.get_full_name(), "Selon FranceConnect": identity.display_name}
        case.save(force_insert=True)
