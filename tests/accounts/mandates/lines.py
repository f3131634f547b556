"""Lines of the register."""

from datetime import date

from accounts.identity.nir import parse
from accounts.models import Mandate, MandateClaim, User
from tests.factories import MandateFactory, UserFactory, make_nir

NIR = parse(make_nir(sex=2, year=58, month=3))


LIST = "/admin/accounts/mandate/"


Status = Mandate.Status


def newcomer(**fields: object) -> User:
    """An account just created, of which only the birth name is known."""
    return UserFactory(**{"first_names": "", "sex": "", "birth_date": None} | fields)


def certified(**fields: object) -> User:
    return UserFactory(certified_by="document", **fields)


def certify(user: User, **fields: object) -> None:
    """A certified identity comes to an account: Jeanne Moreau, born on 14 March 1958."""
    proved = {"certified_by": "document", "birth_date": date(1958, 3, 14), "first_names": "Jeanne"}
    User.objects.filter(pk=user.pk).update(**proved | fields)
    user.refresh_from_db()


def owner_and_status(mandate: Mandate) -> tuple[User | None, str]:
    mandate.refresh_from_db()
    return mandate.user, mandate.status


def answers(user: User) -> dict[Mandate, str]:
    """What the person was asked or has said, by mandate."""
    return {claim.mandate: claim.answer for claim in MandateClaim.objects.filter(user=user).order_by("pk")}


def line(**fields: object) -> Mandate:
    """A line of the register: Jeanne Moreau, born on 14 March 1958."""
    return MandateFactory(**{"user": None, "status": Status.UNMATCHED, "birth_name": "MOREAU"} | fields)
