"""Makes the demo's accounts through the apps' own services: staff, officials, mandates, rights, identity checks."""

import secrets
import string
from datetime import datetime, time
from io import BytesIO
from unicodedata import combining, normalize

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.identity import nir
from accounts.mandates import recognition
from accounts.models import Commune, Mandate, User
from accounts.signup.service import create_account
from catalogue.models import Scale
from config.demo.environment import ACCOUNTS, read_json, write_private
from config.demo.people import COLLEAGUES, OFFICIALS, STAFF_USERNAME, Colleague, Official
from core.text import normalise
from enrolment.identity_checks import checks, deciding, documents
from enrolment.rights import ledger
from enrolment.rights.yearly_credit import credit_day

LETTERS = "".join(sorted(set(string.ascii_letters) - set("IOl")))
FIGURES = "23456789"


def make_password() -> str:
    """A password within the guide's rule (upper and lower case, a digit) that can be copied by hand."""
    parts = [secrets.choice(LETTERS.upper()), *(secrets.choice(LETTERS.lower()) for _ in range(4))]
    return "".join(
        [*parts, "-", *(secrets.choice(FIGURES) for _ in range(4)), *(secrets.choice(LETTERS) for _ in range(4))]
    )


def ensure_accounts(now: datetime) -> list[tuple[Official, User]]:
    """All of the demo's people, made when they are missing; writes their logins to ``.demo/accounts.json``.

    An account that exists keeps everything, its password too, as long as the file still knows that password.
    """
    known = read_json(ACCOUNTS)
    passwords = {person["nir"]: person["password"] for person in known.get("officials", [])}
    staff_password = known.get("staff", {}).get("password")
    roles = {each["username"]: each["password"] for each in known.get("roles", [])}
    colleagues = [(each, roles.get(each.username) or make_password()) for each in COLLEAGUES]
    logins = [(person, passwords.get(person.nir) or make_password()) for person in OFFICIALS]
    write_private(
        ACCOUNTS,
        {
            "staff": {"username": STAFF_USERNAME, "password": staff_password or (staff_password := make_password())},
            "roles": [
                {"role": each.role, "username": each.username, "password": password} for each, password in colleagues
            ],
            "officials": [
                {
                    "birth_name": person.birth_name,
                    "nir": person.nir,
                    "password": password,
                    "identity": person.identity,
                }
                for person, password in logins
            ],
        },
    )
    staff = _ensure_staff(staff_password, forgotten="staff" not in known)
    for colleague, password in colleagues:
        _ensure_colleague(colleague, password, forgotten=colleague.username not in roles)
    return [
        (person, _ensure_official(person, password, staff, now, forgotten=person.nir not in passwords))
        for person, password in logins
    ]


def _ensure_staff(password: str, *, forgotten: bool) -> User:
    staff = User.objects.filter(username=STAFF_USERNAME).first()
    if staff is None:
        return User.objects.create_superuser(
            STAFF_USERNAME, password, first_names="Paule", birth_name="Bureau", email="bureau@exemple.invalid"
        )
    if forgotten:
        staff.set_password(password)
        staff.save(update_fields=["password"])
    return staff


def _ensure_colleague(colleague: Colleague, password: str, *, forgotten: bool) -> None:
    """A member of staff with this one role."""
    user = User.objects.filter(username=colleague.username).first()
    if user is None:
        fields = {"first_names": colleague.first_name, "birth_name": colleague.name}
        mail = f"{colleague.username}@exemple.invalid"
        user = User.objects.create_user(colleague.username, password, is_staff=True, email=mail, **fields)
        user.groups.add(Group.objects.get(name=colleague.role))
    elif forgotten:
        user.set_password(password)
        user.save(update_fields=["password"])


@transaction.atomic
def _ensure_official(person: Official, password: str, staff: User, now: datetime, *, forgotten: bool) -> User:
    number = nir.parse(person.nir)
    user = User.objects.filter(nir_digest=nir.digest(number)).first()
    if user is None:
        return _make_official(person, number, password, staff, now)
    if forgotten:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _make_official(person: Official, number: nir.Nir, password: str, staff: User, now: datetime) -> User:
    commune = Commune.objects.get(code=person.commune)
    values = {
        "birth_name": person.birth_name,
        "diploma": "",
        "mobile": person.mobile,
        "email": person.email,
        "street_number": person.street_number,
        "street_type": "Rue",
        "street_name": person.street_name,
        "postal_code": person.postal_code,
        "city": commune.name,
        "commune": commune,
    }
    user = create_account(number, values, password=password, now=now)
    user.usual_name, user.first_names = person.usual_name, person.first_names
    user.email_confirmed_at = now
    user.save(update_fields=["usual_name", "first_names", "email_confirmed_at"])
    _give_rights(user, now)
    _give_mandate(user, person, commune)
    _check_identity(user, person, staff, now)
    user.refresh_from_db()
    return user


def _give_mandate(user: User, person: Official, commune: Commune) -> None:
    mandate = Mandate.objects.create(
        birth_name=person.birth_name,
        first_name=person.first_names.split(" ")[0],
        name_key=normalise(person.birth_name),
        sex=person.sex,
        birth_date=person.birth_date,
        function=person.function,
        kind=Mandate.Kind.MUNICIPAL,
        department=commune.department,
        commune=commune,
        place_name=commune.name,
        start=person.elected_on,
    )
    recognition.attach(mandate, user)


def _give_rights(user: User, now: datetime) -> None:
    """The yearly credit before the last; the last comes with the mandate."""
    today = timezone.localdate(now)
    days = [credit_day(Mandate.Kind.MUNICIPAL, year) for year in range(today.year - 2, today.year + 1)]
    before = [day for day in days if day <= today][-2]
    if scale := Scale.in_force(before):
        at = timezone.make_aware(datetime.combine(before, time(9)))
        ledger.credit(user, scale.yearly_credit, before.year, at, cap=scale.cap)


def _check_identity(user: User, person: Official, staff: User, now: datetime) -> None:
    if person.identity == "none":
        return
    details = checks.Details(
        document_kind=checks.Kind.CARD,
        birth_name=person.birth_name,
        usual_name=person.usual_name,
        first_names=person.first_names,
        birth_date=person.birth_date,
        birth_place=person.birth_place,
        nationality="française",
    )
    sides: dict[str, documents.CleanDocument] = {
        str(side): _specimen(str(side.label), person) for side in (checks.Side.FRONT, checks.Side.BACK)
    }
    check = checks.submit_documents(user, details, sides, now)
    if person.identity == "approved":
        deciding.approve(check, staff, now)


def _specimen(side: str, person: Official) -> documents.CleanDocument:
    """A picture that is plainly no identity card, with what staff compare."""
    card = Image.new("RGB", (1200, 760), "#e8eef0")
    draw = ImageDraw.Draw(card)
    lines = [
        "SPÉCIMEN - démonstration",
        side.upper(),
        "",
        f"Nom : {person.birth_name}",
        f"Prénoms : {person.first_names}",
    ]
    lines += [f"Né(e) le {person.birth_date:%d/%m/%Y} à {person.birth_place}", "Nationalité : française"]
    # The font that Pillow brings draws no accent.
    words = "".join(each for each in normalize("NFD", "\n".join(lines)) if not combining(each))
    draw.multiline_text((80, 80), words, fill="#20303a", font_size=44, spacing=20)
    file = BytesIO()
    card.save(file, "PNG")
    return documents.clean(file.getvalue())
