"""A valid object with no argument; an argument for what the test is about."""

import datetime
from decimal import Decimal
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts import models as accounts
from accounts.mandates.recognition import register_key
from accounts.terms import conditions
from catalogue import models as catalogue
from catalogue.search.index import deferred
from core.encryption import keyed_digest
from enrolment import models as enrolment

PASSWORD = "Mairie-de-Niort79"
"""The password of every account made here."""


def make_nir(*, sex: int = 2, year: int = 58, month: int = 3, place: str = "79191", order: int = 1) -> str:
    """A NIR of 15 characters with its right key: 2A counts as 19 and 2B as 18 (DOMAIN)."""
    digits13 = f"{sex}{year:02}{month:02}{place}{order:03}"
    number = int(digits13.replace("2A", "19").replace("2B", "18"))
    return f"{digits13}{97 - number % 97:02}"


def in_days(days: int) -> datetime.date:
    """The day so many days from today in Paris."""
    return timezone.localdate() + datetime.timedelta(days=days)


class CommuneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = accounts.Commune
        django_get_or_create = ("code",)

    code = "79191"
    name = "Niort"
    name_key = factory.LazyAttribute(lambda commune: commune.name.lower().replace("-", " ").replace("é", "e"))
    department = factory.LazyAttribute(lambda commune: commune.code[:2])
    epci = "200041317"
    epci_name = "CA du Niortais"
    population = 59_193


class PostalCodeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = accounts.PostalCode
        django_get_or_create = ("code", "commune")

    code = "79000"
    commune = factory.SubFactory(CommuneFactory)


class UserFactory(factory.django.DjangoModelFactory):
    """An official with an account and a password, no mandate yet. ``user.nir`` has the 15 characters typed."""

    class Meta:
        model = accounts.User
        skip_postgeneration_save = True

    nir = factory.Sequence(lambda n: make_nir(order=n % 999 + 1, month=n // 999 % 12 + 1))
    birth_name = "Moreau"
    first_names = "Jeanne"
    sex = "F"
    birth_date = datetime.date(1958, 3, 14)
    birth_place = "Niort"
    nationality = "française"
    mobile = "+33612345678"
    email = factory.Sequence(lambda n: f"jeanne.moreau{n}@courriel.example")
    street_number = "12"
    street_type = "Rue"
    street_name = "de la Mairie"
    postal_code = "79000"
    city = "Niort"
    commune = factory.SubFactory(CommuneFactory)
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
    terms_version = conditions.FIRST
    terms_accepted_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class, *args, nir, **kwargs):
        user = super()._create(model_class, *args, nir_digest=keyed_digest(nir[:13], purpose="nir"), **kwargs)
        user.nir = nir
        return user


class StaffFactory(factory.django.DjangoModelFactory):
    """Someone of ADM79 without any right of their own; ``is_superuser=True`` has them all."""

    class Meta:
        model = accounts.User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"bureau{n}")
    first_names = "Paule"
    birth_name = "Bureau"
    email = factory.Sequence(lambda n: f"bureau{n}@adm79.example")
    is_staff = True
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class MandateFactory(factory.django.DjangoModelFactory):
    """A municipal mandate in Niort, confirmed by staff; ``user=None`` for a line of the register that is nobody's."""

    class Meta:
        model = accounts.Mandate

    user = factory.SubFactory(UserFactory)
    status = factory.LazyAttribute(lambda mandate: "confirmed" if mandate.user else "unmatched")
    degree = factory.LazyAttribute(lambda mandate: 2 if mandate.user else None)
    birth_name = factory.LazyAttribute(lambda mandate: mandate.user.birth_name if mandate.user else "Moreau")
    first_name = factory.LazyAttribute(lambda mandate: mandate.user.first_names if mandate.user else "Jeanne")
    name_key = factory.LazyAttribute(lambda mandate: register_key(mandate.birth_name))
    sex = "F"
    birth_date = datetime.date(1958, 3, 14)
    function = "Maire"
    commune = factory.SubFactory(CommuneFactory)
    place_name = "Niort"
    start = datetime.date(2020, 5, 18)


class MandateClaimFactory(factory.django.DjangoModelFactory):
    """A mandate that the register proposes to a person who has not answered yet."""

    class Meta:
        model = accounts.MandateClaim

    user = factory.SubFactory(UserFactory)
    mandate = factory.SubFactory(MandateFactory, user=None)


class OfficialFactory(UserFactory):
    """An official with a confirmed mandate and rights: ``rights=0`` for none."""

    class Meta:
        model = accounts.User
        skip_postgeneration_save = True

    email = "jeanne.moreau@courriel.example"  # officials may share one
    email_confirmed_at = factory.LazyFunction(timezone.now)
    mandate = factory.RelatedFactory(MandateFactory, factory_related_name="user")

    @factory.post_generation
    def rights(self, create, extracted, **kwargs):
        amount = Decimal(800 if extracted is None else extracted)
        if create and amount:
            LedgerEntryFactory(user=self, amount=amount)
            self.rights_balance = amount
            self.save(update_fields=["rights_balance"])


class SubjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = catalogue.Subject
        django_get_or_create = ("name",)

    name = "Organisation et fonctionnement des collectivités territoriales"


class TrainingBodyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = catalogue.TrainingBody
        django_get_or_create = ("name",)

    name = "Fédération des maires de la Loire"
    siret = "73282932000074"
    email = "formation@organisme.example"


class PlaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = catalogue.Place

    name = "Maison des maires"
    address = "15 rue Thiers"
    commune = factory.SubFactory(CommuneFactory)


class IndexedOnce(factory.django.DjangoModelFactory):
    """What the search finds, with all that is made for it: entered in the index once, at the end."""

    class Meta:
        abstract = True

    @classmethod
    def create(cls, **kwargs: Any) -> Any:
        with deferred():
            return super().create(**kwargs)


class TrainingFactory(IndexedOnce):
    """A published training of one day at 200 €."""

    class Meta:
        model = catalogue.Training

    reference = factory.Sequence(lambda n: f"domaine-public-{n}")
    title = "La gestion du domaine public et privé de la commune"
    status = catalogue.Training.Status.PUBLISHED
    body = factory.SubFactory(TrainingBodyFactory)
    subject = factory.SubFactory(SubjectFactory)
    summary = "Distinguer les deux domaines et savoir les gérer."
    strong_points = "Tous les intervenants sont qualifiés et choisis pour leur connaissance du monde territorial."
    objectives = "Connaître les règles du domaine public et du domaine privé."
    programme = "Matin : les règles. Après-midi : les cas des participants."
    duration_hours = Decimal(6)
    price = Decimal(200)


class SessionFactory(IndexedOnce):
    """A session of one day, far enough away to be open to requests (30 days)."""

    class Meta:
        model = catalogue.Session

    training = factory.SubFactory(TrainingFactory)
    start = factory.LazyFunction(lambda: in_days(30))
    end = factory.SelfAttribute("start")
    place = factory.SubFactory(PlaceFactory)


class EnrolmentFactory(IndexedOnce):
    """A dossier not yet sent."""

    class Meta:
        model = enrolment.Enrolment

    user = factory.SubFactory(OfficialFactory)
    session = factory.SubFactory(SessionFactory)


class ScaleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = catalogue.Scale
        django_get_or_create = ("effective_from",)

    effective_from = datetime.date(2020, 1, 1)
    yearly_credit = Decimal(400)
    cap = Decimal(800)
    hourly_cap = Decimal(80)


class LedgerEntryFactory(factory.django.DjangoModelFactory):
    """A movement of rights; the balance of the account stays for the caller to set."""

    class Meta:
        model = enrolment.LedgerEntry

    user = factory.SubFactory(UserFactory)
    kind = enrolment.LedgerEntry.Kind.CORRECTION
    amount = Decimal(800)
    reason = "reprise"


class IdentityCheckFactory(factory.django.DjangoModelFactory):
    """A check that waits for the staff's decision."""

    class Meta:
        model = enrolment.IdentityCheck

    user = factory.SubFactory(OfficialFactory)
    birth_name = factory.SelfAttribute("user.birth_name")
    first_names = factory.SelfAttribute("user.first_names")
    birth_date = factory.SelfAttribute("user.birth_date")
    birth_place = "Niort"
    nationality = "française"
    document_kind = enrolment.IdentityCheck.Kind.CARD


class FranceConnectIdentityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = accounts.FranceConnectIdentity

    user = factory.SubFactory(OfficialFactory)
    issuer = "https://oidc.franceconnect.example/api/v2"
    sub = factory.Sequence(lambda n: f"sub-{n:04}")
