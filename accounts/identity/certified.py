"""The identity that FranceConnect certified: kept between the provider and the account, then attached to it.

Below both sides: FranceConnect keeps what it learnt with ``keep``; account creation reads it with
``pending_identity``, shows it read-only, checks the NIR with ``CertifiedIdentity.disagreements`` and calls
``attach`` once the account exists. It is kept encrypted, for the browser that came back from FranceConnect: only
that browser's session knows the row's id.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.identity import nir as nir_rules
from accounts.mandates import recognition
from accounts.models import Commune, FranceConnectIdentity, User
from core.models import Draft

SESSION_KEY = "franceconnect_pending"
KIND = "franceconnect"
LIFETIME = timedelta(hours=1)
"""Long enough to create an account without hurry."""
LINK_WITHIN = timedelta(minutes=15)
"""An identity is linked to an account that exists already within this time, or FranceConnect is asked again."""
FRANCE = "99100"
BIRTHDATE = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?")


class IdentityTakenError(Exception):
    """The FranceConnect identity already belongs to another account."""


@dataclass(frozen=True)
class CertifiedIdentity:
    """Who FranceConnect says the person is.

    ``birthdate`` is as FranceConnect writes it: some people have no known day or month of birth, then
    "1958-00-00", "1958-04-00", "1958-04" or "1958". ``birthplace`` is the COG code of the commune, empty when
    born abroad; ``birth_country`` is a COG code too, "99100" for France. ``sex`` is "F", "M" or empty.
    """

    issuer: str
    sub: str
    birth_name: str
    first_names: str
    usual_name: str = ""
    birthdate: str = ""
    sex: str = ""
    birthplace: str = ""
    birth_country: str = ""
    email: str = ""

    @property
    def birth_date(self) -> date | None:
        """The day of birth, None when any part of it is not known."""
        try:
            return date.fromisoformat(self.birthdate)
        except ValueError:
            return None

    @property
    def birth_year(self) -> int | None:
        """Year of birth, None when not known."""
        return self._part_of_birthdate("year")

    @property
    def birth_month(self) -> int | None:
        """Month of birth, None when not known."""
        return self._part_of_birthdate("month")

    def _part_of_birthdate(self, name: str) -> int | None:
        match = BIRTHDATE.fullmatch(self.birthdate)
        return int(match[name] or 0) or None if match else None

    @property
    def display_name(self) -> str:
        """« Angela Claire Louise DUBOIS », with the usual name when there is one."""
        return f"{self.first_names} {(self.usual_name or self.birth_name).upper()}".strip()

    @property
    def birth_place(self) -> str:
        """The commune of birth as people say it: « Bressuire (79) »; « À l'étranger »; empty when not known."""
        if self.birth_country and self.birth_country != FRANCE:
            return "À l'étranger"
        commune = Commune.objects.filter(pk=self.birthplace).first() if self.birthplace else None
        return f"{commune.name} ({commune.department})" if commune else ""

    def disagreements(self, nir: nir_rules.Nir) -> list[str]:
        """Names of the parts of *nir* that contradict this identity (``sex``, ``birth_date``): another person's number.

        The place alone is no contradiction, see ``place_is_doubtful``.
        """
        wrong = nir_rules.agrees(nir, sex=self.sex or None, birth_date=self.birth_date)
        if self.birth_date is None and self._birthdate_disagrees(nir):
            wrong.append("birth_date")
        return wrong

    def place_is_doubtful(self, nir: nir_rules.Nir) -> bool:
        """Whether the place in *nir* is another than the one certified: for staff to look at, no reason to refuse.

        Only a birth in France is compared: abroad the two sides do not speak the same code.
        """
        told = self.birthplace if self.birth_country == FRANCE else ""
        return bool(told) and bool(nir_rules.agrees(nir, birthplace_cog=told))

    def _birthdate_disagrees(self, nir: nir_rules.Nir) -> bool:
        """Compare what is known of a birth date that is not known whole."""
        year, month = self.birth_year, self.birth_month
        return bool((year and year % 100 != nir.year2) or (month and nir.month and month != nir.month))


def keep(request: HttpRequest, identity: CertifiedIdentity, context: dict[str, Any]) -> None:
    """Hold *identity* for this browser for ``LIFETIME``, with what goes with it (the place it was going to)."""
    forget(request)
    draft = Draft(kind=KIND, expires_at=timezone.now() + LIFETIME)
    draft.owner = f"browser:{draft.pk}"
    draft.data = {"identity": asdict(identity), "context": context}
    draft.save(force_insert=True)
    request.session[SESSION_KEY] = str(draft.pk)


@dataclass(frozen=True)
class Pending:
    """An identity that waits for its account, what was kept with it, and when it was brought back."""

    identity: CertifiedIdentity
    context: dict[str, Any]
    since: datetime

    def is_linkable(self, now: datetime) -> bool:
        """Whether it was brought back recently enough to link it to an account that exists."""
        return now - self.since < LINK_WITHIN


def pending(request: HttpRequest) -> Pending | None:
    """What this browser brought back from FranceConnect and has not used yet."""
    draft_id = request.session.get(SESSION_KEY)
    live = Draft.objects.filter(kind=KIND, expires_at__gt=timezone.now())
    draft = live.filter(pk=draft_id).first() if draft_id else None
    if draft is None:
        return None
    values = draft.data
    return Pending(CertifiedIdentity(**values["identity"]), values["context"], draft.created_at)


def pending_identity(request: HttpRequest) -> CertifiedIdentity | None:
    """The identity alone."""
    waiting = pending(request)
    return waiting.identity if waiting else None


def remember_account(request: HttpRequest, user: User, *, doubtful: bool) -> None:
    """Note with the pending identity which account was just proved, while its owner is asked about the name."""
    draft_id = request.session.get(SESSION_KEY)
    draft = Draft.objects.filter(pk=draft_id, kind=KIND).first() if draft_id else None
    if draft:
        data = draft.data
        draft.data = {**data, "context": {**data["context"], "account": str(user.pk), "doubtful": doubtful}}
        draft.save(update_fields=["content"])


def forget(request: HttpRequest) -> None:
    """Drop the pending identity of this browser, used or not wanted."""
    draft_id = request.session.pop(SESSION_KEY, None)
    if draft_id:
        Draft.objects.filter(pk=draft_id, kind=KIND).delete()


def attach(user: User, identity: CertifiedIdentity, *, doubtful: bool) -> FranceConnectIdentity:
    """Make *identity* the account's own and take its certified fields over.

    *doubtful*: what the number tells of the place of birth could not be compared (``place_is_doubtful``); it is noted.

    An identity the account had before gives way: ``sub`` may change with a person's civil status.
    Raises IdentityTakenError when another account has it.
    """
    try:
        with transaction.atomic():
            link, _ = FranceConnectIdentity.objects.update_or_create(
                user=user, defaults={"issuer": identity.issuer, "sub": identity.sub, "linked_at": timezone.now()}
            )
            user.birth_place_doubtful = doubtful
            user.save(update_fields=["birth_place_doubtful"])
            refresh(user, identity)
    except IntegrityError as error:
        raise IdentityTakenError from error
    return link


def refresh(user: User, identity: CertifiedIdentity) -> None:
    """Bring the account's certified fields up to what FranceConnect says today. Saves the account.

    A name it does not tell stays as the person typed it, and then proves no mandate.
    """
    user.birth_name = identity.birth_name or user.birth_name
    user.usual_name = identity.usual_name
    user.first_names = identity.first_names or user.first_names
    user.sex = identity.sex
    user.birth_date = identity.birth_date
    user.birth_place = identity.birth_place or user.birth_place
    user.certified_by = User.Certification.FRANCECONNECT
    user.certified_at = timezone.now()
    user.birth_month_digest = ""  # its only purpose is served (accounts.identity.birth_month)
    user.save(
        update_fields=[
            "birth_name",
            "usual_name",
            "first_names",
            "sex",
            "birth_date",
            "birth_place",
            "certified_by",
            "certified_at",
            "birth_month_digest",
        ]
    )
    if identity.birth_name and identity.first_names:
        recognition.attach_surely(user)
